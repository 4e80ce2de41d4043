/** A box to be placed: which lane it belongs in, and which boxes come before it. */
export interface LayoutInput {
    readonly lane: number;
    /** Indexes of boxes that must stand further left. */
    readonly after: readonly number[];
}

/** The position of a box: column from the left, row inside its lane. */
export interface GridPosition {
    readonly column: number;
    readonly row: number;
}

/** The positions of all boxes, and the size of the grid. */
export interface Layout {
    readonly places: readonly GridPosition[];
    readonly columns: number;
    /** Rows of each lane. */
    readonly laneRows: readonly number[];
}

/** Rows that a lane may have before boxes are spread over further columns. */
const comfortableRows = 6;

/**
 * A layered layout in lanes. The column of a box is its longest chain of predecessors; boxes that more boxes wait for
 * than they wait for themselves move right, next to the first that waits for them. Inside a lane, boxes of a column are
 * ordered by where their neighbours stand, so that edges cross little. The same input gives the same layout.
 *
 * @param lanes number of lanes
 * @throws Error when the boxes wait for each other in a circle
 */
export function layered(boxes: readonly LayoutInput[], lanes: number): Layout {
    const order = topological(boxes);
    const before = boxes.map((): number[] => []);
    boxes.forEach((box, i) => box.after.forEach((a) => before[a]!.push(i)));

    const column = boxes.map(() => 0);
    for (const i of order) {
        column[i] = Math.max(0, ...boxes[i]!.after.map((a) => column[a]! + 1));
    }
    for (const i of [...order].reverse()) {
        const next = before[i]!;
        if (next.length > 0 && next.length >= boxes[i]!.after.length) {
            column[i] = Math.max(column[i]!, Math.min(...next.map((n) => column[n]!)) - 1);
        }
    }
    const columns = Math.max(0, ...column.map((c) => c + 1));

    const cells = Array.from({ length: lanes }, () => Array.from({ length: columns }, (): number[] => []));
    const last = boxes.map((box, i) => before[i]!.length === 0 && box.after.length > 0);
    boxes.forEach((box, i) => !last[i] && cells[box.lane]![column[i]!]!.push(i));
    // Boxes that nothing waits for may stand anywhere further right: they fill columns that have room instead of one tall one.
    boxes.forEach((box, i) => {
        if (last[i]) {
            const lane = cells[box.lane]!;
            const tallest = Math.max(comfortableRows, ...lane.map((cell) => cell.length));
            const room = lane.findIndex((cell, c) => c >= column[i]! && cell.length < tallest);
            column[i] = room < 0 ? column[i]! : room;
            lane[column[i]!]!.push(i);
        }
    });
    const laneRows = cells.map((lane) => Math.max(1, ...lane.map((cell) => cell.length)));
    const laneTop = laneRows.map((_, lane) => laneRows.slice(0, lane).reduce((sum, rows) => sum + rows, 0));

    const row = boxes.map(() => 0);
    const number = (): void => cells.forEach((lane) => lane.forEach((cell) => cell.forEach((i, r) => (row[i] = r))));
    number();
    const height = (i: number): number => laneTop[boxes[i]!.lane]! + row[i]!;
    const sweeps = 6;
    for (let sweep = 0; sweep < sweeps; sweep++) {
        const forward = sweep % 2 === 0;
        for (let step = 0; step < columns; step++) {
            const c = forward ? step : columns - 1 - step;
            for (const lane of cells) {
                const cell = lane[c]!;
                const wish = new Map(
                    cell.map((i) => {
                        const neighbours = forward ? boxes[i]!.after : before[i]!;
                        const mean = neighbours.reduce((sum, n) => sum + height(n), 0) / neighbours.length;
                        return [i, neighbours.length === 0 ? height(i) : mean] as const;
                    }),
                );
                cell.sort((a, b) => wish.get(a)! - wish.get(b)! || row[a]! - row[b]!);
                cell.forEach((i, r) => (row[i] = r));
            }
        }
    }
    return { places: boxes.map((_, i) => ({ column: column[i]!, row: row[i]! })), columns, laneRows };
}

function topological(boxes: readonly LayoutInput[]): number[] {
    const waits = boxes.map((box) => new Set(box.after).size);
    const before = boxes.map((): number[] => []);
    boxes.forEach((box, i) => new Set(box.after).forEach((a) => before[a]!.push(i)));
    const order = boxes.flatMap((_, i) => (waits[i] === 0 ? [i] : []));
    for (let next = 0; next < order.length; next++) {
        for (const i of before[order[next]!]!) {
            if (--waits[i]! === 0) {
                order.push(i);
            }
        }
    }
    if (order.length < boxes.length) {
        throw new Error("boxes that wait for each other in a circle cannot be laid out");
    }
    return order;
}
