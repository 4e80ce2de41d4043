import { once } from "node:events";

/** What a promise brings, unless the user wants it to end before. @throws the reason of the signal */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (signal === undefined) {
        return work;
    }
    // Its end is told here, or to nobody.
    work.catch(() => undefined);
    signal.throwIfAborted();
    const ending = new AbortController();
    const aborted = once(signal, "abort", { signal: ending.signal }).then(() => signal.throwIfAborted());
    aborted.catch(() => undefined);
    try {
        return (await Promise.race([work, aborted])) as T;
    } finally {
        ending.abort();
    }
}
