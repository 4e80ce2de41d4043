/** Parts of what `plan` and `rehearse` print. */
import { capacityOf } from "../../catalogue/capacity/capacity";
import type { Capacity } from "../../catalogue/capacity/model";
import { costs, count, dollars, flat, range } from "../../rehearsal/report/format";
import { failureOf } from "../../rehearsal/report/failure";
import { type Model, modelOf } from "../../rehearsal/report/model";
import { gravestFirst, outputsOf, refuses } from "../../rehearsal/report/summary";
import type { Plan } from "../../rehearsal/result";
import { type Column, table } from "../table";
import type { Style, Terminal } from "../terminal";

const indent = "  ";

/** Writes a headed block; nothing when there are no lines. */
export function block(out: Terminal, title: string, lines: readonly string[]): void {
    if (lines.length > 0) {
        out.line();
        out.line(out.style(title, "bold"));
        lines.forEach((line) => out.line(indent + line));
    }
}

/** A table as wide as the terminal allows inside a block. */
export function rows(out: Terminal, columns: readonly Column[], cells: readonly (readonly string[])[]): string[] {
    return cells.length === 0 ? [] : table(columns, cells, out.width - indent.length, (text) => out.style(text, "dim"));
}

/** The remedies of rules or checks, by name. */
export function remediesBlock(out: Terminal, remedies: readonly (readonly [name: string, remedy: string])[]): void {
    block(out, "Remedies", rows(out, [{}, { wraps: true }], remedies));
}

/** Resources by layer and component. */
export function resources(out: Terminal, model: Model): void {
    const cells = model.groups.flatMap((group) => {
        const units = model.units.filter((unit) => unit.group === group);
        const components = units.filter((unit) => unit.items.length > 1 || unit.items[0]?.resource.urn !== unit.urn);
        const single = units.filter((unit) => !components.includes(unit)).flatMap((unit) => unit.items);
        return [
            [out.style(group.name, "bold"), String(group.items.length), ""],
            ...components.map((unit) => [
                `  ${unit.name}`,
                String(unit.items.length),
                kinds(unit.items.map((item) => item.kind)),
            ]),
            ...(single.length > 0
                ? [[out.style("  outside components", "dim"), String(single.length), kinds(single.map((item) => item.kind))]]
                : []),
        ];
    });
    block(
        out,
        `Resources: ${model.items.length}`,
        rows(
            out,
            [
                { title: "Component", wraps: true },
                { title: "Count", align: "right" },
                { title: "Kinds", wraps: true },
            ],
            cells,
        ),
    );
}

/** `Namespace, ConfigMap (2)`: kinds in the order in which they appear first. */
function kinds(all: readonly string[]): string {
    const counts = new Map<string, number>();
    all.forEach((kind) => counts.set(kind, (counts.get(kind) ?? 0) + 1));
    return [...counts].map(([kind, n]) => (n === 1 ? kind : `${kind} (${n})`)).join(", ");
}

const levelStyle = { mandatory: "red", remediate: "yellow", advisory: "yellow", disabled: "dim" } as const satisfies Record<
    string,
    Style
>;

/** Findings of the policy pack: message, setting and remedy; then what was remediated or waived. */
export function policy(out: Terminal, plan: Plan, model: Model, ran: boolean): void {
    const findings = gravestFirst(plan.policy);
    const open = findings.filter((f) => f.level !== "remediate");
    const remediated = findings.filter((f) => f.level === "remediate");
    const waived = plan.waived ?? [];
    const mandatory = findings.filter(refuses).length;
    const about = (urn: string | undefined): string => (urn === undefined ? "the whole stack" : model.title(urn));
    const whole = ({ message, setting }: { message: string; setting?: string }): string =>
        setting === undefined ? message : `${message} [${setting}]`;
    const parts = [
        open.length === 0 ? "no findings" : count(open.length, "finding"),
        ...(mandatory > 0 ? [`${mandatory} mandatory`] : []),
        ...(remediated.length > 0 ? [`${remediated.length} corrected`] : []),
        ...(waived.length > 0 ? [`${waived.length} waived`] : []),
        ...(plan.rules === undefined
            ? []
            : [`${count(plan.rules.filter((r) => r.level !== "disabled").length, "rule")} checked`]),
        ...(plan.diagnostics.some((d) => d.severity === "error") ? ["incomplete: the program failed"] : []),
    ];
    if (ran && findings.length === 0 && waived.length === 0 && madeNothing(plan)) {
        return; // there was nothing to judge
    }
    out.line();
    out.line(out.style(ran ? `Policy: ${parts.join(", ")}` : "Policy: not checked (--no-policy)", "bold"));
    const cells = [
        ...findings.map((f) => [
            out.style(f.level === "remediate" ? "corrected" : f.level, levelStyle[f.level]),
            f.rule,
            about(f.urn),
            whole(f),
        ]),
        ...waived.map((f) => [
            out.style("waived", "dim"),
            f.rule,
            about(f.urn),
            `${whole(f)} (${f.waiver.owner}, until ${f.waiver.until}: ${f.waiver.reason})`,
        ]),
    ];
    rows(out, [{}, {}, { wraps: true }, { wraps: true }], cells).forEach((line) => out.line(indent + line));
    const remedies = (plan.rules ?? []).filter((rule) => rule.remedy !== "" && open.some((f) => f.rule === rule.name));
    remediesBlock(
        out,
        remedies.map(({ name, remedy }) => [name, remedy]),
    );
}

/** Whether the program ended with an error before it made anything: its settings are wrong, say. */
export function madeNothing({ resources, diagnostics: told }: Plan): boolean {
    return told.some((d) => d.severity === "error") && resources.every(({ type }) => type === "pulumi:pulumi:Stack");
}

/** The one error of a program that made nothing, such as the list of its wrong settings: the last line tells it, whole. */
function onlyError(plan: Plan): Plan["diagnostics"][number] | undefined {
    const [error, ...others] = plan.diagnostics.filter(({ severity }) => severity === "error");
    return madeNothing(plan) && others.length === 0 && !plan.policy.some(refuses) ? error : undefined;
}

type Range = { readonly min: number; readonly max: number };

const figure = (value: Range | undefined, write?: (n: number) => string): string =>
    value === undefined ? "unknown" : range(value.min, value.max, write);

/** GPU demand and supply by pool, and what the nodes cost. */
export function gpus(out: Terminal, plan: Plan): void {
    const capacity: Capacity = capacityOf(plan);
    if (capacity.pools.length === 0 && capacity.unplaced.length === 0) {
        return;
    }
    block(
        out,
        "GPUs",
        rows(
            out,
            [
                { title: "Pool" },
                { title: "Demand", align: "right" },
                { title: "Supply", align: "right" },
                { title: "Nodes", wraps: true },
                { title: "Verdict", wraps: true },
            ],
            [
                ...capacity.pools.map((pool) => [
                    pool.name,
                    figure(pool.demand),
                    figure(pool.supply),
                    [
                        ...new Set(
                            pool.nodeSets.map(
                                (set) =>
                                    `${set.instanceType} (${set.gpusPerNode === undefined ? "GPUs unknown" : `${set.gpusPerNode} ${set.gpuModel}`})`,
                            ),
                        ),
                    ].join(", "),
                    [pool.fits ? out.style("fits", "green") : out.style("does not fit", "red"), ...pool.remarks].join("; "),
                ]),
                ...capacity.unplaced.map((model) => [
                    "none",
                    figure(model.gpus),
                    "",
                    "",
                    `${out.style(model.name, "yellow")}: ${model.why}`,
                ]),
            ],
        ),
    );
    const told = capacity.pools.flatMap((pool) =>
        pool.models.flatMap(({ name, memory }) => (memory === undefined ? [] : [[pool.name, name, memory]])),
    );
    block(out, "Memory of a GPU", rows(out, [{ title: "Pool" }, { title: "Model" }, { title: "Needs", wraps: true }], told));
    const { cost } = capacity;
    if (cost.lines.length > 0) {
        block(out, `Nodes, per month: ${costs(cost)}${cost.unknown.length > 0 && cost.unpriced === 0 ? ", incomplete" : ""}`, [
            ...rows(
                out,
                [
                    { title: "MachineSet", wraps: true },
                    { title: "Type" },
                    { title: "Region" },
                    { title: "Nodes", align: "right" },
                    { title: "Month", align: "right" },
                ],
                cost.lines.map(({ nodeSet, monthly }) => [
                    nodeSet.name,
                    nodeSet.instanceType + (nodeSet.market === "on-demand" ? "" : ` ${nodeSet.market}`),
                    nodeSet.region ?? "unknown",
                    figure(nodeSet.nodes),
                    figure(monthly, dollars),
                ]),
            ),
            ...cost.unknown.map((text) => out.style(text, "yellow")),
            out.style(
                `${cost.hours} h on demand, prices of ${cost.priceDate}; without disks, traffic and the rest of the cluster`,
                "dim",
            ),
        ]);
    }
}

/** Outputs of the stack. */
export function outputs(out: Terminal, plan: Plan): void {
    const entries = Object.entries(outputsOf(plan)).sort(([a], [b]) => (a < b ? -1 : 1));
    block(
        out,
        "Outputs",
        rows(
            out,
            [{}, { wraps: true }],
            entries.flatMap(([name, value]) => flat(name, value)),
        ),
    );
}

const severityStyle = { error: "red", warning: "yellow", info: "blue", debug: "dim" } as const satisfies Record<string, Style>;

/** The messages of the program and of the engine. Each message is kept whole: a stack trace stays a stack trace. */
export function diagnostics(out: Terminal, plan: Plan, model: Model, verbose: boolean): void {
    const last = onlyError(plan);
    const said = plan.diagnostics.filter((d) => d !== last && (verbose || d.severity !== "debug"));
    block(
        out,
        "Diagnostics",
        said.flatMap((d) => {
            const [first = "", ...others] = d.message.trimEnd().split("\n");
            const about = d.urn === undefined || d.urn === "" ? "" : `${model.title(d.urn)}: `;
            return [
                `${out.style(d.severity, severityStyle[d.severity])}  ${about}${first}`,
                ...others.map((line) => `  ${line}`),
            ];
        }),
    );
}

/** Whether policy or program refuse the plan. */
export function refused(plan: Plan): boolean {
    return plan.policy.some(refuses) || plan.diagnostics.some((d) => d.severity === "error");
}

/**
 * Prints what a failed command ends with: what came of it, why, and what to do.
 *
 * @param verdict what came of it: `Refused`
 */
export function printFailure(err: Terminal, plan: Plan, verdict: string): void {
    const only = onlyError(plan);
    if (only !== undefined) {
        const message = only.message.trimEnd();
        err.always(`${err.style(`${verdict}:`, "red")} ${message}${/[.!?]$|\n/.test(message) ? "" : "."}`);
        return;
    }
    const failure = failureOf(plan, modelOf(plan));
    const policies = plan.policy.filter(refuses).length;
    const result = policies === 0 ? verdict : `Refused (${count(policies, "mandatory policy finding")})`;
    // An error of many lines stands above.
    const [first = "", ...more] = (failure?.cause ?? "the program did not finish").split("\n");
    const cause = more.length === 0 ? first : `${first.replace(/:$/, "")}, see above`;
    const rest = policies === 0 ? (failure?.others.length ?? 0) : 0;
    const others = rest === 0 ? "" : ` (and ${count(rest, "more failure")} above)`;
    const remedy = failure === undefined || failure.remedy === "" ? "" : ` Remedy: ${failure.remedy}`;
    err.always(`${err.style(`${result}:`, "red")} ${cause}${/[.!?]$/.test(cause) ? "" : "."}${others}${remedy}`);
}
