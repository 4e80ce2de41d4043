/** Wrong types are told as wrong forms are: what the setting expects, with an example, and how to write what was meant. */
import { z } from "zod";

import { expectedAt } from "../../stacks/expectation";
import { settingsSchema, unwrap } from "../../stacks/schemaKeys";
import { type Draft, problemsOf, shipped } from "../settings";

const problems = (change: (settings: Draft) => unknown): string[] => problemsOf(shipped("code-assistant", (s) => void change(s)));

it.each<[string, (s: Draft) => unknown, string]>([
    [
        "a number for a window",
        (s) => (s.tiers[0].requests.window = 5),
        "tiers[0].requests.window: expected a window in h, m or s, such as 2m or 24h (there is no unit for days), got 5",
    ],
    [
        "no window",
        (s) => delete s.tiers[0].requests.window,
        "tiers[0].requests.window: is missing; expected a window in h, m or s, such as 2m or 24h (there is no unit for days)",
    ],
    [
        "no window in a list of limits",
        (s) => (s.tiers[0].requests = [{ limit: 5 }]),
        "tiers[0].requests[0].window: is missing; expected a window in h, m or s, such as 2m or 24h (there is no unit for days)",
    ],
    [
        "a number for a time",
        (s) => (s.connectivityLink = { authTimeout: 5 }),
        "connectivityLink.authTimeout: expected a time in ms or s, such as 500ms or 2s, got 5",
    ],
    [
        "a text for a number",
        (s) => (s.tiers[0].requests.limit = "5"),
        'tiers[0].requests.limit: expected a whole number from 1 to 1000000, got "5"; write 5, without quotes',
    ],
    [
        "a number that is too small",
        (s) => (s.gpu.pools[0].replicas = -1),
        "gpu.pools[0].replicas: expected a whole number from 0 to 100, got -1",
    ],
    ["a number for a name", (s) => (s.models[0].displayName = 20), 'models[0].displayName: expected a text, got 20; write "20"'],
    [
        "a price without quotes",
        (s) => (s.gpu.pools[0].spot = { maxPrice: 1.25 }),
        "gpu.pools[0].spot.maxPrice: expected US dollars an hour as a string, such as '1.25', got 1.25; write \"1.25\"",
    ],
    [
        "a word for a switch",
        (s) => (s.protectData = "yes"),
        'protectData: expected true or false, got "yes"; write true, without quotes',
    ],
    [
        "one zone without brackets",
        (s) => (s.gpu.pools[0].zones = "us-east-2a"),
        'gpu.pools[0].zones: expected a list, got "us-east-2a"; write [us-east-2a]',
    ],
    [
        "a map for a list",
        (s) => (s.tiers[0].tokens = { limit: 5, window: "1m" }),
        'tiers[0].tokens: expected a list whose entries are each a map with limit and window, got {"limit":5,"window":"1m"}',
    ],
    ["a word for a map", (s) => (s.tiers[0].models = [5]), "tiers[0].models[0]: expected a text, or a map with name, got 5"],
    [
        "an address without a host",
        (s) => (s.certificates = { letsEncrypt: { environment: "staging", email: "ann" } }),
        'certificates.letsEncrypt.email: expected an address such as ops@example.com, got "ann"',
    ],
    [
        "a number for a secret's name, which is not shown",
        (s) => (s.models[0].tokenSecret = 20),
        "models[0].tokenSecret: expected lower-case letters, digits and dashes, beginning and ending with a letter or digit, such as team-a, got a value that is not shown",
    ],
])("%s", (_, change, message) => {
    expect(problems(change)).toContain(message);
});

/** Each text of the schema that has a form, by its path. */
function texts(schema: z.core.$ZodType, path: readonly string[] = []): (readonly string[])[] {
    const node = unwrap(schema);
    return node instanceof z.ZodObject
        ? Object.entries(node.shape as Record<string, z.core.$ZodType>).flatMap(([key, field]) => texts(field, [...path, key]))
        : node instanceof z.ZodArray
          ? texts(node.element, [...path, "0"])
          : node instanceof z.ZodRecord
            ? texts(node.valueType, [...path, "any"])
            : node._zod.def.type === "string" && !(node as z.ZodString).safeParse("%%% \0").success
              ? [path]
              : [];
}

it("every text that has a form says it with an example, in no words of zod", () => {
    const all = texts(settingsSchema).map((path) => `${path.join(".")}: ${expectedAt(path)}`);
    expect(all.length).toBeGreaterThan(100);
    const example = / such as | or (?:a|an) |https?:\/\/|-----BEGIN|publisher\.name/;
    expect(all.filter((one) => !example.test(one) || /Invalid|matches \//.test(one))).toEqual([]);
});
