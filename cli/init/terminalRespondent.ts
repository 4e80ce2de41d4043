/** Somebody at the terminal, or a script that writes the answers. */
import { createInterface } from "node:readline";

import { UsageError } from "../exit";
import type { Terminal } from "../terminal";
import type { Respondent } from "./ask";

/** Asks on a terminal, reads lines. Close it when nothing more is asked. @param signal ends the wait for an answer */
export function terminalRespondent(
    terminal: Terminal,
    input: NodeJS.ReadableStream,
    signal: AbortSignal,
): Respondent & { close(): void } {
    const lines = createInterface({ input, signal });
    const answers = lines[Symbol.asyncIterator]();
    return {
        async ask(question) {
            terminal.always(question.trimEnd());
            const { value, done } = await answers.next();
            if (done === true) {
                throw new UsageError("The input ended before all questions were answered; --yes takes what is usual.");
            }
            return value;
        },
        say: (line) => terminal.always(line),
        close: () => lines.close(),
    };
}

/** Takes what is usual for every question. */
export const usual: Respondent = { ask: () => Promise.resolve(""), say: () => undefined };
