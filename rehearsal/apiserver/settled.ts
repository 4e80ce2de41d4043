/** Writes whose effect comes later: a CustomResourceDefinition that is to be served, an object that is to be gone. */
import { ApiError, type KubeObject, type ObjectRef } from "../cluster/cluster";
import { isEstablished } from "../cluster/definition";
import { CRD_API_VERSION, CRD_KIND } from "./crdWatch";
import type { Discovery } from "./discovery";

/** The time within which a CRD must be served, in seconds. */
const ESTABLISH_SECONDS = 240;
/** The time for which the clock stands for a deletion, in seconds: the garbage collector looks for new kinds every 30 s, namespaces rest for 5 s. */
const DELETE_SECONDS = 45;

/** Reads an object of the cluster. */
type Get = (ref: ObjectRef) => Promise<KubeObject | undefined>;

interface CrdSpec {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
}

interface Condition {
    readonly type: string;
    readonly status: string;
    readonly message?: string;
}

/** Waits until the kinds of a CustomResourceDefinition are served. @throws ApiError when they never will be */
export async function established(written: KubeObject, discovery: Discovery, get: Get): Promise<KubeObject> {
    const { group, names, versions } = written.spec as CrdSpec;
    const deadline = performance.now() + ESTABLISH_SECONDS * 1000;
    const ref = { apiVersion: CRD_API_VERSION, kind: CRD_KIND, name: written.metadata.name };
    for (let attempt = 1; ; attempt++) {
        // Discovery is small and asked once for a whole group; a CRD can have a megabyte.
        const found = await Promise.all(
            versions.filter((v) => v.served).map((v) => discovery.find(`${group}/${v.name}`, names.kind)),
        );
        const isServed = found.every((f) => f !== undefined);
        if (isServed || attempt % 40 === 0) {
            const crd = await get(ref);
            if (crd !== undefined && isServed && isEstablished(crd)) {
                return crd;
            }
            const why = crd === undefined ? "it was deleted meanwhile" : problemOf(crd);
            if (why !== undefined || performance.now() > deadline) {
                throw new ApiError(
                    500,
                    "InternalError",
                    `CustomResourceDefinition ${ref.name} is not served: ${why ?? `it was not established within ${ESTABLISH_SECONDS} s`}`,
                );
            }
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

/** The controllers that finish a deletion here work in wall time, and some wait for long: that is no part of what is rehearsed. */
export async function holdUntilGone(ref: ObjectRef, get: Get, hold: () => () => void): Promise<void> {
    const release = hold();
    try {
        const deadline = performance.now() + DELETE_SECONDS * 1000;
        for (let object = await get(ref); object !== undefined && performance.now() < deadline; object = await get(ref)) {
            const waitsForOthers = object.metadata.finalizers?.some((f) => f !== "foregroundDeletion") ?? false;
            if (object.metadata.deletionTimestamp === undefined || waitsForOthers) {
                return;
            }
            await new Promise((resolve) => setTimeout(resolve, 200));
        }
    } catch {
        // The error goes to the caller that waits for the deletion.
    } finally {
        release();
    }
}

/** Why a CRD will never be served; undefined when nothing speaks against it. */
function problemOf(crd: KubeObject): string | undefined {
    const conditions: readonly Condition[] = crd.status?.conditions ?? [];
    const problem = conditions.find(
        (c) => (c.type === "NamesAccepted" && c.status === "False") || (c.type === "NonStructuralSchema" && c.status === "True"),
    );
    return problem?.message;
}
