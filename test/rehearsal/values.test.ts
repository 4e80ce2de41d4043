import { EMPTY_STATE, stateFromJson, stateToJson, type StackState } from "../../rehearsal/engine/state";
import {
    decodeStruct,
    encodeStruct,
    keepSecrets,
    mirrorSecrets,
    plain,
    secret,
    secretTexts,
    show,
    UNKNOWN,
    UNKNOWN_TEXT,
    type Values,
} from "../../rehearsal/values";

const SIG = "4dabf18193072939515e22adb298388d";

describe("property values", () => {
    const values: Values = {
        text: "a",
        list: [1, UNKNOWN, { deep: secret("hidden text") }],
        nothing: null,
        flag: false,
        secretUnknown: secret(UNKNOWN),
    };

    it("survive the wire", () => {
        expect(decodeStruct(encodeStruct(values))).toEqual(values);
    });

    it("go out without secret marks where the other side knows none", () => {
        expect(encodeStruct({ a: secret("x"), b: UNKNOWN }, false).toJavaScript()).toEqual({ a: "x", b: UNKNOWN_TEXT });
    });

    it("come in as output values, with the resources that they come from", () => {
        const urns = new Set<string>();
        const output = (rest: object) => ({ [SIG]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", ...rest });
        const struct = encodeStruct({
            known: output({ value: "v", dependencies: ["urn:a"] }),
            unknown: output({ dependencies: ["urn:b"] }),
            hidden: output({ value: "h", secret: true }),
        });
        expect(decodeStruct(struct, urns)).toEqual({ known: "v", unknown: UNKNOWN, hidden: secret("h") });
        expect([...urns]).toEqual(["urn:a", "urn:b"]);
    });

    it("are shown without secrets, their keys in order", () => {
        expect(JSON.stringify(show({ b: secret({ x: 1 }), a: [UNKNOWN] }))).toBe('{"a":["[unknown]"],"b":"[secret]"}');
        expect(plain({ a: secret({ b: secret("x") }) })).toEqual({ a: { b: "x" } });
        expect(secretTexts({ a: secret({ b: "long enough", c: "no" }), d: "open" })).toEqual(["long enough"]);
    });

    it("stay secret in outputs when they were secret in inputs", () => {
        expect(keepSecrets({ a: { b: "x" }, c: "y", d: 1 }, { a: { b: secret("x") }, d: 1 }, ["c"])).toEqual({
            a: secret({ b: "x" }),
            c: secret("y"),
            d: 1,
        });
    });

    it("are secret in outputs of a provider where they were secret in inputs", () => {
        expect(
            mirrorSecrets(
                { a: { b: "x", c: "y" }, list: ["p", "q"], longer: ["p", "q"], other: "text", all: { z: 1 } },
                { a: { b: secret("x") }, list: ["p", secret("q")], longer: [secret("p")], other: { in: secret("x") } },
                ["all"],
            ),
        ).toEqual({
            a: { b: secret("x"), c: "y" },
            list: ["p", secret("q")],
            longer: secret(["p", "q"]),
            other: secret("text"),
            all: secret({ z: 1 }),
        });
    });
});

describe("a state file", () => {
    const state: StackState = {
        resources: [
            {
                urn: "urn:x", type: "a:b:C", name: "x", custom: true, id: "1", dependencies: [], options: { custom: true },
                inputs: { a: secret({ b: "hidden text" }) }, outputs: { u: UNKNOWN },
            },
        ],
    }; // prettier-ignore

    it("keeps everything, and no secret in the clear", () => {
        const text = stateToJson(state, "passphrase");
        expect(text).not.toContain("hidden text");
        expect(stateFromJson(text, "passphrase")).toEqual(state);
        expect(stateFromJson(stateToJson(EMPTY_STATE, ""), "")).toEqual(EMPTY_STATE);
    });

    it("is refused when it is something else, or the passphrase is wrong", () => {
        expect(() => stateFromJson(stateToJson(state, "one"), "two")).toThrow("the passphrase does not fit the state");
        expect(() => stateFromJson("{", "x")).toThrow("the state is not JSON");
        expect(() => stateFromJson("{}", "x")).toThrow("was not written by a rehearsal");
    });
});
