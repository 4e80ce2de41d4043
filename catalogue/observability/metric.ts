/** The metrics of the products that a query of this project reads: metrics.json, and the labels that Prometheus adds. */
import table from "./metrics.json";

/** A metric. `name` is how it is stored; a histogram is stored as `<name>_bucket`, `_sum` and `_count`. */
export interface Metric {
    readonly name: string;
    readonly type: "counter" | "gauge" | "histogram";
    readonly labels: readonly string[];
    /** The program that exports it. */
    readonly exporter: string;
    readonly meaning: string;
    readonly source: string;
}

/** All metrics that queries read. */
export const metrics = table as readonly Metric[];

/** Labels of every series: where it was scraped. */
export const TARGET_LABELS = ["namespace", "pod", "container", "service", "endpoint", "job", "instance"] as const;

/** The series of a metric: by name, with their labels. */
export function storedSeries({ name, type, labels }: Metric): Readonly<Record<string, readonly string[]>> {
    const all = [...labels, ...TARGET_LABELS];
    return type === "histogram"
        ? { [`${name}_bucket`]: [...all, "le"], [`${name}_sum`]: all, [`${name}_count`]: all }
        : { [name]: all };
}
