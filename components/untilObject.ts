/** Waits for a state of an object, and fails in words of the caller when it does not come. */
import type { KindPath, Kube, KubeObject } from "./kube";

/** Minutes, or a deadline on the cluster's clock, in ms, that several waits share. */
export type Within = number | { readonly deadline: number };

/** The deadline of a wait that begins now, on the cluster's clock, in ms. */
export async function deadlineOf(kube: Pick<Kube, "now">, within: Within): Promise<number> {
    return typeof within === "number" ? (await kube.now()) + within * 60_000 : within.deadline;
}

/** The state that is waited for. */
export interface ExpectedState<T> {
    readonly kind: KindPath;
    readonly name: string;
    readonly within: Within;
    /** Judges the object, which is undefined while it does not exist. Returns undefined or false to wait on; an error ends the wait. */
    readonly reached: (object: KubeObject | undefined) => T | false | undefined;
    /** The message of the error when the time is over; called then. */
    readonly otherwise: string | (() => string | Promise<string>);
}

/** @returns what `reached` returned @throws Error with the message of `otherwise` when the time is over */
export async function untilObject<T>(
    kube: Pick<Kube, "now" | "until">,
    { kind, name, within, reached, otherwise }: ExpectedState<T>,
): Promise<T> {
    const judge = (object: KubeObject | undefined): T | undefined => reached(object) || undefined;
    const value = await kube.until(kind, name, judge, await deadlineOf(kube, within));
    if (value === undefined) {
        throw new Error(typeof otherwise === "string" ? otherwise : await otherwise());
    }
    return value;
}

/** For `reached`: the object exists no longer. */
export const isGone = (object: KubeObject | undefined): boolean => object === undefined;
