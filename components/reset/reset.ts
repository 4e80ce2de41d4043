import { isTrue, type Kube, type KindPath, type KubeObject, unlessAborted } from "../kube";
import { generated, type ResetStep } from "./steps";

/** Minutes for the deletion of a step's objects, whose finalizers controllers serve. */
const GONE_MINUTES = 5;
const CONTROLLER = { namespace: "redhat-ods-applications", name: "maas-controller" } as const;

/** The result of a step. */
export interface StepResult {
    readonly id: string;
    readonly what: string;
    readonly why: string;
    /** `namespace/name` of each object, sorted; only the name where it has no namespace. */
    readonly objects: readonly string[];
    readonly done: "deleted" | "would be deleted" | "nothing there" | "failed" | "not begun";
    /** Why it failed. */
    readonly problem?: string;
}

/** The result of a reset. */
export interface ResetResult {
    readonly steps: readonly StepResult[];
    /**
     * The objects that still exist; empty after a reset that succeeded. Undefined after a dry run, and when the cluster does not
     * say.
     */
    readonly left: readonly string[] | undefined;
    /** Why it is not known what is left. */
    readonly unproven?: string;
    readonly succeeded: boolean;
}

/** The steps, and how to run them. */
export interface ResetOptions {
    readonly steps: readonly ResetStep[];
    /** Nothing is deleted. */
    readonly dryRun: boolean;
    /** Revokes API keys before anything is deleted. It is not called in a dry run. @returns the number of keys */
    readonly revokeKeys?: () => Promise<number>;
    readonly onStep?: (result: StepResult) => void;
    readonly signal?: AbortSignal;
}

/**
 * Deletes objects step by step: a step begins when the objects of the step before are gone. Afterwards it reads from the cluster
 * what is left. A step that fails ends the reset: objects of later steps could keep finalizers that no controller serves. A
 * reset can be run again, and continues where it stopped.
 * Source: docs/sources/maas.md#reset.
 */
export async function reset(kube: Kube, { steps, dryRun, revokeKeys, onStep, signal }: ResetOptions): Promise<ResetResult> {
    const results: StepResult[] = [];
    const note = (result: StepResult): void => {
        results.push(result);
        onStep?.(result);
    };
    let failed = false;
    if (revokeKeys !== undefined) {
        const step = { id: "keys", what: "API keys", why: "a key stays valid without its Group" };
        if (dryRun) {
            note({ ...step, objects: [], done: "would be deleted" });
        } else {
            try {
                const revoked = await revokeKeys();
                note({
                    ...step,
                    objects: revoked === 0 ? [] : [`${revoked} revoked`],
                    done: revoked === 0 ? "nothing there" : "deleted",
                });
            } catch (error) {
                failed = true;
                note({ ...step, objects: [], done: "failed", problem: (error as Error).message });
            }
        }
    }
    for (const step of steps) {
        const { id, what, why } = step;
        if (failed || signal?.aborted === true) {
            note({ id, what, why, objects: [], done: "not begun" });
            continue;
        }
        const result = await act(kube, step, dryRun, signal);
        failed = result.done === "failed";
        note(result);
    }
    // A cluster that does not answer proves nothing.
    const left = dryRun ? undefined : await remains(kube, [...steps, ...generated]).catch((error: Error) => error);
    const proven = dryRun || (Array.isArray(left) && left.length === 0);
    return {
        steps: results,
        left: left instanceof Error ? undefined : left,
        ...(left instanceof Error && { unproven: left.message }),
        succeeded: !failed && signal?.aborted !== true && proven,
    };
}

async function act(kube: Kube, step: ResetStep, dryRun: boolean, signal: AbortSignal | undefined): Promise<StepResult> {
    const { id, what, why } = step;
    let found: FoundObject[] = [];
    try {
        found = await find(kube, step);
        const objects = found.map(({ object }) => nameOf(object));
        if (found.length === 0) {
            return { id, what, why, objects, done: "nothing there" };
        }
        const served = await unserved(kube, found);
        if (served !== undefined) {
            return { id, what, why, objects, done: "failed", problem: served };
        }
        if (dryRun) {
            return { id, what, why, objects, done: "would be deleted" };
        }
        for (const { kind, object } of found) {
            signal?.throwIfAborted();
            await kube.delete(at(kind, object), object.metadata.name);
        }
        const stuck = await unlessAborted(waitUntilGone(kube, step), signal);
        return stuck === undefined
            ? { id, what, why, objects, done: "deleted" }
            : { id, what, why, objects, done: "failed", problem: stuck };
    } catch (error) {
        const objects = found.map(({ object }) => nameOf(object));
        return { id, what, why, objects, done: "failed", problem: (error as Error).message };
    }
}

interface FoundObject {
    readonly kind: KindPath;
    readonly object: KubeObject;
}

async function find(kube: Kube, { kinds, labelSelector, chosen }: ResetStep): Promise<FoundObject[]> {
    const found: FoundObject[] = [];
    for (const kind of kinds) {
        for (const object of await kube.list(kind, labelSelector)) {
            if (chosen?.(object) !== false) {
                found.push({ kind, object });
            }
        }
    }
    return found.sort((a, b) => (nameOf(a.object) < nameOf(b.object) ? -1 : 1));
}

/** @returns the problem when no controller serves the finalizers of the objects, which would then never be deleted */
async function unserved(kube: Kube, found: readonly FoundObject[]): Promise<string | undefined> {
    const finalized = found.filter(({ object }) => finalizersOf(object).some((f) => f.startsWith("maas.opendatahub.io/")));
    if (finalized.length === 0) {
        return undefined;
    }
    const deployment = await kube.get(
        { apiVersion: "apps/v1", plural: "deployments", namespace: CONTROLLER.namespace },
        CONTROLLER.name,
    );
    return isTrue(deployment, "Available")
        ? undefined
        : `Deployment ${CONTROLLER.namespace}/${CONTROLLER.name} does not run, but ${finalized.length} objects have finalizers that only it removes: ` +
              "they would never be deleted; start it first (oc get deployment -n redhat-ods-applications maas-controller)";
}

async function waitUntilGone(kube: Kube, step: ResetStep): Promise<string | undefined> {
    const deadline = (await kube.now()) + GONE_MINUTES * 60_000;
    for (const kind of step.kinds) {
        let left: readonly KubeObject[] = [];
        const gone = await kube.untilAll(
            kind,
            step.labelSelector ?? "",
            (objects) => {
                left = objects.filter((object) => step.chosen?.(object) !== false);
                return left.length === 0 ? true : undefined;
            },
            deadline,
        );
        if (gone === undefined) {
            const told = left.map((object) => {
                const finalizers = finalizersOf(object);
                return `${nameOf(object)}${finalizers.length === 0 ? "" : ` (finalizers ${finalizers.join(", ")})`}`;
            });
            return `still exist after ${GONE_MINUTES} minutes: ${told.join("; ")}. Check the controllers of the finalizers, then run this again`;
        }
    }
    return undefined;
}

/** The objects of all steps that exist, as `kind namespace/name`. */
async function remains(kube: Kube, steps: readonly ResetStep[]): Promise<string[]> {
    const left: string[] = [];
    for (const step of steps) {
        left.push(...(await find(kube, step)).map(({ object }) => `${step.what.replace(/ .*/, "")} ${nameOf(object)}`));
    }
    return left;
}

function at(kind: KindPath, { metadata: { namespace } }: KubeObject): KindPath {
    return namespace === undefined ? kind : { ...kind, namespace };
}

function nameOf({ metadata: { name, namespace } }: KubeObject): string {
    return namespace === undefined ? name : `${namespace}/${name}`;
}

function finalizersOf({ metadata }: KubeObject): readonly string[] {
    return (metadata as { finalizers?: string[] }).finalizers ?? [];
}
