/**
 * What a preview cannot know yet: a rule says what is certain all the same, and nothing else.
 *
 * A finding is certain when it is there whatever the unknown value turns out to be. That is tried: each value of each case is
 * taken away, replaced by others of every shape, and by what the accepted case has there; a resource that is at fault in all of
 * these must be at fault with the value unknown, and one that is not at fault in one of them must not be.
 */
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";

import { families } from "../../policy/policies";
import { cases } from "./allCases";
import { findings, type Subject } from "./judge";

const unknown = pulumi.runtime.unknownValue;
const rules = new Map(
    Object.values(families)
        .flat()
        .map((rule) => [rule.name, rule]),
);
type Path = readonly (string | number)[];
const shapes: readonly unknown[] = ["other", "1h", 0, 7, true, false, [], {}];
const GONE = Symbol("gone");

/** The paths of all values of the properties, objects and lists included; the first key is the subject's. */
function pathsOf(value: unknown, path: Path = []): Path[] {
    const inside =
        typeof value === "object" && value !== null
            ? Object.entries(value).flatMap(([key, v]) => pathsOf(v, [...path, Array.isArray(value) ? Number(key) : key]))
            : [];
    return path.length > 1 ? [path, ...inside] : inside;
}

function at(subjects: readonly Subject[], [index, ...keys]: Path): unknown {
    return keys.reduce<any>((value, key) => value?.[key], subjects[Number(index)]?.props);
}

/** A copy with another value at a path; undefined where the copy has no such place any more. */
function withValue(subjects: readonly Subject[], [index, ...keys]: Path, value: unknown): Subject[] | undefined {
    // Not structuredClone: its objects are of another realm under Jest, and the SDK looks into its own only.
    const copy = JSON.parse(JSON.stringify(subjects)) as Subject[];
    let holder: any = copy[Number(index)]?.props;
    for (const key of keys.slice(0, -1)) {
        holder = holder?.[key];
    }
    if (typeof holder !== "object" || holder === null) {
        return undefined;
    }
    if (value === GONE) {
        if (Array.isArray(holder)) {
            return undefined; // An unknown entry of a list is an entry.
        }
        delete holder[keys.at(-1)!];
    } else {
        holder[keys.at(-1)!] = value;
    }
    return copy;
}

/** The short texts in a value: names that objects of a case may turn out to have. */
function textsOf(value: unknown): string[] {
    if (typeof value === "string") {
        return value.length < 40 ? [value] : [];
    }
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

const at0 = (message: string): string => message.slice(0, message.indexOf(": "));

/** Each broken set of subjects, and the accepted ones. */
const sets = Object.entries(cases).flatMap(
    ([name, { good, broken, accepted, config, may = [], follows = /^$/, silent = /^$/, anywhere = false }]) =>
        [{ what: "what is right", change: () => undefined }, ...broken, ...accepted].map(({ what, change }) => {
            const subjects = good();
            change(subjects);
            return { name, what, subjects, good: good(), config: { ...config }, may, follows, silent, anywhere };
        }),
);

describe.each(Object.keys(cases))("%s", (name) => {
    const rule = rules.get(name)!;
    const own = sets.filter((set) => set.name === name);
    const strings = [
        ...new Set([...own.flatMap((set) => textsOf(set.subjects.map((s) => s.props))), ...textsOf(cases[name]!.config)]),
    ];

    it.each(own.map((set) => [set.what, set] as const))(
        "%s, with one value unknown",
        async (_what, { subjects, good, config, may, follows, silent, anywhere }) => {
            const about = (message: string): string => (anywhere ? "some resource" : at0(message));
            for (const path of pathsOf(subjects.map((s) => s.props ?? {})).filter((p) => !follows.test(p.join(".")))) {
                const found = new Set((await findings(rule, withValue(subjects, path, unknown)!, config)).map(about));
                // What it may turn out to be.
                const values = [
                    at(good, path),
                    GONE,
                    ...shapes,
                    ...may,
                    at(subjects, path),
                    ...(typeof at(subjects, path) === "string" ? strings : []),
                ].filter((value) => value !== undefined);
                const outcomes = (
                    await Promise.all(
                        values.map((value) => {
                            const outcome = withValue(subjects, path, value);
                            // A shape that the rule cannot read is none that the API server takes.
                            return outcome === undefined ? undefined : findings(rule, outcome, config).catch(() => undefined);
                        }),
                    )
                ).flatMap((messages) => (messages === undefined ? [] : [new Set(messages.map(about))]));
                for (const subject of new Set([...found, ...outcomes.flatMap((o) => [...o])])) {
                    const faults = outcomes.filter((o) => o.has(subject)).length;
                    const said = found.has(subject);
                    const certain = faults === outcomes.length;
                    const where = `${path.join(".")}: ${subject}`;
                    // What a whole object may turn out to be is more than is tried here: of it only the silence is judged.
                    if (said || !certain || (typeof at(subjects, path) !== "object" && !silent.test(path.join(".")))) {
                        expect(`${where} said: ${said}`).toBe(`${where} said: ${certain}`);
                    }
                }
            }
        },
    );

    it("never crashes, and says nothing more, whatever is unknown", async () => {
        await fc.assert(
            fc.asyncProperty(
                fc.constantFrom(...own).chain((set): fc.Arbitrary<{ set: (typeof own)[number]; paths: Path[] }> => {
                    const paths = pathsOf(set.subjects.map((s) => s.props ?? {}));
                    return fc.record({
                        set: fc.constant(set),
                        paths:
                            paths.length === 0 ? fc.constant([]) : fc.subarray(paths, { maxLength: Math.min(4, paths.length) }),
                    });
                }),
                async ({ set, paths }) => {
                    const hidden = paths.reduce(
                        (subjects: readonly Subject[], path) => withValue(subjects, path, unknown) ?? subjects,
                        set.subjects,
                    );
                    const said = await findings(rule, hidden, set.config);
                    const all = new Set((await findings(rule, set.subjects, set.config)).map(at0));
                    expect(said.map(at0).filter((subject) => !all.has(subject))).toEqual([]);
                },
            ),
            { numRuns: 25, seed: 7 },
        );
    });
});
