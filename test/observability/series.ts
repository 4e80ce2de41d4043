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

/** From here on everything grows by the same each minute. */
export const EVEN = MINUTES - 60;

/** Minutes as counters count them: fewer and more by turns within the day, evenly in its first and last hour, as many in all. */
function pace(minute: number): number {
    // A mean of the last hour is of rates that look back further.
    const [from, to, turns, share] = [60, EVEN - 30, 5, 0.4];
    if (minute <= from || minute >= to) {
        return minute;
    }
    const turn = (to - from) / turns;
    return Math.round(minute + ((share * turn) / (2 * Math.PI)) * Math.sin((2 * Math.PI * (minute - from)) / turn));
}

/** A counter that grows evenly in the last hour. */
export const counter = (name: string, labels: Record<string, string>, perMinute: number): Series => ({
    name,
    labels,
    at: (minute) => pace(minute) * perMinute,
});

export const gauge = (name: string, labels: Record<string, string>, value: number): Series => ({ name, labels, at: () => value });

/** A histogram of 100 observations a minute in the last hour. @param within how many of them are within each bound @param mean of all */
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
