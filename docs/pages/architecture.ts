/** The imports between folders, from the rules that `npm run imports` checks: a picture, and the table of CONTRIBUTING.md. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { type Markup, markup } from "../../rehearsal/report/escape";
import { groupClass } from "../../rehearsal/report/palette";
import { picture } from "../../rehearsal/report/picture";
import { table } from "./table";

/** By folder: the folders that it may import. */
export type Imports = Readonly<Record<string, readonly string[]>>;

interface Folder {
    /** Its contents. */
    readonly about: string;
    /** Column of its box in the picture, from the left. */
    readonly column: number;
}

const folders: Readonly<Record<string, Folder>> = {
    catalogue: { about: "facts as data and pure functions: releases, operators, instance types, models", column: 1 },
    kinds: { about: "one definition for each kind: schema, typed class, readiness", column: 0 },
    stacks: { about: "settings: schema, checks, stack files", column: 0 },
    components: { about: "ComponentResources, a folder for each layer", column: 0 },
    policy: { about: "CrossGuard policy pack, a file for each rule", column: 1 },
    rehearsal: { about: "stand-in for Pulumi's engine, simulated cluster, reports", column: 2 },
    simulator: { about: "simulated OpenShift, OLM and operators, a folder for each product", column: 2 },
    cli: { about: "the maas command, a file for each command", column: 2 },
    "lib.ts": { about: "what other programs import of the package", column: 1 },
    "index.ts": { about: "the Pulumi program: settings, platform, outputs", column: 0 },
};
/** Folders of components/ that are no layers: the client of the cluster, and the order of the layers. */
const NO_LAYERS = ["kube", "platform"];

/** Files beside the folders, which may import what they import. */
const FILES = ["index.ts", "lib.ts"];

/** The rules of the import check, and what the files beside the folders import. */
export function importRules(root: string): Imports {
    const { FLOORS } = require("../../.dependency-cruiser.js") as { FLOORS: Imports };
    const files = FILES.map((file) => {
        const text = readFileSync(path.join(root, file), "utf8");
        const used = Object.keys(FLOORS).filter((folder) => text.includes(`"./${folder}/`));
        return [file, [...new Set(used.flatMap((folder) => [folder, ...FLOORS[folder]!]))]] as const;
    });
    return { ...FLOORS, ...Object.fromEntries(files) };
}

/** The layers, as the folders of components/ are. */
export const layersOf = (root: string): string[] =>
    readdirSync(path.join(root, "components"), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !NO_LAYERS.includes(entry.name))
        .map(({ name }) => name)
        .sort();

/**
 * The imports that the picture draws: those that do not follow from others.
 *
 * @throws Error if a folder may import another without importing what that may import: an arrow would then say too much
 */
export function drawn(imports: Imports): [from: string, to: string][] {
    return Object.entries(imports).flatMap(([from, below]) => {
        const further = new Set(below.flatMap((folder) => imports[folder]!));
        const missing = [...further].filter((folder) => !below.includes(folder));
        if (missing.length > 0) {
            throw new Error(`${from} may import ${below.join(", ")} and not what these import: ${missing.join(", ")}`);
        }
        return below.filter((folder) => !further.has(folder)).map((to): [string, string] => [from, to]);
    });
}

/** The rows of CONTRIBUTING.md. */
export function importTable(imports: Imports): string {
    const names = (list: readonly string[]): string => list.map((name) => `\`${label(name)}\``).join(", ");
    return table(
        ["Folder", "Contents", "May import", "Imported by"],
        Object.keys(imports).map((name) => [
            names([name]),
            folderOf(name).about,
            names(imports[name]!) || "none",
            names(Object.keys(imports).filter((other) => imports[other]!.includes(name))) || "none",
        ]),
    );
}

const MARKS = ["<!-- imports: generated -->", "<!-- imports: end -->"] as const;

/** CONTRIBUTING.md with its table as the rules have it. @throws Error if the marks are missing */
export function contributing(root: string): string {
    const text = readFileSync(path.join(root, "CONTRIBUTING.md"), "utf8");
    const [begin, end] = MARKS.map((mark) => text.indexOf(mark)) as [number, number];
    if (begin < 0 || end < begin) {
        throw new Error(`CONTRIBUTING.md has no ${MARKS.join(" … ")} for the table of imports`);
    }
    return `${text.slice(0, begin + MARKS[0].length)}\n\n${importTable(importRules(root))}\n\n${text.slice(end)}`;
}

const css = `
.box{fill:var(--surface);stroke:var(--line)}
.stripe{fill:var(--own)}
.name{fill:var(--text);font-size:13px;font-weight:650}
.about{fill:var(--muted);font-size:10.5px}
.layer{fill:var(--sunken);stroke:var(--line)}
.layerName{fill:var(--text);font-size:10.5px}
.edge{fill:none;stroke:var(--edge);stroke-width:1.4}
.arrow{fill:var(--edge)}
`.trim();

const WIDTH = 250;
const GAP = { x: 34, y: 46 };
const MARGIN = 12;
const LINE = 14;
const CHIP = { width: 112, height: 20, gap: 6 };
const CHIPS_A_ROW = 2;

interface Box {
    readonly name: string;
    readonly x: number;
    readonly y: number;
    readonly height: number;
    readonly lines: readonly string[];
    readonly layers: readonly string[];
}

/** The picture of docs/architecture.md. */
export function architecturePicture(root: string): string {
    const imports = importRules(root);
    const arrows = drawn(imports);
    const boxes = placed(imports, layersOf(root));
    const byName = new Map(boxes.map((box) => [box.name, box]));
    /** The position at which the i-th of n arrows meets a box. */
    const port = (box: Box, others: readonly string[], other: string): number => {
        const order = [...others].sort((a, b) => byName.get(a)!.x - byName.get(b)!.x);
        return box.x + (WIDTH * (order.indexOf(other) + 1)) / (order.length + 1);
    };
    const edges = arrows.map(([from, to]) => {
        const [upper, lower] = [byName.get(from)!, byName.get(to)!];
        const x1 = port(
            upper,
            arrows.filter((a) => a[0] === from).map((a) => a[1]),
            to,
        );
        const x2 = port(
            lower,
            arrows.filter((a) => a[1] === to).map((a) => a[0]),
            from,
        );
        const [y1, y2] = [upper.y + upper.height, lower.y - 7];
        const middle = y2 - GAP.y / 2;
        return markup`<path class="edge" d="M${x1} ${y1}C${x1} ${middle} ${x2} ${y1 + (middle - y1) / 2} ${x2} ${y2}"/><path class="arrow" d="M${x2 - 4} ${y2}h8l-4 7z"/>\n`;
    });
    const width = Math.max(...boxes.map((box) => box.x)) + WIDTH + MARGIN;
    const height = Math.max(...boxes.map((box) => box.y + box.height)) + MARGIN;
    const title = "Which folder may import which: a folder imports what its arrows lead to, directly or through others";
    return picture(markup`<title>${title}</title>\n${edges}${boxes.map(boxMarkup)}`, width, height, css, [
        ...Object.keys(folders).keys(),
    ]);
}

function placed(imports: Imports, layers: readonly string[]): Box[] {
    const depth = (name: string): number => Math.max(0, ...imports[name]!.map((below) => depth(below) + 1));
    const names = Object.keys(imports);
    const top = Math.max(...names.map(depth));
    const boxes: Box[] = [];
    let y = MARGIN;
    for (let level = top; level >= 0; level--) {
        const row = names.filter((name) => depth(name) === level).map((name) => unplaced(name, layers));
        boxes.push(...row.map((box) => ({ ...box, y })));
        y += Math.max(...row.map((box) => box.height)) + GAP.y;
    }
    return boxes;
}

function unplaced(name: string, all: readonly string[]): Box {
    const { about, column } = folderOf(name);
    const layers = name === "components" ? all : [];
    const lines = wrapped(about, 38);
    const chips = Math.ceil(layers.length / CHIPS_A_ROW) * (CHIP.height + CHIP.gap);
    const x = MARGIN + column * (WIDTH + GAP.x);
    return { name, x, y: 0, height: 34 + lines.length * LINE + chips, lines, layers };
}

function boxMarkup({ name, x, y, height, lines, layers }: Box): Markup {
    const text = lines.map((line, i) => markup`<text class="about" x="${x + 14}" y="${y + 36 + i * LINE}">${line}</text>`);
    const top = y + 30 + lines.length * LINE;
    const chips = layers.map((layer, i) => {
        const left = x + 14 + (i % CHIPS_A_ROW) * (CHIP.width + CHIP.gap);
        const at = top + Math.floor(i / CHIPS_A_ROW) * (CHIP.height + CHIP.gap);
        return markup`<rect class="layer" x="${left}" y="${at}" width="${CHIP.width}" height="${CHIP.height}" rx="4"/><text class="layerName" x="${left + 8}" y="${at + 14}">${layer}</text>`;
    });
    const colour = groupClass(Object.keys(folders).indexOf(name));
    return markup`<g class="${colour}"><rect class="box" x="${x}" y="${y}" width="${WIDTH}" height="${height}" rx="6"/><rect class="stripe" x="${x}" y="${y + 6}" width="4" height="${height - 12}" rx="2"/><text class="name" x="${x + 14}" y="${y + 20}">${label(name)}</text>${text}${chips}</g>\n`;
}

/** @throws Error for a folder that this page does not know */
function folderOf(name: string): Folder {
    const folder = folders[name];
    if (folder === undefined) {
        throw new Error(`docs/pages/architecture.ts says nothing about ${label(name)}, which .dependency-cruiser.js lists`);
    }
    return folder;
}

const label = (name: string): string => (name.includes(".") ? name : `${name}/`);

function wrapped(text: string, width: number): string[] {
    return text.split(" ").reduce<string[]>((lines, word) => {
        const last = lines.at(-1);
        return last !== undefined && last.length + word.length < width
            ? [...lines.slice(0, -1), `${last} ${word}`]
            : [...lines, word];
    }, []);
}
