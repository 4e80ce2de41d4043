/** A run that a command has started, and the moment to load what comes after it. */
import type { OnEvent } from "../rehearsal/engine/events";

export interface Started<T> {
    readonly running: Promise<T>;
    /**
     * Resolves when the program has registered its stack, or the run has ended. The program loads its own code then, and this process
     * has nothing to do: what a command loads before delays the program, what it loads after the run delays its end.
     */
    readonly programLoads: Promise<void>;
}

/** Starts a run. @param run starts it, and passes on its events */
export function started<T>(run: (onEvent: OnEvent) => Promise<T>): Started<T> {
    let resolve!: () => void;
    const programLoads = new Promise<void>((settle) => (resolve = settle));
    const running = run(({ kind }) => {
        if (kind === "started") {
            setImmediate(resolve); // once the program has its answer
        }
    });
    running.then(resolve, resolve);
    return { running, programLoads };
}
