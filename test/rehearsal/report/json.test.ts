import { resultJson, sorted } from "../../../rehearsal/report/json";
import type { Plan } from "../../../rehearsal/result";
import { samplePlan, sampleRehearsal } from "./sample";

/** The same value with the keys of every object in the opposite order. */
function reversed<T>(value: T): T {
    if (Array.isArray(value)) {
        return value.map(reversed) as T;
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    return Object.fromEntries(
        Object.entries(value)
            .reverse()
            .map(([k, v]) => [k, reversed(v)]),
    ) as T;
}

test("the order in which keys were set does not matter", () => {
    expect(resultJson(reversed(samplePlan()))).toBe(resultJson(samplePlan()));
    expect(resultJson(reversed(sampleRehearsal()))).toBe(resultJson(sampleRehearsal()));
});

test("nothing is lost or changed", () => {
    expect(JSON.parse(resultJson(sampleRehearsal()))).toEqual(sampleRehearsal());
});

test("ends with one newline", () => {
    expect(resultJson(samplePlan())).toMatch(/[^\n]\n$/);
});

test("keys like __proto__ stay plain data", () => {
    const inputs = JSON.parse('{"b": 1, "__proto__": {"x": 1}, "a": 2}') as Record<string, unknown>;
    expect(JSON.stringify(sorted(inputs))).toBe('{"__proto__":{"x":1},"a":2,"b":1}');
    const plan: Plan = { ...samplePlan(), outputs: inputs };
    expect(resultJson(plan)).toContain('"__proto__"');
});

test("the order of lists is kept", () => {
    expect(sorted([3, { b: 1, a: [2, 1] }])).toEqual([3, { a: [2, 1], b: 1 }]);
});
