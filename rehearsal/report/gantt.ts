import type { Rehearsal, TimelineEntry } from "../result";
import { type Markup, markup } from "./escape";
import { count, durationText, moment, shorten } from "./format";
import type { Model } from "./model";
import { groupClass } from "./palette";
import { criticalSteps, failedUrns, readyEntries } from "./summary";

/** The rules of the Gantt chart; one rule a line, colours as `var(--name)`. */
export const ganttCss = `
.grid{stroke:var(--line);stroke-width:1}
.tick{fill:var(--muted);font-size:10.5px}
.rowBand{fill:var(--sunken)}
.rowKind{fill:var(--muted);font-size:10.5px}
.rowName{fill:var(--text);font-size:11.5px}
.row.crit .rowName{fill:var(--critical);font-weight:650}
.bar{fill:var(--own);opacity:.75}
.row.crit .bar{fill:var(--critical);opacity:1}
.row.failed .bar{fill:var(--bad);opacity:1}
.row.failed .rowName{fill:var(--bad);font-weight:650}
.barTime{fill:var(--muted);font-size:10px}
.row.crit .barTime{fill:var(--critical);font-weight:650}
.row.failed .barTime{fill:var(--bad);font-weight:650}
.step{stroke:var(--critical);stroke-width:1.2;fill:none;stroke-dasharray:2 2}
.dot{fill:var(--own)}
.legend{fill:var(--muted);font-size:11px}
`.trim();

/** A chart as the inside of an `<svg>` of this size. */
export interface Chart {
    readonly svg: Markup;
    readonly width: number;
    readonly height: number;
    /** By row: the URN that it stands for. */
    readonly urns: readonly string[];
    /** The number of resources that were ready at once and have no row. */
    readonly leftOut: number;
}

const rowHeight = 20;
const legendHeight = 26;
const top = legendHeight + 26;
const labelWidth = 330;
const barsWidth = 780;
const rightMargin = 96;

/**
 * The bring-up as bars over time: one row for everything that took at least a second, for every step of the critical
 * path and for what failed; what was ready at once has none. What failed has no critical path: red is then the failure.
 */
export function gantt(rehearsal: Rehearsal, model: Model, title: string): Chart {
    const ready = readyEntries(rehearsal, model);
    const steps = criticalSteps(rehearsal, model);
    const path = new Set(steps);
    const failed = failedUrns(rehearsal);
    const timeline = rehearsal.timeline.filter((entry) => failed.has(entry.urn) || ready.includes(entry));
    const rows = timeline.filter((entry) => entry.end - entry.start >= 1 || path.has(entry.urn) || failed.has(entry.urn));
    const total = Math.max(rehearsal.totalSeconds, ...rows.map((row) => row.end), 1);
    const x = (seconds: number): number => round(labelWidth + (seconds / total) * barsWidth);
    const height = top + rows.length * rowHeight + 8;
    const shown = model.groups.filter((group) => group.items.some((item) => rows.some((row) => row.urn === item.resource.urn)));
    const legendX = (i: number): number => 4 + shown.slice(0, i).reduce((sum, group) => sum + 34 + group.name.length * 6.5, 0);
    const step = tickStep(total);
    const ticks = Array.from({ length: Math.floor(total / step) + 1 }, (_, i) => i * step);
    const rowOf = new Map(rows.map((row, i) => [row.urn, i]));
    const stairs = steps.slice(1).map((urn, i) => [steps[i]!, urn] as const);

    const svg = markup`<title>${title}</title>
${shown.map((group, i) => markup`<g class="${groupClass(group.colour)}"><circle class="dot" cx="${round(legendX(i)) + 4}" cy="11" r="4"/><text class="legend" x="${round(legendX(i)) + 14}" y="15">${group.name}</text></g>`)}
${rows.map((_, i) => i % 2 === 1 && markup`<rect class="rowBand" x="0" y="${top + i * rowHeight}" width="${labelWidth + barsWidth + rightMargin}" height="${rowHeight}"/>`)}
${ticks.map((t) => markup`<line class="grid" x1="${x(t)}" x2="${x(t)}" y1="${top - 6}" y2="${height - 4}"/><text class="tick" x="${x(t)}" y="${top - 12}" text-anchor="middle">${moment(t)}</text>`)}
${stairs.flatMap(([from, to]) => {
    const [a, b] = [rowOf.get(from), rowOf.get(to)];
    if (a === undefined || b === undefined) {
        return [];
    }
    const at = x(rows[a]!.end);
    return [
        markup`<path class="step" d="M${at} ${top + (a + 0.5) * rowHeight}V${top + (b + 0.5) * rowHeight}H${x(rows[b]!.start)}"/>`,
    ];
})}
${rows.map((row, i) => drawRow(row, i, failed.has(row.urn) ? "failed" : path.has(row.urn) ? "crit" : "", model, x))}`;
    return {
        svg,
        width: labelWidth + barsWidth + rightMargin,
        height,
        urns: rows.map((row) => row.urn),
        leftOut: timeline.length - rows.length,
    };
}

function drawRow(
    row: TimelineEntry,
    i: number,
    mark: "failed" | "crit" | "",
    model: Model,
    x: (seconds: number) => number,
): Markup {
    const item = model.item(row.urn);
    const [kind, name] = item ? [item.kind, item.label] : ["", model.title(row.urn)];
    const y = top + i * rowHeight;
    const width = round(x(row.end) - x(row.start));
    const length = durationText(row.end - row.start);
    const tip = [
        model.title(row.urn),
        `${moment(row.start)} to ${moment(row.end)}, ${length}`,
        mark === "failed" ? "failed" : `ready when: ${row.readyWhen}`,
        mark === "crit" ? "on the critical path" : "",
    ];
    const shown = shorten(kind, 24);
    return markup`<g class="row ${groupClass(item?.group.colour ?? 0)}${mark === "" ? "" : ` ${mark}`}" data-i="${i}"><title>${tip.filter(Boolean).join("\n")}</title><rect class="hit" x="0" y="${y}" width="${labelWidth + barsWidth + rightMargin}" height="${rowHeight}" fill="none" pointer-events="all"/><circle class="dot" cx="8" cy="${y + rowHeight / 2}" r="4"/><text class="rowLabel" x="20" y="${y + 14}"><tspan class="rowKind">${shown}</tspan> <tspan class="rowName">${shorten(name, Math.max(12, 46 - shown.length))}</tspan></text>${
        width < 2
            ? markup`<path class="bar" d="M${x(row.end)} ${y + 4}l5 6l-5 6l-5 -6z"/>`
            : markup`<rect class="bar" x="${x(row.start)}" y="${y + 4}" width="${width}" height="${rowHeight - 8}" rx="3"/>`
    }<text class="barTime" x="${x(row.end) + 8}" y="${y + 13.5}">${mark === "failed" ? `failed at ${moment(row.end)}` : width < 2 ? moment(row.end) : length}</text></g>
`;
}

/** A sentence on what the chart leaves out. */
export function leftOutNote(chart: Chart): string {
    return chart.leftOut === 0
        ? ""
        : `${count(chart.leftOut, "resource was", "resources were")} ready within a second and ${chart.leftOut === 1 ? "has" : "have"} no bar.`;
}

/** A round distance between ticks that gives at most ten of them. */
function tickStep(total: number): number {
    const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];
    return steps.find((step) => total / step <= 10) ?? Math.ceil(total / 10 / 86400) * 86400;
}

function round(n: number): number {
    return Math.round(n * 10) / 10;
}
