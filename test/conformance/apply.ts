/** Applies what a plan would create to a real API server. */
import { ApiError, type Cluster, type KubeObject, type ObjectRef } from "../../rehearsal/cluster/cluster";
import type { CrdSource } from "../../simulator/crds/crds";
import type { PlannedResource } from "../../rehearsal/result";

/** An object of a plan that the API server does not take. */
export interface NotTaken {
    readonly urn: string;
    readonly object: string;
    readonly message: string;
}

/** What was tried and what was not taken. */
export interface Conformance {
    /** URNs of the objects and patches that were sent. */
    readonly sent: readonly string[];
    readonly notTaken: readonly NotTaken[];
}

/** The Kubernetes objects among the resources of a plan, and the patches of objects that others create. */
export function objectsOf(resources: readonly PlannedResource[]): { urn: string; object: KubeObject; isPatch: boolean }[] {
    return resources
        .filter((r) => r.type.startsWith("kubernetes:") && r.options.custom && r.options.reads === undefined)
        .map((r) => {
            const [, apiVersion, kind] = r.type.split(":") as [string, string, string];
            const isPatch = kind.endsWith("Patch") && r.inputs["kind"] === kind.slice(0, -"Patch".length);
            const object = {
                ...(filled(r.inputs) as KubeObject),
                apiVersion: (r.inputs["apiVersion"] as string | undefined) ?? apiVersion.replace(/^core\//, ""),
                kind: isPatch ? kind.slice(0, -"Patch".length) : kind,
            };
            return { urn: r.urn, object, isPatch };
        });
}

/** Values that a plan does not show stand in for themselves; what it does not know is left out. */
function filled(value: unknown, path: readonly string[] = []): unknown {
    if (value === "[secret]") {
        const last = path.at(-1);
        return last === "data" || last === "stringData"
            ? {}
            : path.at(-2) === "data"
              ? Buffer.from("secret").toString("base64")
              : "secret";
    }
    if (Array.isArray(value)) {
        return value.filter((v) => v !== "[unknown]").map((v) => filled(v, path));
    }
    if (typeof value === "object" && value !== null) {
        return Object.fromEntries(
            Object.entries(value).flatMap(([k, v]) => (v === "[unknown]" ? [] : [[k, filled(v, [...path, k])]])),
        );
    }
    return value;
}

/**
 * Serves the kinds of the objects from a source of CRDs, creates their namespaces, creates each object and sends each patch as a dry run,
 * all strictly validated. It deletes the objects afterwards, but no kinds and no namespaces, so that one API server serves several plans.
 */
export async function applyPlan(cluster: Cluster, crds: CrdSource, resources: readonly PlannedResource[]): Promise<Conformance> {
    const objects = objectsOf(resources);
    const kinds = new Set(objects.map(({ object }) => `${object.apiVersion.split("/")[0]}/${object.kind}`));
    await installCrds(cluster, crds, (group, kind) => kinds.has(`${group}/${kind}`));
    const namespaces = new Set(objects.flatMap(({ object }) => object.metadata.namespace ?? []));
    const planned = new Set(
        objects
            .filter(({ object, isPatch }) => !isPatch && object.kind === "Namespace")
            .map(({ object }) => object.metadata.name),
    );
    for (const name of namespaces) {
        // Those that OpenShift or an operator brings.
        if (!planned.has(name) && (await cluster.get({ apiVersion: "v1", kind: "Namespace", name })) === undefined) {
            await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
        }
    }
    const notTaken: NotTaken[] = [];
    const created: ObjectRef[] = [];
    const send = async ({ urn, object, isPatch }: (typeof objects)[number]): Promise<void> => {
        try {
            if (isPatch) {
                await cluster.apply(object, { fieldManager: "conformance", dryRun: true });
            } else if (object.kind === "Namespace") {
                // A plan before this one may have left it.
                await cluster.apply(object, { fieldManager: "conformance", force: true });
            } else {
                await cluster.create(object);
                const { apiVersion, kind, metadata } = object;
                created.push({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace });
            }
        } catch (e) {
            if (!(e instanceof ApiError)) {
                throw e;
            }
            // Alone, a patch lacks what the patched object has.
            if (!(isPatch && onlyMisses(e.message))) {
                notTaken.push({
                    urn,
                    object: `${object.kind} ${object.metadata.namespace ?? ""}/${object.metadata.name}`,
                    message: e.message,
                });
            }
        }
    };
    for (const o of objects.filter(({ object }) => object.kind === "Namespace")) {
        await send(o);
    }
    await Promise.all(objects.filter(({ object }) => object.kind !== "Namespace").map(send));
    for (const ref of created) {
        expect(await cluster.get(ref)).toBeDefined();
    }
    await Promise.all(created.map((ref) => cluster.delete(ref)));
    return { sent: objects.map((o) => o.urn), notTaken };
}

/** Whether a refusal names nothing but fields that are missing. */
function onlyMisses(message: string): boolean {
    const problems = message.replace(/^.*? is invalid: /, "").replace(/^\[|\]$/g, "");
    return problems
        .split(/, (?=[\w.[\]"/-]+: )/)
        .every((p) => /: Required value/.test(p) || /selector.*does not match template/.test(p));
}

/** Serves every kind that `wanted` picks and that the cluster does not serve yet. */
export async function installCrds(
    cluster: Cluster,
    crds: CrdSource,
    wanted: (group: string, kind: string) => boolean,
): Promise<void> {
    const missing: KubeObject[] = [];
    for (const crd of crds.operators().flatMap((o) => crds.of(o))) {
        const known = { apiVersion: crd.apiVersion, kind: crd.kind, name: crd.metadata.name };
        if (wanted(crd.spec.group, crd.spec.names.kind) && (await cluster.get(known)) === undefined) {
            missing.push(crd);
        }
    }
    await Promise.all(missing.map((crd) => cluster.create(crd)));
}
