/** The type of a recording. */

/** A recording rule. */
export interface Recording {
    readonly record: string;
    readonly expr: string;
    /** Labels of the recorded series. */
    readonly labels: readonly string[];
    /** Those of them that the rule sets itself. Several rules may record series of one name that differ by these. */
    readonly fixed?: Readonly<Record<string, string>>;
}

/** Recordings that are computed together. Without `interval`, as often as all rules of the cluster. */
export interface RecordingGroup {
    readonly name: string;
    readonly interval?: string;
    readonly recordings: readonly Recording[];
}
