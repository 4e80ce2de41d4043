/** Waits for a state of an object and keeps the last reason why it does not have it. */
import type { Kube, KubeObject } from "./kube";
import { deadlineOf, type Within } from "./untilObject";

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
 * @param problemOf why the object, undefined while it does not exist, is not as expected; undefined once it is. What it throws
 * ends the wait
 * @returns undefined once there is no problem, else the last problem when the time is over
 */
export async function remainingProblem(
    kube: Pick<Kube, "now" | "until">,
    { apiVersion, plural, name, namespace }: ObjectReference,
    within: Within,
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
        await deadlineOf(kube, within),
    );
    return ready === true ? undefined : problem;
}
