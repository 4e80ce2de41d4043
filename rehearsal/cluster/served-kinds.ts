import data from "../data/kinds.json";
import type { KubeObject } from "./cluster";
import type { OpenApiSchema } from "./openapi";

/** A kind that the cluster serves in one version. */
export interface ServedKind {
    readonly apiVersion: string;
    readonly group: string;
    readonly version: string;
    readonly kind: string;
    readonly plural: string;
    readonly namespaced: boolean;
    /** Its origin: Kubernetes itself, OpenShift, or a CustomResourceDefinition. */
    readonly origin: "kubernetes" | "openshift" | "custom";
    /** Whether status is written through a subresource of its own, and through nothing else. */
    readonly statusSubresource: boolean;
    /** The schema of a custom kind; absent when its definition has none worth the name. */
    readonly schema?: OpenApiSchema;
}

type Rows = Record<string, { namespaced?: Record<string, string>; cluster?: Record<string, string> }>;

/** `apps/v1` as group and version; the core group is empty. */
export function splitApiVersion(apiVersion: string): { group: string; version: string } {
    const [group, version] = apiVersion.includes("/") ? (apiVersion.split("/", 2) as [string, string]) : ["", apiVersion];
    return { group, version };
}

function rows(origin: "kubernetes" | "openshift"): ServedKind[] {
    const found: ServedKind[] = [];
    for (const [apiVersion, scopes] of Object.entries(data[origin] as Rows)) {
        for (const namespaced of [true, false]) {
            for (const [kind, plural] of Object.entries((namespaced ? scopes.namespaced : scopes.cluster) ?? {})) {
                found.push({
                    apiVersion,
                    ...splitApiVersion(apiVersion),
                    kind,
                    plural,
                    namespaced,
                    origin,
                    statusSubresource: true,
                });
            }
        }
    }
    return found;
}

/** The kinds that a fresh OpenShift cluster serves. Source: rehearsal/data/kinds.json. */
export function shippedKinds(): { kubernetes: readonly ServedKind[]; openshift: readonly ServedKind[] } {
    return { kubernetes: rows("kubernetes"), openshift: rows("openshift") };
}

/** The kinds that a CustomResourceDefinition defines, one for each served version. */
export function kindsOfDefinition(definition: KubeObject): ServedKind[] {
    const { group, names, scope, versions } = definition.spec as {
        group: string;
        names: { kind: string; plural: string };
        scope: string;
        versions: {
            name: string;
            served?: boolean;
            schema?: { openAPIV3Schema?: OpenApiSchema };
            subresources?: { status?: object };
        }[];
    };
    return versions
        .filter((version) => version.served !== false)
        .map((version) => {
            const schema = version.schema?.openAPIV3Schema;
            return {
                apiVersion: `${group}/${version.name}`,
                group,
                version: version.name,
                kind: names.kind,
                plural: names.plural,
                namespaced: scope === "Namespaced",
                origin: "custom" as const,
                statusSubresource: version.subresources?.status !== undefined,
                ...(schema?.properties && !schema["x-kubernetes-preserve-unknown-fields"] && { schema }),
            };
        });
}

/** The kinds that are served now. */
export class KindTable {
    private readonly byName = new Map<string, ServedKind>();
    private readonly byPlural = new Map<string, ServedKind>();

    constructor() {
        const { kubernetes, openshift } = shippedKinds();
        this.add([...kubernetes, ...openshift]);
    }

    add(kinds: readonly ServedKind[]): void {
        for (const kind of kinds) {
            this.byName.set(`${kind.apiVersion}/${kind.kind}`, kind);
            this.byPlural.set(`${kind.apiVersion}/${kind.plural}`, kind);
        }
    }

    /** Stops serving the custom versions of a kind. */
    remove(group: string, kind: string): void {
        for (const served of [...this.byName.values()]) {
            if (served.group === group && served.kind === kind && served.origin === "custom") {
                this.byName.delete(`${served.apiVersion}/${served.kind}`);
                this.byPlural.delete(`${served.apiVersion}/${served.plural}`);
            }
        }
    }

    find(apiVersion: string, kind: string): ServedKind | undefined {
        return this.byName.get(`${apiVersion}/${kind}`);
    }

    findPlural(apiVersion: string, plural: string): ServedKind | undefined {
        return this.byPlural.get(`${apiVersion}/${plural}`);
    }

    all(): ServedKind[] {
        return [...this.byName.values()];
    }
}
