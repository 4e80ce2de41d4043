import type { Diagnostic, Plan, PolicyFinding, Rehearsal, TimelineEntry } from "../result";
import { moment } from "./format";
import type { Model } from "./model";

/** One step of the critical path. */
export interface Step {
    readonly urn: string;
    readonly title: string;
    readonly group: string;
    readonly start: number;
    readonly end: number;
    readonly readyWhen: string;
}

/** The times at which a layer began and was ready, in seconds of the bring-up. */
export interface GroupTime {
    readonly name: string;
    /** The number of resources that became ready. */
    readonly resources: number;
    /** The number of resources that it has. */
    readonly planned: number;
    readonly start: number;
    readonly end: number;
    /** The longest single wait in it. */
    readonly slowest: string;
}

/** Summary of a rehearsal. Components, which only follow what is in them, are left out. */
export interface Summary {
    /** The timeline without components. */
    readonly waits: readonly TimelineEntry[];
    /** Sum of all waits: how long it would take one after the other. */
    readonly sumOfWaits: number;
    readonly steps: readonly Step[];
    readonly groups: readonly GroupTime[];
    /** The count of each operation, alphabetical, `same` left out. */
    readonly operations: readonly (readonly [string, number])[];
    /** Resources of the plan that never became ready. */
    readonly notReady: readonly string[];
    /** The number of those that wait for one that failed. */
    readonly notBegun: number;
}

/** URNs of what the cluster rejected or an error names. */
export function failedUrns(rehearsal: Rehearsal): ReadonlySet<string> {
    return new Set([
        ...rehearsal.rejected.map((r) => r.urn),
        ...rehearsal.diagnostics.flatMap((d) => (d.severity === "error" && d.urn !== undefined ? [d.urn] : [])),
    ]);
}

/** The resources that became ready, components left out. A failed one did not, however far it came. */
export function readyEntries(rehearsal: Rehearsal, model: Model): TimelineEntry[] {
    const failed = failedUrns(rehearsal);
    return rehearsal.timeline.filter((entry) => model.item(entry.urn) !== undefined && !failed.has(entry.urn));
}

/** The steps of the critical path; none after a failure, since the path would lead to whatever was ready last. */
export function criticalSteps(rehearsal: Rehearsal, model: Model): string[] {
    return rehearsal.succeeded ? rehearsal.criticalPath.filter((urn) => model.item(urn) !== undefined) : [];
}

/** The outputs of the stack: none before all of it has come up, since they would promise what does not exist. */
export function outputsOf(result: Plan | Rehearsal): Readonly<Record<string, unknown>> {
    return "timeline" in result && !result.succeeded ? {} : result.outputs;
}

/** Whether a message only tells that a resource was left out because another one failed. */
export function follows(diagnostic: Diagnostic): boolean {
    return diagnostic.severity === "info" && /^was not started because /.test(diagnostic.message);
}

/** Condenses a rehearsal. */
export function summaryOf(rehearsal: Rehearsal, model: Model): Summary {
    const waits = readyEntries(rehearsal, model);
    const entries = new Map(waits.map((entry) => [entry.urn, entry]));
    const operations = new Map<string, number>();
    const notReady = model.items.filter((item) => !entries.has(item.resource.urn)).map((item) => item.resource.urn);
    const failed = failedUrns(rehearsal);
    for (const { urn, operation } of rehearsal.operations) {
        if (operation !== "same" && model.item(urn) !== undefined) {
            operations.set(operation, (operations.get(operation) ?? 0) + 1);
        }
    }
    return {
        waits,
        sumOfWaits: waits.reduce((sum, entry) => sum + (entry.end - entry.start), 0),
        steps: criticalSteps(rehearsal, model).map((urn) => {
            const entry = entries.get(urn);
            return {
                urn,
                title: model.title(urn),
                group: model.item(urn)?.group.name ?? "",
                start: entry?.start ?? 0,
                end: entry?.end ?? entry?.start ?? 0,
                readyWhen: entry?.readyWhen ?? "",
            };
        }),
        groups: model.groups.flatMap((group) => {
            const own = group.items.map((item) => entries.get(item.resource.urn)).filter((entry) => entry !== undefined);
            if (own.length === 0) {
                return [];
            }
            const slowest = own.reduce<TimelineEntry>((a, b) => (b.end - b.start > a.end - a.start ? b : a), own[0]!);
            return [
                {
                    name: group.name,
                    resources: own.length,
                    planned: group.items.length,
                    start: Math.min(...own.map((entry) => entry.start)),
                    end: Math.max(...own.map((entry) => entry.end)),
                    slowest: slowest.end > slowest.start ? model.title(slowest.urn) : "",
                },
            ];
        }),
        operations: [...operations].sort(([a], [b]) => (a < b ? -1 : 1)),
        notReady,
        notBegun: notReady.filter((urn) => !failed.has(urn)).length,
    };
}

/** The time at which a layer was ready, or the part of it that was. */
export function readiness({ end, resources, planned }: GroupTime): string {
    return resources === planned ? moment(end) : `${resources} of ${planned}`;
}

const severity = { mandatory: 0, remediate: 1, advisory: 2, disabled: 3 } as const;

/** Findings with the gravest first, then by rule and resource. */
export function gravestFirst(findings: readonly PolicyFinding[]): PolicyFinding[] {
    return [...findings].sort(
        (a, b) =>
            severity[a.level] - severity[b.level] ||
            compare(a.rule, b.rule) ||
            compare(a.urn ?? "", b.urn ?? "") ||
            compare(a.message, b.message),
    );
}

function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a finding refuses the stack. */
export function refuses(finding: PolicyFinding): boolean {
    return finding.level === "mandatory";
}
