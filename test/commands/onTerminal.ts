/** Runs a command on a terminal of its own (pty), by script(1) of util-linux. */
import { spawn, spawnSync } from "node:child_process";

import { REQUIRED } from "../rehearsal/apiserver/support";

/** The script(1) of BSD and macOS has other options. */
const there = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") === true;

/** `it` where there is script(1) of util-linux. Elsewhere the tests are skipped, which is said aloud, or fail where they are required. */
export const itOnTerminal: jest.It = there || REQUIRED ? it : skipped();

function skipped(): jest.It {
    process.stderr.write("SKIPPED: commands on a terminal: script of util-linux is missing\n");
    return it.skip;
}

/** A command on a terminal. */
export interface OnTerminal {
    /** Waits until the screen has shown a text since the last call. */
    until(text: string): Promise<void>;
    type(keys: string): void;
    /** The exit code. */
    readonly ended: Promise<number | null>;
    readonly screen: () => string;
}

export function onTerminal(words: readonly string[], env: Record<string, string> = {}, shell?: string): OnTerminal {
    const { CI: _, NO_COLOR: __, ...rest } = process.env;
    const command = shell ?? words.map((word) => `'${word}'`).join(" ");
    const child = spawn("script", ["-qefc", command, "/dev/null"], { env: { ...rest, TERM: "xterm", ...env } });
    let [shown, seen] = ["", 0];
    const waiting = new Set<() => void>();
    child.stdout.on("data", (data: Buffer) => {
        shown += data.toString();
        waiting.forEach((look) => look());
    });
    const ended = new Promise<number | null>((done) => child.on("close", done));
    return {
        type: (keys) => child.stdin.write(keys),
        screen: () => shown,
        ended,
        until: (text) =>
            new Promise((done, fail) => {
                const look = (): void => {
                    const at = shown.indexOf(text, seen);
                    if (at >= 0) {
                        seen = at + text.length;
                        waiting.delete(look);
                        done();
                    }
                };
                waiting.add(look);
                void ended.then((code) =>
                    fail(new Error(`ended with ${code} before ${JSON.stringify(text)}: ${shown.slice(-600)}`)),
                );
                look();
            }),
    };
}
