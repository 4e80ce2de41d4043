/** What a schema expects, in words: zod's own never reach a reader. */
import { z } from "zod";

import { expectationOf } from "../../kinds/issueWords";

const cases: readonly (readonly [string, z.ZodType, unknown, string])[] = [
    ["a text", z.string(), 1, "expected a text"],
    ["a number", z.number(), "1", "expected a number"],
    ["a whole number", z.int(), 1.5, "expected a whole number"],
    ["true or false", z.boolean(), "yes", "expected true or false"],
    ["a list", z.array(z.string()), "a", "expected a list"],
    ["a map", z.object({}), "a", "expected a map of keys to values"],
    ["a record", z.record(z.string(), z.string()), "a", "expected a map of keys to values"],
    ["null", z.null(), "a", "expected null"],
    ["nothing", z.undefined(), "a", "expected nothing"],
    ["never", z.never(), "a", "expected nothing"],
    ["one character", z.string().min(1), "", "expected at least one character"],
    ["two characters", z.string().min(2), "", "expected at least 2 characters"],
    ["three characters at most", z.string().max(3), "abcd", "expected at most 3 characters"],
    ["one character at most", z.string().max(1), "ab", "expected at most 1 character"],
    ["four characters", z.string().length(4), "ab", "expected exactly 4 characters"],
    ["one entry", z.array(z.string()).min(1), [], "expected at least one entry"],
    ["two entries at most", z.array(z.string()).max(2), ["a", "b", "c"], "expected at most 2 entries"],
    ["a set", z.set(z.string()).min(2), new Set(), "expected at least 2 entries"],
    ["a Map", z.map(z.string(), z.string()).min(2), new Map(), "expected at least 2 entries"],
    ["a least number", z.number().min(3), 1, "expected a number of at least 3"],
    ["a greatest number", z.number().max(3), 4, "expected a number of at most 3"],
    ["more than", z.number().gt(3), 3, "expected a number of more than 3"],
    ["less than", z.number().lt(3), 3, "expected a number of less than 3"],
    ["a multiple", z.number().multipleOf(5), 3, "expected a multiple of 5"],
    ["a pattern", z.string().regex(/^a+$/), "b", "expected a text that matches /^a+$/"],
    ["one value", z.literal("a"), "b", "expected a"],
    ["one of several", z.enum(["a", "b"]), "c", "expected one of a, b"],
    ["a key", z.strictObject({}), { x: 1 }, "unknown key x"],
    ["keys", z.strictObject({}), { x: 1, y: 2 }, "unknown keys x, y"],
    ["words of its own", z.string().regex(/^a$/, "expected the letter a"), "b", "expected the letter a"],
];

describe("what is expected", () => {
    for (const [what, schema, given, words] of cases) {
        it(what, () => {
            expect(schema.safeParse(given).error?.issues.map(expectationOf)).toEqual([words]);
        });
    }
});
