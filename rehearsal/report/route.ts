/** The ways of a graph's edges between its boxes. */

/** A box on the grid: its column, and the upper left corner in pixels. */
export interface Spot {
    readonly column: number;
    readonly x: number;
    readonly y: number;
}

/** Measures of a box, and of the gaps between columns, in pixels. */
export interface Measures {
    readonly width: number;
    readonly height: number;
    readonly gapX: number;
}

/** Pixels between edges that share a channel, and how many fit side by side. */
const BESIDE = { step: 3, many: 3 };

/**
 * Draws edges as paths that pass no box: up and down in the gaps between columns, over columns in the channels between rows, or in
 * a row that is free from one box to the other.
 *
 * @param channels heights at which no box of any column stands
 */
export function router(spots: readonly Spot[], { width, height, gapX }: Measures, channels: readonly number[]) {
    const used = new Map<number, number>();
    const free = (y: number, from: number, to: number): boolean =>
        spots.every((s) => s.column <= from || s.column >= to || Math.abs(s.y + height / 2 - y) > height / 2);
    return (from: number, to: number): string => {
        const [a, b] = [spots[from]!, spots[to]!];
        const [x1, y1] = [a.x + width, a.y + height / 2];
        const [x2, y2] = [b.x - 4, b.y + height / 2];
        if (b.column - a.column === 1) {
            return `M${x1} ${y1}${bend(x1, y1, x2, y2)}`;
        }
        const ways = [...channels, ...[y1, y2].filter((y) => free(y, a.column, b.column))];
        const length = (y: number): number => Math.abs(y - y1) + Math.abs(y - y2);
        const best = ways.reduce((one, other) => (length(other) < length(one) ? other : one), ways[0] ?? y1);
        const n = used.get(best) ?? 0;
        used.set(best, n + 1);
        const y = channels.includes(best) ? best + ((n % BESIDE.many) - (BESIDE.many - 1) / 2) * BESIDE.step : best;
        const [enter, leave] = [x1 + gapX, b.x - gapX];
        return `M${x1} ${y1}${bend(x1, y1, enter, y)}H${leave}${bend(leave, y, x2, y2)}`;
    };
}

function bend(x1: number, y1: number, x2: number, y2: number): string {
    const middle = (x1 + x2) / 2;
    return `C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}
