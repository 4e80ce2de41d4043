/** Series of a day: what a series is, and those that grow evenly or stay as they are. */

/** The first minute, in seconds since 1970: 2026-06-01T12:30Z. */
export const START = Date.UTC(2026, 5, 1, 12, 30) / 1000;
export const MINUTES = 1440;
export const END = START + MINUTES * 60;
/** A group of rules is evaluated at a second of its own within each minute: by then, the last minute is recorded. */
export const RECORDED = END + 60;

/** A series, minute by minute. */
export interface Series {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    /** Its value at a minute; undefined: not there. */
    readonly at: (minute: number) => number | undefined;
}

/** A counter that grows evenly. */
export const counter = (name: string, labels: Record<string, string>, perMinute: number): Series => ({
    name,
    labels,
    at: (minute) => minute * perMinute,
});

export const gauge = (name: string, labels: Record<string, string>, value: number): Series => ({ name, labels, at: () => value });

/** A histogram of 100 observations a minute. @param within how many of them are within each bound @param mean of all */
export function histogram(
    name: string,
    labels: Record<string, string>,
    within: Readonly<Record<string, number>>,
    mean = 1,
): Series[] {
    return [
        ...Object.entries({ ...within, "+Inf": 100 }).map(([le, count]) => counter(`${name}_bucket`, { ...labels, le }, count)),
        counter(`${name}_sum`, labels, 100 * mean),
        counter(`${name}_count`, labels, 100),
    ];
}
