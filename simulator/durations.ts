import data from "./data/durations.json";

/** A step of a bring-up whose length is known. */
export type DurationName = keyof typeof data.entries;

/** Seconds that a step takes. Source of each: simulator/data/durations.json. */
export function duration(name: DurationName): number {
    return data.entries[name].seconds;
}

/** The more specific of two names when it is listed, e.g. `olm.install.rhods-operator` before `olm.install`. */
export function durationOf(name: DurationName, detail: string): number {
    const entries = data.entries as Record<string, { seconds: number } | undefined>;
    return (entries[`${name}.${detail}`] ?? entries[name]!).seconds;
}
