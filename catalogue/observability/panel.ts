/** The parts of a dashboard. */

/** A chart over time. */
export interface Panel {
    readonly title: string;
    readonly description?: string;
    readonly unit: "decimal" | "percent" | "percent-decimal" | "seconds" | "requests/sec";
    readonly queries: readonly (readonly [expression: string, legend: string])[];
}

/** Panels side by side, by id. */
export interface Row {
    readonly title: string;
    readonly panels: Readonly<Record<string, Panel>>;
}

/** The number of panels of a row that are side by side: all of up to four, else three. Divides a width of 24. */
export function columnsOf({ panels }: Row): number {
    const { length } = Object.keys(panels);
    return length > 4 ? 3 : length;
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
