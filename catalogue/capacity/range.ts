/** Arithmetic on least and most. */
import type { Range } from "./model";
import { number } from "./read";

export function scaled(range: Range, factor: number): Range {
    return { min: range.min * factor, max: range.max * factor };
}

export function total(ranges: readonly (Range | undefined)[]): Range | undefined {
    return ranges.reduce<Range | undefined>((sum, r) => sum && r && { min: sum.min + r.min, max: sum.max + r.max }, {
        min: 0,
        max: 0,
    });
}

export function bounds(min: unknown, max: unknown): Range | undefined {
    const [from, to] = [number(min), number(max)];
    return from === undefined || to === undefined ? undefined : { min: from, max: Math.max(from, to) };
}
