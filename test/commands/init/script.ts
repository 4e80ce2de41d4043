/** Somebody who answers the questions of `maas init` by a script. */
import type { Respondent } from "../../../cli/init/ask";
import type { Reading } from "../../../cli/init/reading";

/** A cluster of which next to nothing is known. */
export const nothing: Reading = {
    zones: ["us-east-2a"],
    workers: 3,
    gpuNodes: [],
    operators: [],
    operatorNamespaces: {},
    region: "us-east-2",
    unread: [],
    absent: [],
};

/** Answers in their order; whoever asks more is told nothing new. */
export function script(...answers: string[]): Respondent & { said: string[]; asked: string[] } {
    const [said, asked]: [string[], string[]] = [[], []];
    return {
        said,
        asked,
        say: (line) => void said.push(line),
        ask: (question) => {
            asked.push(question);
            return Promise.resolve(answers.shift() ?? "");
        },
    };
}
