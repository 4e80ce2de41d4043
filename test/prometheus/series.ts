/** Series of a day: what a series is, and those that grow evenly or stay as they are. */

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
