/** A model server that answers as vLLM does. Source: vllm-project/vllm@v0.18.0:vllm/entrypoints/openai. */
import type { Answer } from "../components/workspaces/maasApi";

/** What is broken on purpose. */
export interface BrokenModel {
    /** Models answer to any name. */
    names?: boolean;
    /** Messages, completions and embeddings are empty. */
    empty?: boolean;
    /** Streams say no usage. */
    usage?: boolean;
    /** Tools are never called. */
    tools?: boolean;
}

/**
 * The answer to a request; a text is a stream of events.
 *
 * @param names in requests
 * @param path after the address of the model: `v1/completions`
 * @param tokens of the answer, with those of the request
 */
export function modelAnswer(
    names: readonly string[],
    path: string,
    body: Record<string, unknown>,
    broken: BrokenModel = {},
    tokens = 2,
): Answer {
    if (!names.includes(String(body["model"])) && broken.names !== true) {
        const message = `The model \`${String(body["model"])}\` does not exist.`;
        return { status: 404, body: { error: { message, type: "NotFoundError", param: "model", code: 404 } } };
    }
    const usage = { prompt_tokens: 1, completion_tokens: tokens - 1, total_tokens: tokens };
    if (path === "v1/completions") {
        return {
            status: 200,
            body: { choices: [{ ...(broken.empty !== true && { text: "hello" }), finish_reason: "length" }], usage },
        };
    }
    if (path === "v1/embeddings") {
        const embedding = broken.empty === true ? [] : [0.1, 0.2];
        return { status: 200, body: { data: [{ embedding }], usage: { prompt_tokens: 1, total_tokens: 1 } } };
    }
    if (path !== "v1/chat/completions") {
        return { status: 404, body: { detail: "Not Found" } };
    }
    if (body["stream"] === true) {
        const chunks = [
            { choices: [{ delta: { content: "hello" } }] },
            ...(broken.usage === true ? [] : [{ choices: [], usage }]),
        ];
        return {
            status: 200,
            body: [...chunks.map((chunk) => JSON.stringify(chunk)), "[DONE]"].map((data) => `data: ${data}\n\n`).join(""),
        };
    }
    const called = body["tools"] !== undefined && broken.tools !== true;
    const call = { id: "1", type: "function", function: { name: "current_time", arguments: '{"city": "Paris"}' } };
    const message = called
        ? { role: "assistant", content: null, tool_calls: [call] }
        : { role: "assistant", content: broken.empty === true ? "" : "hello" };
    return { status: 200, body: { choices: [{ message, finish_reason: called ? "tool_calls" : "stop" }], usage } };
}
