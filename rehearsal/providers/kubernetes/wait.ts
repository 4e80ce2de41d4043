/** Waits for objects of the cluster, on the rehearsed clock. */
import type { ClusterEvent, KubeObject, ObjectRef } from "../../cluster/cluster";
import type { ProviderContext } from "../provider";
import type { Gate } from "./gates";

/**
 * The minimum duration of a wait before its timeout, in milliseconds of wall time: the controllers of a real control plane run in
 * wall time, and their seconds are hours on a fast clock.
 */
const PATIENCE = { memory: { ready: 0, gone: 0 }, "api-server": { ready: 15_000, gone: 120_000 } };

/** Interval of requests to a cluster that runs in wall time, in milliseconds. */
const ASK_AGAIN_MS = 2000;

/** The name of an object in messages: `Route openshift-ingress/maas`. */
export function describeRef(ref: ObjectRef): string {
    return `${ref.kind} ${ref.namespace === undefined ? "" : `${ref.namespace}/`}${ref.name}`;
}

/** The result of a wait. */
export interface Waited {
    readonly ready: boolean;
    /** The last state of the object. */
    readonly object: KubeObject;
    /** Why it is not ready. */
    readonly message?: string;
}

/**
 * Waits until all gates hold.
 *
 * @param seconds the timeout
 */
export function waitUntilReady(
    context: ProviderContext & { readonly cluster: NonNullable<ProviderContext["cluster"]> },
    urn: string,
    first: KubeObject,
    gates: readonly Gate[],
    seconds: number,
): Promise<Waited> {
    let object = first;
    let seen = "";
    const judge = (): { ready: boolean; failed?: string } => {
        const verdicts = gates.map((g) => g.judge(object));
        const waiting = verdicts.findIndex((v) => !v.ready);
        if (waiting >= 0 && verdicts[waiting]!.seen !== seen) {
            seen = verdicts[waiting]!.seen;
            context.status(urn, `Waiting for ${gates[waiting]!.text} (${seen})`);
        }
        const failed = verdicts.find((v) => v.failed !== undefined)?.failed;
        return { ready: waiting < 0, ...(failed !== undefined && { failed }) };
    };
    return until(
        context,
        first,
        { seconds, milliseconds: PATIENCE[context.cluster.kind].ready },
        (event) => {
            if (event.type === "DELETED") {
                return { ready: false, object, message: "it was deleted while it was waited for" };
            }
            object = event.object;
            const { ready, failed } = judge();
            return ready ? { ready, object } : failed !== undefined ? { ready: false, object, message: failed } : undefined;
        },
        (why) => {
            const open = gates.filter((g) => !g.judge(object).ready).map((g) => `${g.text} (${g.judge(object).seen})`);
            return { ready: false, object, message: `${why}: ${open.join("; ")}` };
        },
    );
}

/** Waits until the object has been deleted. @returns its last state after a timeout, else undefined */
export async function waitUntilGone(
    context: ProviderContext & { readonly cluster: NonNullable<ProviderContext["cluster"]> },
    object: KubeObject,
    seconds: number,
): Promise<KubeObject | undefined> {
    let last = object;
    const left = await until<KubeObject | "gone">(
        context,
        object,
        { seconds, milliseconds: PATIENCE[context.cluster.kind].gone },
        (event) => {
            last = event.object;
            return event.type === "DELETED" ? "gone" : undefined;
        },
        () => last,
        // It may have been deleted before the watch started.
        async () => {
            const { apiVersion, kind, metadata } = object;
            const live = await context.cluster.get({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace });
            return live === undefined || live.metadata.uid !== metadata.uid ? "gone" : undefined;
        },
    );
    return left === "gone" ? undefined : left;
}

/** Watches until `judge` returns a result; `givenUp` returns it after the timeout or the end of the run. */
function until<T>(
    context: ProviderContext & { readonly cluster: NonNullable<ProviderContext["cluster"]> },
    object: KubeObject,
    limit: { readonly seconds: number; readonly milliseconds: number },
    judge: (event: ClusterEvent) => T | undefined,
    givenUp: (why: string) => T,
    already?: () => Promise<T | undefined>,
): Promise<T> {
    const { clock, cluster, signal } = context;
    return new Promise((resolve) => {
        let done = false;
        const listening: (() => void)[] = [];
        const abort = (): void => finish(givenUp("the run was ended while it waited for"));
        const finish = (result: T): void => {
            if (done) {
                return;
            }
            done = true;
            // Time must not pass before the waiting code has continued: the promise resolves in this turn of the event loop.
            const release = clock.hold();
            listening.forEach((end) => end());
            resolve(result);
            setImmediate(release);
        };
        const end = (action: () => void): void => void (done ? action() : listening.push(action));
        const begun = performance.now();
        const timeOut = (): void => finish(givenUp("timed out waiting for the condition"));
        end(
            clock.after(limit.seconds, () => {
                const left = limit.milliseconds - (performance.now() - begun);
                if (left <= 0) {
                    timeOut();
                } else {
                    const timer = setTimeout(timeOut, left);
                    end(() => clearTimeout(timer));
                }
            }),
        );
        signal.addEventListener("abort", abort);
        end(() => signal.removeEventListener("abort", abort));
        end(
            cluster.subscribe([`${object.apiVersion}/${object.kind}`], (event) => {
                const { name, namespace } = event.object.metadata;
                if (!done && name === object.metadata.name && (namespace ?? "") === (object.metadata.namespace ?? "")) {
                    const result = judge(event);
                    if (result !== undefined) {
                        finish(result);
                    }
                }
            }),
        );
        // A watch delivers changes after its start; a request finds those before it.
        const ask = (look: () => Promise<T | undefined>): void =>
            void look()
                .catch(() => undefined)
                .then((result) => {
                    if (result !== undefined) {
                        finish(result);
                    } else if (!done && cluster.kind !== "memory") {
                        const again = setTimeout(() => ask(look), ASK_AGAIN_MS);
                        end(() => clearTimeout(again));
                    }
                });
        if (already !== undefined) {
            ask(already);
        }
        if (signal.aborted) {
            abort();
        }
    });
}

/** Resolves after `seconds` of the rehearsal. @throws Error when the run ends before that */
export function sleep({ clock, signal }: Pick<ProviderContext, "clock" | "signal">, seconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
        const abort = (): void => reject(new Error("the run was ended"));
        signal.addEventListener("abort", abort, { once: true });
        clock.after(seconds, () => {
            const release = clock.hold();
            signal.removeEventListener("abort", abort);
            resolve();
            setImmediate(release);
        });
    });
}
