/** Parses windows of limits. */

const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** The length of a window such as `2m` or `24h` in seconds; undefined if the text is not a window. */
export function seconds(window: unknown): number | undefined {
    const match = /^(\d+)(ms|s|m|h)$/.exec(String(window));
    return match === null ? undefined : Number(match[1]) * units[match[2]!]!;
}
