import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";

import { families } from "../../policy/policies";
import { levelOf, profiles, type Rule } from "../../policy/rule";
import { cases } from "./cases";
import { judge, judgeStack, type Subject } from "./judge";

const rules = new Map(
    Object.values(families)
        .flat()
        .map((rule) => [rule.name, rule]),
);
/** Tried in rules.test.ts, on the kinds themselves. */
const elsewhere = ["spec-matches-schema", "operator-before-kind"];

async function findings(rule: Rule, subjects: readonly Subject[], config: Record<string, unknown> = {}): Promise<string[]> {
    if ("validateStack" in rule) {
        return judgeStack(rule as StackValidationPolicy, subjects, config);
    }
    const each = await Promise.all(
        subjects.map(async ({ type, name, props }) =>
            (await judge(rule as ResourceValidationPolicy, type, props ?? {}, config)).map((m) => `${name}: ${m}`),
        ),
    );
    return each.flat();
}

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

    it("never crashes on what is unknown, and says nothing of it", async () => {
        const subjects = good();
        for (const path of leaves(subjects.map((s) => s.props ?? {}))) {
            const copy = good();
            const [index, ...keys] = path;
            let holder: any = copy[Number(index)]!.props;
            for (const key of keys.slice(0, -1)) {
                holder = holder[key];
            }
            holder[keys.at(-1)!] = pulumi.runtime.unknownValue;
            await expect(findings(rule, copy, { ...config })).resolves.toBeInstanceOf(Array);
        }
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

/** The paths of all values, objects and lists included. */
function leaves(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
    if (typeof value !== "object" || value === null) {
        return path.length > 1 ? [[...path]] : [];
    }
    const inside = Object.entries(value).flatMap(([key, v]) => leaves(v, [...path, Array.isArray(value) ? Number(key) : key]));
    return path.length > 1 ? [[...path], ...inside] : inside;
}
