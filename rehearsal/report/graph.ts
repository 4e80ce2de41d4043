import type { Rehearsal, TimelineEntry } from "../result";
import { type Markup, markup, Markup as Raw } from "./escape";
import { count, durationText, moment, shorten } from "./format";
import { layered } from "./layout";
import type { Group, Item, Model } from "./model";
import { groupClass } from "./palette";
import { router } from "./route";
import { criticalSteps, failedUrns, readyEntries } from "./summary";

/** The rules of both charts, for the page and for pictures; one rule a line, colours as `var(--name)`. */
export const graphCss = `
.lane{fill:var(--sunken)}
.laneName{fill:var(--own);font-weight:650;font-size:13px}
.laneMark{fill:var(--own)}
.edge{fill:none;stroke:var(--edge);stroke-width:1;opacity:.45}
.edge.crit{stroke:var(--critical);stroke-width:2;opacity:1}
.box{fill:var(--surface);stroke:var(--line)}
.node.crit .box{stroke:var(--critical);stroke-width:1.6}
.stripe{fill:var(--own)}
.node.failed .box{fill:var(--badSoft);stroke:var(--bad);stroke-width:1.6}
.node.idle .box{fill:none;stroke-dasharray:3 3}
.nodeKind{fill:var(--muted);font-size:12px}
.nodeName{fill:var(--text);font-size:13px}
.arrow{fill:var(--edge)}
.arrow.crit{fill:var(--critical)}
`.trim();

/** A graph as SVG, and what its nodes mean. */
export interface Graph {
    readonly svg: Markup;
    readonly width: number;
    readonly height: number;
    /** By node: the indexes of the nodes that it waits for. */
    readonly after: readonly (readonly number[])[];
    /** By node: the URN that it stands for. */
    readonly urns: readonly string[];
}

interface Box {
    readonly urn: string;
    readonly kind: string;
    readonly name: string;
    readonly group: Group;
    readonly after: readonly number[];
    readonly tip: string;
}

const box = { width: 196, height: 40, gapX: 44, gapY: 14 };
const lane = { padding: 14, name: 24, gap: 10 };
const margin = 8;

/** The dependency graph with a node for every resource. */
export function resourceGraph(model: Model, rehearsal: Rehearsal | undefined, title: string): Graph {
    const times = timesOf(rehearsal);
    const boxes = model.items.map((item): Box => ({
        urn: item.resource.urn,
        kind: item.kind,
        name: item.label,
        group: item.group,
        after: item.needsDirectly,
        tip: [
            `${item.kind} ${item.namespace === undefined ? "" : `${item.namespace}/`}${item.label}`,
            item.needs.length === 0 ? "waits for nothing" : `waits for ${count(item.needs.length, "resource")}`,
            when(times.get(item.resource.urn)),
        ]
            .filter(Boolean)
            .join("\n"),
    }));
    return draw(
        boxes,
        model.groups,
        criticalPairs(model, rehearsal, (item) => item.index),
        failureMarks(model, rehearsal, (item) => item.index),
        title,
        "resource-",
    );
}

/** The same by component: one node for each component that holds resources, fit for an overview. */
export function componentGraph(model: Model, rehearsal: Rehearsal | undefined, title: string): Graph {
    const times = timesOf(rehearsal);
    const after = acyclic(
        model.units.map((unit) => [
            ...new Set(unit.items.flatMap((item) => item.needsDirectly.map((need) => model.items[need]!.unit.index))),
        ]),
    );
    const boxes = model.units.map((unit): Box => {
        const own = unit.items.map((item) => times.get(item.resource.urn)).filter((entry) => entry !== undefined);
        const span: TimelineEntry | undefined =
            own.length === 0
                ? undefined
                : {
                      urn: unit.urn,
                      start: Math.min(...own.map((e) => e.start)),
                      end: Math.max(...own.map((e) => e.end)),
                      readyWhen: "",
                  };
        const single = unit.items.length === 1 && unit.items[0]!.resource.urn === unit.urn;
        return {
            urn: unit.urn,
            kind: single ? unit.kind : `${unit.kind} · ${unit.items.length}`,
            name: unit.name,
            group: unit.group,
            after: after[unit.index]!,
            tip: [`${unit.kind} ${unit.name}`, single ? "" : count(unit.items.length, "resource"), when(span)]
                .filter(Boolean)
                .join("\n"),
        };
    });
    return draw(
        boxes,
        model.groups,
        criticalPairs(model, rehearsal, (item) => item.unit.index),
        failureMarks(model, rehearsal, (item) => item.unit.index),
        title,
        "component-",
    );
}

function timesOf(rehearsal: Rehearsal | undefined): Map<string, TimelineEntry> {
    return new Map((rehearsal?.timeline ?? []).map((entry) => [entry.urn, entry]));
}

function when(entry: TimelineEntry | undefined): string {
    return entry === undefined
        ? ""
        : entry.end > entry.start
          ? `${moment(entry.start)} to ${moment(entry.end)}, ${durationText(entry.end - entry.start)}`
          : `ready at ${moment(entry.end)}`;
}

/** Nodes on the critical path, and its steps as `from>to`. */
function criticalPairs(
    model: Model,
    rehearsal: Rehearsal | undefined,
    node: (item: Item) => number,
): { readonly nodes: ReadonlySet<number>; readonly steps: readonly (readonly [number, number])[] } {
    const path = (rehearsal === undefined ? [] : criticalSteps(rehearsal, model))
        .flatMap((urn) => model.item(urn) ?? [])
        .map(node);
    const steps = path.slice(1).map((to, i) => [path[i]!, to] as const);
    return { nodes: new Set(path), steps: steps.filter(([from, to]) => from !== to) };
}

/** Classes of a node: on the critical path, failed, or not started. */
type Mark = "" | "crit" | "failed" | "idle";

/** Marks of nodes in a rehearsal that failed. @param node the node of an item */
function failureMarks(model: Model, rehearsal: Rehearsal | undefined, node: (item: Item) => number): ReadonlyMap<number, Mark> {
    if (rehearsal === undefined || rehearsal.succeeded) {
        return new Map();
    }
    const ready = new Set(readyEntries(rehearsal, model).map((entry) => entry.urn));
    const failed = failedUrns(rehearsal);
    const marks = new Map<number, Mark>();
    for (const item of model.items) {
        const mark = failed.has(item.resource.urn) ? "failed" : ready.has(item.resource.urn) ? "" : "idle";
        if (mark === "failed" || (mark === "idle" && !marks.has(node(item)))) {
            marks.set(node(item), mark);
        }
    }
    return marks;
}

/** Drops edges that close a circle, then those that others imply. */
function acyclic(after: readonly (readonly number[])[]): number[][] {
    const state = new Uint8Array(after.length);
    const kept = after.map((): number[] => []);
    const order: number[] = [];
    const visit = (i: number): void => {
        state[i] = 1;
        for (const a of [...after[i]!].sort((x, y) => x - y)) {
            if (state[a] === 0) {
                visit(a);
            }
            if (state[a] === 2) {
                kept[i]!.push(a);
            }
        }
        state[i] = 2;
        order.push(i);
    };
    after.forEach((_, i) => {
        if (state[i] === 0) {
            visit(i);
        }
    });
    const reaches = after.map(() => new Set<number>());
    const direct = after.map((): number[] => []);
    for (const i of order) {
        const implied = new Set(kept[i]!.flatMap((a) => [...reaches[a]!]));
        direct[i] = kept[i]!.filter((a) => !implied.has(a));
        reaches[i] = new Set([...implied, ...kept[i]!]);
    }
    return direct;
}

function draw(
    boxes: readonly Box[],
    groups: readonly Group[],
    critical: ReturnType<typeof criticalPairs>,
    marks: ReadonlyMap<number, Mark>,
    title: string,
    ids: string,
): Graph {
    const layout = layered(
        boxes.map((b) => ({ lane: b.group.index, after: b.after })),
        Math.max(1, groups.length),
    );
    const laneHeight = layout.laneRows.map((rows) => lane.name + rows * (box.height + box.gapY) - box.gapY + lane.padding);
    const laneTop = laneHeight.map((_, i) => margin + laneHeight.slice(0, i).reduce((sum, h) => sum + h + lane.gap, 0));
    const width = 2 * margin + 2 * lane.padding + Math.max(1, layout.columns) * (box.width + box.gapX) - box.gapX;
    const height = margin + laneHeight.reduce((sum, h) => sum + h + lane.gap, 0) - lane.gap + margin;
    const spots = boxes.map((b, i) => ({
        column: layout.places[i]!.column,
        x: margin + lane.padding + layout.places[i]!.column * (box.width + box.gapX),
        y: laneTop[b.group.index]! + lane.name + layout.places[i]!.row * (box.height + box.gapY),
    }));

    // Between the rows of each lane, and below its last one.
    const channels = layout.laneRows.flatMap((rows, i) =>
        Array.from({ length: rows }, (_, r) => laneTop[i]! + lane.name + (r + 1) * (box.height + box.gapY) - box.gapY / 2),
    );
    const route = router(spots, box, channels);
    const edge = (from: number, to: number, crit: boolean): Markup =>
        markup`<path class="${crit ? "edge crit" : "edge"}" data-from="${from}" data-to="${to}" d="${route(from, to)}" marker-end="url(#${ids}${crit ? "arrowCrit" : "arrow"})"/>`;
    const onPath = new Set(critical.steps.map(([from, to]) => `${from}>${to}`));
    const edges = boxes.flatMap((b, to) => b.after.map((from) => [from, to] as const));
    const plain = edges.filter(([from, to]) => !onPath.has(`${from}>${to}`));

    const svg = markup`<title>${title}</title>
<defs><marker id="${ids}arrow" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="6" markerHeight="6" orient="auto" markerUnits="userSpaceOnUse"><path class="arrow" d="M0 0L6 3L0 6Z"/></marker><marker id="${ids}arrowCrit" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="8" markerHeight="8" orient="auto" markerUnits="userSpaceOnUse"><path class="arrow crit" d="M0 0L6 3L0 6Z"/></marker></defs>
${groups.map(
    (
        group,
        i,
    ) => markup`<g class="${groupClass(group.colour)}"><rect class="lane" x="${margin}" y="${laneTop[i]!}" width="${width - 2 * margin}" height="${laneHeight[i]!}" rx="8"/><rect class="laneMark" x="${margin}" y="${laneTop[i]!}" width="4" height="${laneHeight[i]!}" rx="2"/><text class="laneName" x="${margin + lane.padding}" y="${laneTop[i]! + 16}">${group.name}</text></g>
`,
)}<g class="edges">${plain.map(([from, to]) => edge(from, to, false))}${[...new Map(critical.steps.map((s) => [s.join(">"), s])).values()].map(([from, to]) => edge(from, to, true))}</g>
<g class="nodes">${boxes.map((b, i) => {
        const { x, y } = spots[i]!;
        const mark = critical.nodes.has(i) ? "crit" : (marks.get(i) ?? "");
        return markup`<g class="node ${groupClass(b.group.colour)}${mark === "" ? "" : ` ${mark}`}" data-i="${i}"><title>${b.tip}</title><rect class="box" x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="5"/><rect class="stripe" x="${x}" y="${y + 4}" width="3" height="${box.height - 8}"/><text class="nodeKind" x="${x + 10}" y="${y + 16}">${shorten(b.kind, 28)}</text><text class="nodeName" x="${x + 10}" y="${y + 32}">${shorten(b.name, 25)}</text></g>
`;
    })}</g>`;
    return { svg: new Raw(svg.text), width, height, after: boxes.map((b) => b.after), urns: boxes.map((b) => b.urn) };
}
