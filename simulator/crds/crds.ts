/** The sources of the CustomResourceDefinitions of a rehearsal: the products' own, or made from our schemas. */
import * as fs from "node:fs";
import * as path from "node:path";

import type { KindDefinition } from "../../kinds/kind";
import { cacheFolder } from "../../rehearsal/apiserver/versions";
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import shipped from "../../rehearsal/data/kinds.json";
import { type StructuralSchema, structuralSchema } from "./structural";
import { lazy } from "../../catalogue/lazy";

const kinds = lazy(() => require("../../kinds") as typeof import("../../kinds"));

/** The CRDs of every operator. */
export interface CrdSource {
    /** Their description, for people. */
    readonly describe: string;
    /** The CRDs that an operator brings, sorted by name; empty when none are known. `openshift` is the cluster itself. */
    of(operator: string): KubeObject[];
    /** Every operator that brings a CRD, sorted. */
    operators(): string[];
}

/** The name under which the kinds are found that OpenShift ships. */
export const OPENSHIFT = "openshift";

/** A folder of CRDs is missing or holds something else; the message names the file. */
export class CrdError extends Error {
    constructor(message: string) {
        super(message);
        this.name = "CrdError";
    }
}

/**
 * The CRDs that the environment selects: the folders of MAAS_CRDS (separated as in PATH; a later one is laid over
 * the ones before), else those that `maas crds download` has put into the cache, else our own schemas. Kinds of ours
 * that the folders do not hold are served with our schemas, so that every object of a plan can be created.
 *
 * @throws CrdError when a folder does not exist or a file in it is no CRD
 */
export function crdSource(env: NodeJS.ProcessEnv): CrdSource {
    const folders = (env["MAAS_CRDS"] ?? "").split(path.delimiter).filter((f) => f !== "");
    if (folders.length > 0) {
        return layered("the CRDs of MAAS_CRDS, and our own schemas for kinds that it lacks", [
            generatedCrds(),
            ...folders.map(directoryCrds),
        ]);
    }
    const downloaded = downloadFolder(env);
    return fs.existsSync(downloaded)
        ? layered("the downloaded CRDs, and our own schemas for kinds that they lack", [
              generatedCrds(),
              directoryCrds(downloaded),
          ])
        : generatedCrds();
}

/** The folder of downloaded CRDs. */
export function downloadFolder(env: NodeJS.ProcessEnv): string {
    return path.join(cacheFolder(env), "crds");
}

function source(describe: string, crds: ReadonlyMap<string, readonly KubeObject[]>): CrdSource {
    return {
        describe,
        of: (operator) => structuredClone([...(crds.get(operator) ?? [])]).sort(byName),
        operators: () => [...crds.keys()].filter((o) => crds.get(o)!.length > 0).sort(),
    };
}

function byName(a: KubeObject, b: KubeObject): number {
    return a.metadata.name < b.metadata.name ? -1 : 1;
}

/** A CRD of a later source replaces the one of that name in those before, whichever operator they had it from. */
function layered(describe: string, sources: readonly CrdSource[]): CrdSource {
    const owner = new Map<string, { operator: string; crd: KubeObject }>();
    for (const s of sources) {
        for (const operator of s.operators()) {
            for (const crd of s.of(operator)) {
                owner.set(crd.metadata.name, { operator, crd });
            }
        }
    }
    const crds = new Map<string, KubeObject[]>();
    for (const { operator, crd } of owner.values()) {
        crds.set(operator, [...(crds.get(operator) ?? []), crd]);
    }
    return source(describe, crds);
}

/**
 * The CRDs in a folder: `<operator>/<plural>.<group>.json`.
 *
 * @throws CrdError
 */
export function directoryCrds(folder: string): CrdSource {
    const crds = new Map<string, KubeObject[]>();
    let entries: fs.Dirent[];
    try {
        entries = fs.readdirSync(folder, { withFileTypes: true });
    } catch (e) {
        throw new CrdError(`${folder} cannot be read as a folder of CRDs: ${(e as Error).message}`);
    }
    for (const entry of entries.filter((e) => e.isDirectory()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const operator = path.join(folder, entry.name);
        const files = fs.readdirSync(operator).filter((f) => f.endsWith(".json"));
        crds.set(
            entry.name,
            files.map((f) => readCrd(path.join(operator, f))),
        );
    }
    if (crds.size === 0) {
        throw new CrdError(`${folder} holds no CRDs: expected <operator>/<plural>.<group>.json`);
    }
    return source(`the CRDs in ${folder}`, crds);
}

function readCrd(file: string): KubeObject {
    let crd: Partial<KubeObject>;
    try {
        crd = JSON.parse(fs.readFileSync(file, "utf8")) as Partial<KubeObject>;
    } catch (e) {
        throw new CrdError(`${file} is not JSON: ${(e as Error).message}`);
    }
    return toCreate(crd, file);
}

/**
 * The part of a CRD that is sent: its status is the API server's.
 *
 * @throws CrdError when it is none
 */
export function toCreate(crd: Partial<KubeObject>, file: string): KubeObject {
    if (
        crd.apiVersion !== "apiextensions.k8s.io/v1" ||
        crd.kind !== "CustomResourceDefinition" ||
        typeof crd.metadata?.name !== "string"
    ) {
        throw new CrdError(`${file} is not a CustomResourceDefinition of apiextensions.k8s.io/v1`);
    }
    const { name, annotations, labels } = crd.metadata;
    const spec = structuredClone(crd.spec) as CrdSpec;
    for (const { schema } of spec.versions) {
        withoutDescriptions(schema?.openAPIV3Schema);
    }
    if (spec.conversion?.strategy === "Webhook") {
        // Nobody answers it here; every version is stored as it is written.
        delete spec.conversion;
    }
    return {
        apiVersion: crd.apiVersion,
        kind: crd.kind,
        metadata: { name, ...(annotations && { annotations }), ...(labels && { labels }) },
        spec,
    };
}

interface CrdSpec {
    conversion?: { strategy?: string };
    readonly versions: readonly { readonly schema?: { readonly openAPIV3Schema?: unknown } }[];
}

/** Descriptions are most of a CRD, and most of the time that an API server takes to serve it. */
function withoutDescriptions(schema: unknown): void {
    if (Array.isArray(schema)) {
        schema.forEach(withoutDescriptions);
    } else if (typeof schema === "object" && schema !== null) {
        const node = schema as Record<string, unknown>;
        delete node["description"];
        for (const [keyword, value] of Object.entries(node)) {
            if (keyword === "properties") {
                // Names of fields; a field may be called `description` itself.
                Object.values(value as object).forEach(withoutDescriptions);
            } else if (["items", "additionalProperties", "allOf", "anyOf", "oneOf", "not"].includes(keyword)) {
                withoutDescriptions(value);
            }
        }
    }
}

/**
 * CRDs made from `kinds/`. They accept what our schemas accept; kinds that are only patched or that others write too, and
 * what OpenShift ships beside them, are open.
 */
export function generatedCrds(): CrdSource {
    const { registeredKinds, registeredPatches } = kinds();
    const versions = new Map<string, { definition: Shape; operator: string; versions: Map<string, StructuralSchema> }>();
    const add = (definition: Shape, operator: string, schema: StructuralSchema): void => {
        const [group, version] = definition.apiVersion.split("/") as [string, string];
        const name = `${definition.plural}.${group}`;
        const entry = versions.get(name) ?? { definition, operator, versions: new Map<string, StructuralSchema>() };
        if (!entry.versions.has(version)) {
            entry.versions.set(version, schema);
        }
        versions.set(name, entry);
    };
    for (const definition of registeredKinds().values()) {
        add(definition, definition.operator ?? OPENSHIFT, definition.alsoByOperators === true ? OPEN : schemaOf(definition));
    }
    const builtIn = new Set(Object.keys(shipped.kubernetes));
    for (const definition of registeredPatches().values()) {
        if (!builtIn.has(definition.apiVersion)) {
            add(definition, definition.operator ?? OPENSHIFT, OPEN);
        }
    }
    for (const shape of shippedShapes()) {
        add(shape, OPENSHIFT, OPEN);
    }
    const crds = new Map<string, KubeObject[]>();
    for (const { definition, operator, versions: schemas } of versions.values()) {
        crds.set(operator, [...(crds.get(operator) ?? []), crdOf(definition, schemas)]);
    }
    return source("our own schemas (set MAAS_CRDS to a folder of the products' CRDs, or run `maas crds download`)", crds);
}

/** The fields of a CRD about a kind, beside its schema. */
export type Shape = Pick<KindDefinition, "apiVersion" | "kind" | "plural" | "scope">;

const OPEN: StructuralSchema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

function schemaOf(definition: KindDefinition): StructuralSchema {
    const { properties, required } = structuralSchema(definition.body);
    return {
        type: "object",
        properties: { ...properties, status: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        ...(required && { required }),
    };
}

type Rows = Record<string, { namespaced?: Record<string, string>; cluster?: Record<string, string> }>;

function shippedShapes(): Shape[] {
    return Object.entries(shipped.openshift as Rows).flatMap(([apiVersion, { namespaced = {}, cluster = {} }]) => [
        ...Object.entries(namespaced).map(([kind, plural]) => ({ apiVersion, kind, plural, scope: "Namespaced" as const })),
        ...Object.entries(cluster).map(([kind, plural]) => ({ apiVersion, kind, plural, scope: "Cluster" as const })),
    ]);
}

/** A CRD that accepts every object of a kind, for kinds that nobody here describes. */
export function openCrd(shape: Shape): KubeObject {
    return crdOf(shape, new Map([[shape.apiVersion.split("/")[1]!, OPEN]]));
}

function crdOf({ apiVersion, kind, plural, scope }: Shape, versions: ReadonlyMap<string, StructuralSchema>): KubeObject {
    const group = apiVersion.split("/")[0]!;
    return {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: `${plural}.${group}` },
        spec: {
            group,
            scope,
            names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
            versions: [...versions].map(([name, openAPIV3Schema], i) => ({
                name,
                served: true,
                storage: i === 0,
                schema: { openAPIV3Schema },
                subresources: { status: {} },
            })),
        },
    };
}
