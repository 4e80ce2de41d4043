/** The parts of a dashboard. */

/** How values are written; amounts of money by the code of their currency (ISO 4217). */
export type Unit = "decimal" | "percent" | "percent-decimal" | "seconds" | "requests/sec" | { readonly currency: string };

/** A panel. */
export interface Panel {
    readonly title: string;
    readonly description?: string;
    readonly unit: Unit;
    /** Lines over time, the last values as numbers, or the last values as bars, the largest first. Default: lines. */
    readonly as?: "lines" | "values" | "bars";
    /** Of values: from here on they are written in red. */
    readonly critical?: number;
    readonly queries: readonly (readonly [expression: string, legend: string])[];
}

/** A panel of lines over time. */
export function lines(title: string, unit: Unit, queries: Panel["queries"], description?: string): Panel {
    return { title, unit, queries, ...(description !== undefined && { description }) };
}

/** The panel as numbers, red from `critical` on. */
export function asValues(panel: Panel, critical?: number): Panel {
    return { ...panel, as: "values", ...(critical !== undefined && { critical }) };
}

/** The panel as bars. */
export function asBars(panel: Panel): Panel {
    return { ...panel, as: "bars" };
}

/** Panels side by side, by id. */
export interface Row {
    readonly title: string;
    readonly panels: Readonly<Record<string, Panel>>;
}

/** The width of a dashboard. */
const COLUMNS = 24;

/** The place of a panel in its row. */
export interface Cell {
    readonly id: string;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
}

/** The places of the panels of a row: all of up to four, or of up to six numbers, side by side, else three. Each line is filled. */
export function cellsOf(row: Row): Cell[] {
    const ids = Object.keys(row.panels);
    const most = onlyValues(row) ? 6 : 4;
    const columns = ids.length <= most && COLUMNS % ids.length === 0 ? ids.length : 3;
    const height = onlyValues(row) ? 5 : 8;
    return ids.map((id, i) => {
        const line = Math.floor(i / columns);
        const width = COLUMNS / Math.min(columns, ids.length - line * columns);
        return { id, x: (i % columns) * width, y: line * height, width, height };
    });
}

function onlyValues({ panels }: Row): boolean {
    return Object.values(panels).every((panel) => panel.as === "values");
}

/** A choice of the reader's: queries use it as `$name`. */
export interface Variable {
    readonly name: string;
    readonly title: string;
    /** The label whose values are offered. */
    readonly label: string;
    /** The series whose labels are read. */
    readonly series: string;
}

/** What a query matches while the reader has chosen all: also what the series of the chosen time do not name. */
export const ALL_VALUES = ".*";
