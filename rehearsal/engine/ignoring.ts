/** Changes that the program leaves to others: `ignoreChanges`. */
import { Secret, type Value, type Values } from "../values";
import { stepsOf } from "./paths";

/** The new inputs, with the old values wherever changes are to be ignored. */
export function ignoring(paths: readonly string[], inputs: Values, old: Values): Values {
    let result: Value = inputs;
    for (const path of paths) {
        result = withOld(result, old, path === "*" ? [] : stepsOf(path));
    }
    return result as Values;
}

function withOld(value: Value, old: Value | undefined, steps: readonly string[]): Value {
    const [step, ...rest] = steps;
    if (step === undefined) {
        return old ?? value;
    }
    if (value instanceof Secret || old instanceof Secret) {
        const inner = withOld(value instanceof Secret ? value.value : value, old instanceof Secret ? old.value : old, steps);
        return value instanceof Secret ? new Secret(inner) : inner;
    }
    if (Array.isArray(value)) {
        const items = step === "*" ? value.map((_, i) => i) : [Number(step)];
        return value.map((item, i) => (items.includes(i) ? withOld(item, Array.isArray(old) ? old[i] : undefined, rest) : item));
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const before = typeof old === "object" && old !== null && !Array.isArray(old) ? (old as Values) : {};
    const map = value as Values;
    const keys = step === "*" ? Object.keys(map) : [step];
    const result = { ...map };
    for (const key of keys) {
        if (rest.length === 0) {
            if (key in before) {
                result[key] = before[key]!;
            } else {
                delete result[key];
            }
        } else if (key in result) {
            result[key] = withOld(result[key]!, before[key], rest);
        }
    }
    return result;
}
