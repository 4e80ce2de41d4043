import { type Markup, markup, withCode } from "../escape";
import { costs, count, durationText, moment, range } from "../format";
import { refuses } from "../summary";
import { link, type Report } from "./report";

interface Card {
    readonly label: string;
    readonly value: string;
    readonly more: string;
    readonly state?: "warn" | "bad" | undefined;
}

/** The head of the page: what this is, how it ended, and the figures that one looks for first. */
export function overview(report: Report): Markup {
    const { plan, rehearsal } = report;
    return markup`<header><div class="wrap">
<span class="banner">${rehearsal ? "REHEARSAL" : "PLAN"} · nothing was deployed</span>
<h1>${rehearsal ? "Rehearsal" : "Plan"} of the stack <code>${plan.stack}</code> ${verdict(report)}</h1>
${failure(report)}<p class="lead">${explanation(report)}${report.failure === undefined && markup` To deploy: <code>pulumi up</code>.`}</p>
<ul class="cards">${cards(report).map(
        (
            card,
        ) => markup`<li class="${card.state}"><span class="label">${card.label}</span><span class="value">${card.value}</span><span class="more">${card.more}</span></li>
`,
    )}</ul>
</div></header>`;
}

/** Cause and remedy, before anything else. */
function failure(report: Report): Markup | undefined {
    const { failure: found, summary } = report;
    if (found === undefined) {
        return undefined;
    }
    const waiting = summary?.notBegun ?? 0;
    return markup`<div class="failure" role="alert"><p class="cause"><strong>${found.at === undefined ? "Cause" : `Failed at ${moment(found.at)}`}</strong> ${withCode(found.cause)}${/[.!?]$/.test(found.cause) ? "" : "."}</p>
${found.remedy !== "" && markup`<p><strong>Remedy</strong> ${withCode(found.remedy)}</p>`}
${found.urn !== undefined && markup`<p class="note">Resource: ${link(report, found.urn)}.${waiting > 0 && ` ${count(waiting, "resource waits", "resources wait")} for it and ${waiting === 1 ? "was" : "were"} not begun.`}</p>`}
${
    found.others.length > 0 &&
    markup`<details><summary>${count(found.others.length, "more failure")}</summary><ul>${found.others.map((other) => markup`<li>${withCode(other.cause)}${other.remedy !== "" && markup`. ${withCode(other.remedy)}`}</li>`)}</ul></details>`
}</div>
`;
}

function explanation({ rehearsal }: Report): string {
    if (!rehearsal) {
        return "The program ran without a cloud and without a cluster. This page shows what it would create.";
    }
    const cluster =
        rehearsal.cluster === "memory"
            ? "a simulated cluster in memory, on a clock that skips the waiting"
            : "a real Kubernetes API server on this machine, with simulated operators and nodes";
    const engine = rehearsal.engine === "pulumi" ? "the real Pulumi engine" : "a stand-in for Pulumi's engine";
    return `The program ran under ${engine} against ${cluster}. Durations are typical values; a real bring-up differs.`;
}

function verdict({ plan, rehearsal }: Report): Markup {
    if (plan.policy.some(refuses)) {
        return markup`<span class="pill bad verdict">refused by policy</span>`;
    }
    if (plan.diagnostics.some((d) => d.severity === "error") || (rehearsal && !rehearsal.succeeded)) {
        return markup`<span class="pill bad verdict">${rehearsal ? "did not come up" : "failed"}</span>`;
    }
    return rehearsal
        ? markup`<span class="pill good verdict">came up</span>`
        : plan.policy.length > 0
          ? markup`<span class="pill warn verdict">${count(plan.policy.length, "finding")}</span>`
          : markup`<span class="pill good verdict">fine</span>`;
}

function cards(report: Report): Card[] {
    const { plan, rehearsal, summary, model, capacity } = report;
    const mandatory = plan.policy.filter(refuses).length;
    const { pools, unplaced, cost } = capacity;
    const demand =
        pools.reduce((sum, pool) => sum + (pool.demand?.max ?? 0), 0) + unplaced.reduce((sum, m) => sum + (m.gpus?.max ?? 0), 0);
    const known = pools.every((pool) => pool.supply);
    const [least, most] = [
        pools.reduce((sum, p) => sum + (p.supply?.min ?? 0), 0),
        pools.reduce((sum, p) => sum + (p.supply?.max ?? 0), 0),
    ];
    return [
        ...(rehearsal && !rehearsal.succeeded && summary
            ? [
                  {
                      label: "Not ready",
                      value: `${summary.notReady.length} of ${model.items.length}`,
                      more: report.failure?.at === undefined ? "" : `failed at ${moment(report.failure.at)}`,
                      state: "bad" as const,
                  },
              ]
            : []),
        ...(rehearsal?.succeeded && summary
            ? [
                  {
                      label: "Bring-up, rehearsed",
                      value: durationText(rehearsal.totalSeconds),
                      more: `${durationText(summary.sumOfWaits)} of waits, one after the other`,
                  },
                  {
                      label: "Critical path",
                      value: count(summary.steps.length, "step"),
                      more: longest(summary.steps),
                  },
              ]
            : []),
        { label: "Resources", value: String(model.items.length), more: `in ${count(model.groups.length, "layer")}` },
        {
            label: "Policy",
            value:
                mandatory > 0
                    ? `${mandatory} mandatory`
                    : plan.policy.length === 0
                      ? "no findings"
                      : count(plan.policy.length, "finding"),
            more:
                mandatory > 0
                    ? "the stack is refused"
                    : report.failure !== undefined
                      ? "incomplete: the program failed"
                      : plan.policy.length > 0
                        ? "none that refuses the stack"
                        : "",
            state: mandatory > 0 ? "bad" : undefined,
        },
        ...(rehearsal && (rehearsal.succeeded || rehearsal.rejected.length > 0)
            ? [
                  {
                      label: "Rejected by the cluster",
                      value: String(rehearsal.rejected.length),
                      more: rehearsal.rejected.length === 0 ? "every object was accepted" : "see Rejected",
                      state: rehearsal.rejected.length > 0 ? ("bad" as const) : undefined,
                  },
              ]
            : []),
        {
            label: "GPUs, demand of supply",
            value: pools.length === 0 ? `${demand} of ?` : `${demand} of ${known ? range(least, most) : "?"}`,
            more: pools.length === 0 ? "no nodes in this plan" : count(pools.length, "pool"),
            state: pools.some((pool) => !pool.fits) ? "bad" : undefined,
        },
        {
            label: "GPU nodes per month",
            value: costs(cost),
            more: cost.unknown.length > 0 ? "not all prices are known" : `on demand, prices of ${cost.priceDate}`,
            state: cost.unknown.length > 0 ? "warn" : undefined,
        },
    ];
}

function longest(steps: readonly { title: string; start: number; end: number }[]): string {
    const step = steps.reduce<(typeof steps)[number] | undefined>(
        (a, b) => (a && a.end - a.start >= b.end - b.start ? a : b),
        undefined,
    );
    return step ? `longest: ${step.title}` : "";
}
