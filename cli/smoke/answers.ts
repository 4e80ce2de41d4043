/** Whether the answers of an OpenAI-compatible server are what its users expect. Source: docs/sources/llm-d.md. */
import { parsedJson } from "../http/json";
import type { HttpAnswer } from "../http/send";

/** A check does not hold. The message says what was seen and what is expected. */
export class Unexpected extends Error {
    override readonly name = "Unexpected";
}

/** @throws Unexpected */
export function expectStatus(answer: HttpAnswer, expected: readonly number[]): void {
    if (!expected.includes(answer.status)) {
        throw new Unexpected(`answers ${answer.status}${excerpt(answer.body)}; expected ${expected.join(" or ")}`);
    }
}

/** The body of an answer of 200. */
export function json(answer: HttpAnswer): Record<string, unknown> {
    expectStatus(answer, [200]);
    const parsed = parsedJson(answer.body);
    if (typeof parsed === "object" && parsed !== null) {
        return parsed as Record<string, unknown>;
    }
    throw new Unexpected(`answers 200 with no JSON object${excerpt(answer.body)}`);
}

interface Usage {
    readonly prompt_tokens?: number;
    readonly completion_tokens?: number;
    readonly total_tokens?: number;
}

/** The first choice of an answer whose usage adds up. */
export function choice(answer: HttpAnswer): Record<string, unknown> {
    const { choices, usage } = json(answer) as { choices?: Record<string, unknown>[]; usage?: Usage };
    const [first] = choices ?? [];
    if (first === undefined) {
        throw new Unexpected("answers without choices");
    }
    const { prompt_tokens: prompt = 0, completion_tokens: completion = 0, total_tokens: total = 0 } = usage ?? {};
    if (total <= 0 || total !== prompt + completion) {
        throw new Unexpected(
            `usage is ${JSON.stringify(usage ?? null)}; expected prompt_tokens and completion_tokens that add up to total_tokens, by which limits count`,
        );
    }
    return first;
}

/** Text or reasoning of a message. */
export function expectMessage(message: unknown): void {
    const { content, reasoning, reasoning_content: former } = (message ?? {}) as Record<string, unknown>;
    if (![content, reasoning, former].some((text) => typeof text === "string" && text !== "")) {
        throw new Unexpected("the message has neither content nor reasoning");
    }
}

/** The data of a stream of events, which ends with [DONE] and says its usage. */
export function expectStream(answer: HttpAnswer): void {
    expectStatus(answer, [200]);
    const data = answer.body.split(/\r?\n/).flatMap((line) => /^data: ?(.*)$/.exec(line)?.[1] ?? []);
    if (data.at(-1) !== "[DONE]") {
        throw new Unexpected(`the stream of ${data.length} events does not end with [DONE]${excerpt(answer.body)}`);
    }
    const chunks = data.slice(0, -1).map((text) => {
        const parsed = parsedJson(text);
        if (parsed === undefined) {
            throw new Unexpected(`the stream has an event that is no JSON: ${text.slice(0, 80)}`);
        }
        return parsed as { choices?: unknown[]; usage?: Usage | null };
    });
    if (!chunks.some(({ choices }) => (choices ?? []).length > 0)) {
        throw new Unexpected("the stream has no chunk with a choice");
    }
    if (!chunks.some(({ usage }) => (usage?.total_tokens ?? 0) > 0)) {
        throw new Unexpected(
            "no chunk of the stream has usage: its tokens are not counted, and token limits do not hold for streams",
        );
    }
}

/** A call of the function. */
export function expectToolCall(answer: HttpAnswer, name: string): void {
    const { message } = choice(answer) as {
        message?: { tool_calls?: { function?: { name?: string; arguments?: string } }[] };
    };
    const called = message?.tool_calls?.[0]?.function;
    if (called?.name !== name) {
        throw new Unexpected("the answer calls no tool");
    }
    if (parsedJson(called.arguments ?? "") === undefined) {
        throw new Unexpected(`the arguments of the tool call are no JSON: ${(called.arguments ?? "").slice(0, 80)}`);
    }
}

/** A vector of numbers. */
export function expectEmbedding(answer: HttpAnswer): void {
    const { data } = json(answer) as { data?: { embedding?: unknown[] }[] };
    const vector = data?.[0]?.embedding ?? [];
    if (vector.length === 0 || !vector.every((value) => typeof value === "number")) {
        throw new Unexpected("the answer has no embedding of numbers");
    }
}

function excerpt(body: string): string {
    const text = body.replace(/\s+/g, " ").trim();
    return text === "" ? "" : ` (${text.slice(0, 160)})`;
}
