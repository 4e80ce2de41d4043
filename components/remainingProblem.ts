/** Waits for a state of an object and keeps the last reason why it does not have it. */
import type { Kube, KubeObject } from "./kube";

/** An object of the cluster. */
export interface ObjectReference {
    readonly apiVersion: string;
    readonly plural: string;
    readonly name: string;
    readonly namespace?: string | undefined;
}

/**
 * Waits until an object has no problem.
 *
 * @param within minutes, or a deadline on the cluster's clock, in ms, that several waits share
 * @param problemOf why the object, undefined while it does not exist, is not as expected; undefined once it is. What it throws
 * ends the wait
 * @returns undefined once there is no problem, else the last problem when the time is over
 */
export async function remainingProblem(
    kube: Pick<Kube, "now" | "until">,
    { apiVersion, plural, name, namespace }: ObjectReference,
    within: number | { readonly deadline: number },
    problemOf: (object: KubeObject | undefined) => string | undefined,
): Promise<string | undefined> {
    let problem: string | undefined = "it was not read";
    const ready = await kube.until(
        { apiVersion, plural, ...(namespace !== undefined && { namespace }) },
        name,
        (object) => {
            problem = problemOf(object);
            return problem === undefined ? true : undefined;
        },
        typeof within === "number" ? (await kube.now()) + within * 60_000 : within.deadline,
    );
    return ready === true ? undefined : problem;
}
