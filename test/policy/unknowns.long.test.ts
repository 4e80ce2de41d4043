/**
 * What a preview cannot know yet: a rule says what is certain all the same, and nothing else.
 *
 * A finding is certain when it exists whatever the unknown value turns out to be. That is tried: each value of each case is
 * taken away, replaced by others of every shape, and by what the accepted case has there; a resource that is at fault in all of
 * these must be at fault with the value unknown, and one that is not at fault in one of them must not be.
 */
import fc from "fast-check";

import { families } from "../../policy/policies";
import { cases } from "./allCases";
import { type Broken, UNKNOWN } from "./cases/case";
import { findings, type Subject } from "./judge";
import { at, GONE, type Path, pathsIn, withValue } from "./values";

const rules = new Map(
    Object.values(families)
        .flat()
        .map((rule) => [rule.name, rule]),
);
const shapes: readonly unknown[] = ["other", "1h", 0, 7, true, false, [], {}];

/** The short texts in a value: names that objects of a case may turn out to have. */
function textsOf(value: unknown): string[] {
    if (typeof value === "string") {
        return value.length < 40 && value !== UNKNOWN ? [value] : [];
    }
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

const at0 = (message: string): string => message.slice(0, message.indexOf(": "));

type Change = Pick<Broken, "what" | "change" | "config">;

/** Each broken set of subjects, and the accepted ones. */
const sets = Object.entries(cases).flatMap(
    ([name, { good, broken, accepted, config, may = [], follows = /^$/, silent = /^$/, anywhere = false }]) =>
        [{ what: "what is right", change: () => undefined }, ...broken, ...accepted].map(({ what, change, ...own }: Change) => {
            const subjects = good();
            change(subjects);
            return { name, what, subjects, good: good(), config: { ...(own.config ?? config) }, may, follows, silent, anywhere };
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
            for (const path of pathsIn(subjects).filter((p) => !follows.test(p.join(".")) && at(subjects, p) !== UNKNOWN)) {
                const found = new Set((await findings(rule, withValue(subjects, path, UNKNOWN)!, config)).map(about));
                // What it may turn out to be.
                const values = [
                    at(good, path),
                    GONE,
                    ...shapes,
                    ...may,
                    at(subjects, path),
                    ...(typeof at(subjects, path) === "string" ? strings : []),
                ].filter((value) => value !== undefined && value !== UNKNOWN);
                // What is wrong whatever it turns out to be.
                let certain: ReadonlySet<string> | undefined;
                for (const value of new Set(values)) {
                    const outcome = withValue(subjects, path, value);
                    // A shape that the rule cannot read is none that the API server takes.
                    const messages = await (outcome && findings(rule, outcome, config))?.catch(() => undefined);
                    if (messages !== undefined) {
                        const wrong = messages.map(about);
                        certain = new Set(certain === undefined ? wrong : wrong.filter((subject) => certain!.has(subject)));
                    }
                    if (found.size === 0 && certain?.size === 0) {
                        break;
                    }
                }
                for (const subject of new Set([...found, ...(certain ?? found)])) {
                    const said = found.has(subject);
                    const where = `${path.join(".")}: ${subject}`;
                    // What a whole object may turn out to be is more than is tried here: of it only the silence is judged.
                    if (said || (typeof at(subjects, path) !== "object" && !silent.test(path.join(".")))) {
                        expect(`${where} said: ${said}`).toBe(`${where} said: ${(certain ?? found).has(subject)}`);
                    }
                }
            }
        },
    );

    it("never crashes, and says nothing more, whatever is unknown", async () => {
        await fc.assert(
            fc.asyncProperty(
                fc.constantFrom(...own).chain((set): fc.Arbitrary<{ set: (typeof own)[number]; paths: Path[] }> => {
                    const paths = pathsIn(set.subjects);
                    return fc.record({
                        set: fc.constant(set),
                        paths:
                            paths.length === 0 ? fc.constant([]) : fc.subarray(paths, { maxLength: Math.min(4, paths.length) }),
                    });
                }),
                async ({ set, paths }) => {
                    const hidden = paths.reduce(
                        (subjects: readonly Subject[], path) => withValue(subjects, path, UNKNOWN) ?? subjects,
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
