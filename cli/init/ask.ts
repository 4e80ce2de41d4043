/** Questions whose bad answers are asked again. */
import { didYouMean } from "../../catalogue/nearest";

/** Somebody who answers. */
export interface Respondent {
    /** The answer, as it was given. */
    ask(question: string): Promise<string>;
    /** Says what is wrong with an answer, or what one should know. */
    say(line: string): void;
}

/** A question. */
export interface Question<T> {
    readonly text: string;
    /** The answer of who just presses Enter. */
    readonly usual: string;
    /** @throws AnswerError for an answer that makes no sense */
    readonly read: (answer: string) => T;
}

/** Problem of an answer. */
export class AnswerError extends Error {
    override readonly name = "AnswerError";
}

/** The number of times that the same question is asked: an absent user does not answer better. */
const TRIES = 5;

/** Asks until the answer makes sense. @throws AnswerError after some bad answers */
export async function answered<T>(to: Respondent, { text, usual, read }: Question<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
        const answer = (await to.ask(`${text} [${usual}]: `)).trim();
        try {
            return read(answer === "" ? usual : answer);
        } catch (e) {
            if (!(e instanceof AnswerError) || tries === TRIES) {
                throw e;
            }
            to.say(e.message);
        }
    }
}

/** One of several. */
export function oneOf(choices: readonly string[]): (answer: string) => string {
    return (answer) => {
        if (!choices.includes(answer)) {
            throw new AnswerError(`${JSON.stringify(answer)} is none of ${choices.join(", ")}${didYouMean(answer, choices)}`);
        }
        return answer;
    };
}

/** Several, with commas between them. */
export function listOf<T>(read: (item: string) => T): (answer: string) => T[] {
    return (answer) =>
        answer
            .split(",")
            .map((item) => item.trim())
            .filter((item) => item !== "")
            .map(read);
}

/** A name as Kubernetes has them. */
export function name(answer: string): string {
    if (!/^[a-z0-9]([-a-z0-9]{0,40}[a-z0-9])?$/.test(answer)) {
        throw new AnswerError(
            `${JSON.stringify(answer)} is no name; expected lower-case letters, digits and dashes, such as dev`,
        );
    }
    return answer;
}
