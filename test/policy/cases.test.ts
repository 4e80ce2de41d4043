import { families } from "../../policy/policies";
import { levelOf, profiles } from "../../policy/rule";
import { cases } from "./allCases";
import { findings } from "./judge";

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

describe.each(Object.entries(cases))("%s", (name, { good, broken, accepted, config }) => {
    const rule = rules.get(name)!;

    it("accepts what is right", async () => {
        expect(await findings(rule, good(), { ...config })).toEqual([]);
    });

    it.each(broken.map((b) => [b.what, b] as const))("refuses %s", async (_what, { change, says }) => {
        const subjects = good();
        change(subjects);
        const found = await findings(rule, subjects, { ...config });
        expect(found).toEqual([expect.stringMatching(says)]);
    });

    it.each(accepted.map((a) => [a.what, a] as const))("accepts %s", async (_what, { change }) => {
        const subjects = good();
        change(subjects);
        expect(await findings(rule, subjects, { ...config })).toEqual([]);
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
