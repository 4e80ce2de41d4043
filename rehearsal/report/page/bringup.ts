import { type Markup, markup } from "../escape";
import { count, durationText, moment } from "../format";
import { type Chart, gantt, leftOutNote } from "../gantt";
import { groupClass } from "../palette";
import { failedUrns, readiness, type Summary } from "../summary";
import { link, type Report } from "./report";

/** The Gantt chart of a report; undefined for a plan. */
export function bringupChart({ rehearsal, model }: Report): Chart | undefined {
    return rehearsal && gantt(rehearsal, model, "Bring-up over time");
}

/** Bring-up: chart, critical path, layers, and every wait as a table. */
export function bringup(report: Report, chart: Chart): Markup {
    const { rehearsal, summary, model } = report;
    if (!rehearsal || !summary) {
        return markup``;
    }
    const failed = rehearsal.succeeded ? undefined : failedUrns(rehearsal);
    return markup`<section id="bringup" class="long"><h2>Bring-up</h2>
<p class="note">${
        failed === undefined
            ? `Ready after ${durationText(rehearsal.totalSeconds)} of rehearsed time; ${durationText(summary.sumOfWaits)} if all waits ran one after the other. The critical path is red: to shorten the bring-up, shorten one of its steps.`
            : "What failed is red. What does not depend on it was brought up."
    } ${leftOutNote(chart)}</p>
<div id="gantt" class="chart" tabindex="0" role="region" aria-label="Gantt chart of the bring-up"><svg role="img" viewBox="0 0 ${chart.width} ${chart.height}" width="${chart.width}" height="${chart.height}">${chart.svg}</svg></div>

${summary.steps.length > 0 && criticalPath(report, summary)}
<h3>Layers</h3>
<div class="scroll"><table><thead><tr><th scope="col">Layer</th><th scope="col" class="num">Resources</th><th scope="col" class="num">Start</th><th scope="col" class="num">Ready</th><th scope="col">Longest wait</th></tr></thead>
<tbody>${summary.groups.map(
        (
            group,
        ) => markup`<tr><th scope="row"><span class="dotted ${groupClass(model.groups.find((g) => g.name === group.name)?.colour ?? 0)}">${group.name}</span></th><td class="num">${group.resources}</td><td class="num">${moment(group.start)}</td><td class="num">${group.resources < group.planned ? markup`<span class="pill bad">${readiness(group)}</span>` : readiness(group)}</td><td>${group.slowest}</td></tr>
`,
    )}</tbody></table></div>

<details><summary><h3 class="inline">All ${summary.waits.length} resources by time</h3></summary>
<div class="scroll"><table><thead><tr><th scope="col">Resource</th><th scope="col" class="num">Sent</th><th scope="col" class="num">Ready</th><th scope="col" class="num">Duration</th><th scope="col">Ready when</th></tr></thead>
<tbody>${summary.waits.map(
        (
            entry,
        ) => markup`<tr><th scope="row">${link(report, entry.urn)}</th><td class="num">${moment(entry.start)}</td><td class="num">${moment(entry.end)}</td><td class="num">${durationText(entry.end - entry.start)}</td><td><code>${entry.readyWhen}</code></td></tr>
`,
    )}</tbody></table></div></details>
${
    summary.notReady.length > 0 &&
    markup`<details><summary><h3 class="inline">${count(summary.notReady.length, "resource", "resources")} not ready</h3></summary><ul>${summary.notReady.map((urn) => markup`<li>${link(report, urn)}${failed?.has(urn) && markup` <span class="pill bad">failed</span>`}</li>`)}</ul></details>`
}</section>`;
}

function criticalPath(report: Report, { steps }: Summary): Markup {
    const longest = Math.max(1, ...steps.map((step) => step.end - step.start));
    return markup`<h3>Critical path</h3>
<div class="scroll"><table><thead><tr><th scope="col" class="num">#</th><th scope="col">Step</th><th scope="col">Layer</th><th scope="col">Ready when</th><th scope="col" class="num">From</th><th scope="col" class="num">To</th><th scope="col" class="num">Duration</th><th scope="col"><span class="kind">Share</span></th></tr></thead>
<tbody>${steps.map(
        (
            step,
            i,
        ) => markup`<tr><td class="num">${i + 1}</td><th scope="row">${link(report, step.urn)}</th><td>${step.group}</td><td><code>${step.readyWhen}</code></td><td class="num">${moment(step.start)}</td><td class="num">${moment(step.end)}</td><td class="num">${durationText(step.end - step.start)}</td><td>${bar((step.end - step.start) / longest)}</td></tr>
`,
    )}</tbody></table></div>
`;
}

function bar(share: number): Markup {
    return markup`<svg class="meter" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="all" y="2" width="100" height="6"/><rect class="over" x="0" y="2" width="${Math.round(share * 1000) / 10}" height="6"/></svg>`;
}
