/** What a smoke test takes for a right answer of a model, and what it does not. */
import type { HttpAnswer } from "../../../cli/http/send";
import { choice, expectEmbedding, expectMessage, expectStream, expectToolCall, json } from "../../../cli/smoke/answers";

const answer = (body: unknown, status = 200): HttpAnswer => ({
    status,
    headers: {},
    body: typeof body === "string" ? body : JSON.stringify(body),
});

const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

describe("an answer", () => {
    it.each<[string, HttpAnswer, RegExp]>([
        ["of another status", answer({}, 500), /^answers 500 \(\{\}\); expected 200$/],
        ["that is no JSON", answer("<html>"), /^answers 200 with no JSON object \(<html>\)$/],
        ["that is no object", answer("null"), /no JSON object/],
    ])("%s is none", (_, got, said) => {
        expect(() => json(got)).toThrow(said);
    });

    it("has a choice, and a usage that adds up", () => {
        expect(choice(answer({ choices: [{ text: "a" }, { text: "b" }], usage }))).toEqual({ text: "a" });
    });

    it.each<[string, object, RegExp]>([
        ["without choices", { usage }, /without choices/],
        ["with no choice", { choices: [], usage }, /without choices/],
        ["without usage", { choices: [{}] }, /usage is null; expected/],
        ["whose usage is nothing", { choices: [{}], usage: { ...usage, total_tokens: 0 } }, /usage is .*; expected/],
        ["whose usage does not add up", { choices: [{}], usage: { ...usage, total_tokens: 6 } }, /add up to total_tokens/],
    ])("%s is not right", (_, body, said) => {
        expect(() => choice(answer(body))).toThrow(said);
    });
});

it.each([{ content: "a" }, { content: null, reasoning: "a" }, { content: "", reasoning_content: "a" }])(
    "%j is a message",
    (message) => {
        expect(() => expectMessage(message)).not.toThrow();
    },
);

it.each([undefined, {}, { content: null }, { content: "", reasoning: "" }])("%j is no message", (message) => {
    expect(() => expectMessage(message)).toThrow("neither content nor reasoning");
});

describe("a stream", () => {
    const stream = (...events: readonly (object | string)[]): HttpAnswer =>
        answer(events.map((event) => `data: ${typeof event === "string" ? event : JSON.stringify(event)}\r\n\r\n`).join(""));
    const chunk = { choices: [{ delta: { content: "a" } }] };

    it("has a choice, a usage and an end", () => {
        expect(() => expectStream(stream(chunk, { choices: [], usage }, "[DONE]"))).not.toThrow();
        expect(() => expectStream(stream({ ...chunk, usage }, "[DONE]"))).not.toThrow();
    });

    it.each<[string, HttpAnswer, RegExp]>([
        ["of another status", answer("", 503), /answers 503/],
        ["of no event", answer(""), /of 0 events does not end with \[DONE\]/],
        ["without an end", stream(chunk, { choices: [], usage }), /of 2 events does not end with \[DONE\]/],
        ["with half an event", stream('{"choices":[', "[DONE]"), /an event that is no JSON/],
        ["without a choice", stream({ choices: [], usage }, "[DONE]"), /no chunk with a choice/],
        ["whose usage is null", stream({ ...chunk, usage: null }, "[DONE]"), /no chunk of the stream has usage/],
        [
            "whose usage is nothing",
            stream({ ...chunk, usage: { total_tokens: 0 } }, "[DONE]"),
            /no chunk of the stream has usage/,
        ],
    ])("%s is not right", (_, got, said) => {
        expect(() => expectStream(got)).toThrow(said);
    });
});

describe("a tool call", () => {
    const calls = (...called: readonly object[]): HttpAnswer =>
        answer({ choices: [{ message: { tool_calls: called.map((one) => ({ function: one })) } }], usage });

    it("names the tool, with arguments", () => {
        expect(() => expectToolCall(calls({ name: "time", arguments: "{}" }), "time")).not.toThrow();
    });

    it.each<[string, HttpAnswer, RegExp]>([
        ["of nothing", calls(), /calls no tool/],
        ["of another tool", calls({ name: "date", arguments: "{}" }), /calls no tool/],
        ["without arguments", calls({ name: "time" }), /arguments of the tool call are no JSON: $/],
        ["with half of its arguments", calls({ name: "time", arguments: '{"city"' }), /are no JSON: \{"city"$/],
    ])("%s is none", (_, got, said) => {
        expect(() => expectToolCall(got, "time")).toThrow(said);
    });
});

it("an embedding is a vector of numbers", () => {
    const embedding = (vector: unknown): HttpAnswer => answer({ data: [{ embedding: vector }] });
    expect(() => expectEmbedding(embedding([0.1, -2]))).not.toThrow();
    for (const vector of [undefined, [], [0.1, "a"], [null]]) {
        expect(() => expectEmbedding(embedding(vector))).toThrow("no embedding of numbers");
    }
    expect(() => expectEmbedding(answer({ data: [] }))).toThrow("no embedding of numbers");
});
