import { families } from "../../policy/policies";
import { levelOf, profiles } from "../../policy/rule";
import { cases } from "./allCases";
import { UNKNOWN } from "./cases/case";
import { findings, type Subject } from "./judge";
import { at, differences, GONE, pathsIn, withValue } from "./values";

const rules = new Map(
    Object.values(families)
        .flat()
        .map((rule) => [rule.name, rule]),
);
/** Tried in rules.test.ts, on the kinds themselves, and in waiver.test.ts. */
const elsewhere = ["spec-matches-schema", "operator-before-kind", "waivers-in-force"];

it("tries every rule of the pack", () => {
    expect([...Object.keys(cases), ...elsewhere].sort()).toEqual([...rules.keys()].sort());
});

describe.each(Object.entries(cases))("%s", (name, { good, broken, accepted, config, follows = /^$/ }) => {
    const rule = rules.get(name)!;

    it("accepts what is right", async () => {
        expect(await findings(rule, good(), { ...config })).toEqual([]);
    });

    it.each(broken.map((b) => [b.what, b] as const))("refuses %s", async (_what, { change, says, config: own }) => {
        const subjects = good();
        change(subjects);
        const said = [says].flat().map((text) => expect.stringMatching(text));
        expect(await findings(rule, subjects, { ...(own ?? config) })).toEqual(said);
        // All the same where something beside it is not known.
        const beside = subjects.map((subject) => ({ ...subject, props: { ...subject.props, beside: UNKNOWN } }));
        expect(await findings(rule, beside, { ...(own ?? config) })).toEqual(said);
    });

    it.each(accepted.map((a) => [a.what, a] as const))("accepts %s", async (_what, { change, config: own }) => {
        const subjects = good();
        change(subjects);
        expect(await findings(rule, subjects, { ...(own ?? config) })).toEqual([]);
    });

    it.each(broken.filter((b) => b.config === undefined).map((b) => [b.what, b] as const))(
        "does not tell of %s while what makes it so is not known",
        async (_what, { change }) => {
            const subjects = good();
            change(subjects);
            const paths = differences(good(), subjects) ?? [];
            const hidden = (paths.some((path) => follows.test(path.join("."))) ? [] : paths).reduce(
                (all: Subject[] | undefined, path) => all && withValue(all, path, UNKNOWN),
                subjects,
            );
            if (hidden !== subjects) {
                expect(await findings(rule, hidden!, { ...config })).toEqual([]);
            }
        },
    );

    it("does not stumble over what is null or left out", async () => {
        const crashes: string[] = [];
        const tried = new Set<string>();
        for (const { change } of [{ change: () => undefined }, ...broken, ...accepted]) {
            const subjects = good();
            change(subjects);
            for (const path of pathsIn(subjects)) {
                const what = `${path.join(".")} ${JSON.stringify(at(subjects, path))}`;
                for (const value of tried.has(what) ? [] : [null, GONE]) {
                    await findings(rule, withValue(subjects, path, value) ?? [], { ...config }).catch((error: Error) =>
                        crashes.push(`${path.join(".")} ${String(value)}: ${error.message}`),
                    );
                }
                tried.add(what);
            }
        }
        expect([...new Set(crashes)]).toEqual([]);
    });

    it("says why and how to mend it, and how strict each profile is", () => {
        const { text } = rule;
        for (const part of [text.title, text.why, text.remedy, text.source]) {
            expect(part.length).toBeGreaterThan(10);
        }
        expect(
            profiles.map((p) => levelOf(text, p)).every((l) => ["advisory", "mandatory", "remediate", "disabled"].includes(l)),
        ).toBe(true);
    });
});
