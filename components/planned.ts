/** The objects that a stack will create on its cluster, and whose they are if they exist already. */
import type * as pulumi from "@pulumi/pulumi";

import { registeredKinds } from "../kinds";
import type { KubeObject } from "./kube";

/** An object that a stack will create. */
export interface PlannedObject {
    readonly apiVersion: string;
    readonly kind: string;
    readonly plural: string;
    readonly namespace?: string;
    readonly name: string;
}

const UNKNOWN_HOLDER = "made by somebody else";

const TYPE = /^kubernetes:([^:]+):([A-Z]\w*)$/;

/**
 * The object that a resource will create; undefined for a patch, for other providers than Kubernetes, and where the name or the namespace
 * follows from another resource: what is in a namespace that is still to be created does not exist yet.
 *
 * @param type token of the resource
 * @param metadata of its inputs
 */
export function plannedObject(type: string, metadata: unknown): PlannedObject | undefined {
    const [, token, kind] = TYPE.exec(type) ?? [];
    const { name, namespace } = (metadata ?? {}) as { name?: unknown; namespace?: unknown };
    if (token === undefined || kind === undefined || kind.endsWith("Patch") || typeof name !== "string") {
        return undefined;
    }
    if (namespace !== undefined && typeof namespace !== "string") {
        return undefined;
    }
    const plural = registeredKinds().get(type)?.plural ?? pluralOf(kind);
    return {
        apiVersion: token.replace(/^core\//, ""),
        kind,
        plural,
        ...(namespace !== undefined && { namespace }),
        name,
    };
}

/** Notes each object of a program as it is registered. */
export class Planned {
    readonly objects: PlannedObject[] = [];

    /** For `transformations` of what is watched; it changes nothing. */
    readonly note: pulumi.ResourceTransformation = ({ type, props, opts }) => {
        const object =
            "id" in opts && opts.id !== undefined
                ? undefined
                : plannedObject(type, (props as { metadata?: unknown } | undefined)?.metadata);
        if (object !== undefined) {
            this.objects.push(object);
        }
        return undefined;
    };
}

/** Whether Pulumi has written the object: then it is this stack's, or the error of its creation says whose. */
export function isPulumis({ metadata }: KubeObject): boolean {
    return managersOf(metadata).some((manager) => manager.startsWith("pulumi-kubernetes"));
}

/** Whether anything of an object says who made it: without that, it may be this stack's. */
export function tellsItsHolder(object: KubeObject): boolean {
    return holderOf(object) !== UNKNOWN_HOLDER;
}

/** The holder of an object, in words: its owner, the tool that manages it, or the client that wrote it. */
export function holderOf({ metadata }: KubeObject): string {
    const {
        ownerReferences = [],
        labels = {},
        annotations = {},
    } = metadata as {
        ownerReferences?: { kind: string; name: string }[];
        labels?: Record<string, string>;
        annotations?: Record<string, string>;
    };
    const [owner] = ownerReferences;
    const helm = annotations["meta.helm.sh/release-name"];
    const argo = annotations["argocd.argoproj.io/tracking-id"] ?? labels["argocd.argoproj.io/instance"];
    const tool = labels["app.kubernetes.io/managed-by"];
    const [client] = managersOf(metadata);
    if (owner !== undefined) {
        return `of ${owner.kind} ${owner.name}`;
    }
    if (helm !== undefined) {
        return `of Helm release ${helm}`;
    }
    if (argo !== undefined) {
        return `of Argo CD application ${argo.split(":")[0]!}`;
    }
    return tool !== undefined ? `managed by ${tool}` : client !== undefined ? `made with ${client}` : UNKNOWN_HOLDER;
}

/** The remedy for an object that exists: the setting that uses it, and the commands. */
export function remedyFor(object: PlannedObject): string {
    const { kind, name } = object;
    const use = USED_BY[kind]?.(name);
    return `${kind} ${name}: ${use === undefined ? "" : `${use}, `}remove it (${removal(object)}), or take it into the stack's state (pulumi import)`;
}

/** The command that removes an object. */
export function removal({ namespace, name, plural, apiVersion }: PlannedObject): string {
    const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]!}` : "";
    return `oc delete ${plural}${group} ${name}${namespace === undefined ? "" : ` -n ${namespace}`}`;
}

/** Settings that use an object that exists, or another name. */
const USED_BY: Readonly<Record<string, (name: string) => string>> = {
    Group: () => "use it with identity.groups: existing, name another with tiers[].group or identity.admins.group",
    MachineSet: () => "use its nodes with gpu.pools[].existing, name the pool otherwise",
    Namespace: (name) =>
        /operator|^kuadrant-system$|^openshift-(nfd|keda)$|^metallb-system$|^cloudnative-pg$/.test(name)
            ? "use the operator in it with operators.<package>.existing: true"
            : "name another where a setting does (modelsNamespace, kueue.namespaces)",
    ClusterAutoscaler: () => "use it with gpu.clusterAutoscaler: false",
    ClusterIssuer: () => "use its certificates with certificates.existing",
};

function managersOf(metadata: object): string[] {
    const { managedFields = [] } = metadata as { managedFields?: { manager?: string }[] };
    return managedFields.flatMap(({ manager }) => manager ?? []);
}

/** As Kubernetes forms it for its own kinds. */
function pluralOf(kind: string): string {
    const lower = kind.toLowerCase();
    return /s$/.test(lower) ? `${lower}es` : lower.replace(/y$/, "ie").concat("s");
}
