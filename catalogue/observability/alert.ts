/** The type of an alert. */

/** Urgency: `critical` wakes somebody, `warning` is for the next working day, `info` is only shown. */
export type Severity = "critical" | "warning" | "info";

/** An alert, and what whoever gets it reads. */
export interface Alert {
    /** Its name; the heading of its runbook in docs/runbooks.md. */
    readonly alert: string;
    readonly severity: Severity;
    /** For how long the expression must hold. */
    readonly for: string;
    readonly expr: string;
    /** One line, with labels of the series as `{{ $labels.x }}`. */
    readonly summary: string;
    /** The effect on users, and its cause. */
    readonly description: string;
    /** Labels beside the severity. */
    readonly labels?: Readonly<Record<string, string>>;
    /** Checks to make, in order. */
    readonly look: readonly string[];
}

/** The address of an alert's runbook, relative to the root of the repository. */
export function runbookOf(alert: string): string {
    return `docs/runbooks.md#${alert.toLowerCase()}`;
}
