/** A picture of the objects of one user's workspace in a plan, and of their origins. */
import {
    CONTINUE_CONFIG,
    DEV_SPACES_NAMESPACE,
    GETTING_STARTED,
    KEY_SECRET,
    KEYS_NAMESPACE,
} from "../../catalogue/workspaces/names";
import { type Markup, markup } from "../../rehearsal/report/escape";
import { layerColour } from "../../rehearsal/report/palette";
import { picture } from "../../rehearsal/report/picture";
import type { PlannedResource } from "../../rehearsal/result";

const css = `
.space{fill:var(--sunken);stroke:var(--line)}
.title{fill:var(--muted);font-size:11px;font-weight:650}
.box{fill:var(--surface);stroke:var(--line)}
.kind{fill:var(--text);font-size:12px;font-weight:650}
.name{fill:var(--muted);font-size:10.5px}
.said{fill:var(--text);font-size:10.5px;paint-order:stroke;stroke:var(--surface);stroke-width:4px}
.edge{fill:none;stroke:var(--edge);stroke-width:1.4}
.arrow{fill:var(--edge)}
`.trim();

const MARGIN = 12;
const WIDTH = 196;
const BOX = { height: 40, gap: 8, inset: 10 };
const TITLE = 26;
/** Between two columns: room for what an arrow says. */
const GAP = 148;

interface Named {
    readonly kind: string;
    readonly name: string;
    readonly namespace: string | undefined;
}

interface Placed extends Named {
    readonly x: number;
    readonly y: number;
}

/** Objects that the picture is about, a column for each namespace. @throws Error if the plan has no workspace */
function columns(resources: readonly PlannedResource[]): { title: string; objects: Named[] }[] {
    const objects = resources.flatMap(({ type, inputs }): Named[] => {
        const { name, namespace } = (inputs["metadata"] ?? {}) as { name?: unknown; namespace?: unknown };
        const kind = type
            .split(":")
            .at(-1)!
            .replace(/Patch$/, "");
        return typeof name !== "string" ? [] : [{ kind, name, namespace: typeof namespace === "string" ? namespace : undefined }];
    });
    const user = objects.find(({ kind }) => kind === "DevWorkspace")?.namespace;
    if (user === undefined) {
        throw new Error("the plan has no workspace to draw");
    }
    const of = (namespace: string, kinds: readonly string[]): Named[] =>
        kinds.flatMap((kind) => objects.filter((object) => object.namespace === namespace && object.kind === kind));
    return [
        { title: KEYS_NAMESPACE, objects: of(KEYS_NAMESPACE, ["Job", "CronJob", "ServiceAccount"]) },
        {
            title: user,
            objects: of(user, [
                "Secret",
                "ConfigMap",
                "DevWorkspace",
                "ServiceAccount",
                "LimitRange",
                "ResourceQuota",
                "NetworkPolicy",
            ]),
        },
        { title: DEV_SPACES_NAMESPACE, objects: of(DEV_SPACES_NAMESPACE, ["CheCluster", "ConfigMap"]) },
    ];
}

/** The purpose of objects, shown beside their names. */
const ROLES: Readonly<Record<string, string>> = {
    [`Secret ${KEY_SECRET}`]: "the key, as MAAS_API_KEY",
    [`ConfigMap ${CONTINUE_CONFIG}`]: "~/.continue/config.yaml",
    [`ConfigMap ${GETTING_STARTED}`]: "the page that opens first",
    "ConfigMap vscode-editor-configurations": "the extension",
};

/** The picture of docs/workspaces.md. */
export function workspacePicture(resources: readonly PlannedResource[]): string {
    const laid = columns(resources).map(({ title, objects }, column) => {
        const x = MARGIN + column * (WIDTH + GAP);
        return {
            title,
            x,
            height: TITLE + objects.length * (BOX.height + BOX.gap) + BOX.inset - BOX.gap,
            boxes: objects.map((object, i): Placed => ({ ...object, x, y: MARGIN + TITLE + i * (BOX.height + BOX.gap) })),
        };
    });
    const boxes = laid.flatMap((column) => column.boxes);
    const at = (kind: string, name?: string): Placed =>
        boxes.find((box) => box.kind === kind && (name === undefined || box.name === name))!;
    const arrows: (readonly [from: Placed, to: Placed, said: string])[] = [
        [at("Job"), at("Secret", KEY_SECRET), "writes the key"],
        [at("CronJob"), at("Secret", KEY_SECRET), "renews it"],
        [at("CheCluster"), at("DevWorkspace"), "runs the IDE"],
        [at("ConfigMap", "maas-authorities"), at("DevWorkspace"), "trusted authorities"],
    ];
    const height = Math.max(...laid.map((column) => column.height)) + 2 * MARGIN;
    const width = laid.at(-1)!.x + WIDTH + MARGIN;
    const parts: Markup[] = [
        ...laid.map(
            ({ title, x, height: tall }) =>
                markup`<rect class="space" x="${x - BOX.inset}" y="${MARGIN}" width="${WIDTH + 2 * BOX.inset}" height="${tall}" rx="6"/><text class="title" x="${x}" y="${MARGIN + 17}">${title}</text>`,
        ),
        // The name of a Job changes with what it does.
        ...boxes.map(
            ({ kind, name, x, y }) =>
                markup`<rect class="box" x="${x}" y="${y}" width="${WIDTH}" height="${BOX.height}" rx="4"/><text class="kind" x="${x + 8}" y="${y + 16}">${kind}</text><text class="name" x="${x + 8}" y="${y + 31}">${ROLES[`${kind} ${name}`] ?? name.replace(/-[0-9a-f]{10}$/, "")}</text>`,
        ),
        ...arrows.map(([from, to, said]) => arrow(from, to, said)),
    ];
    const title = "The objects of a workspace";
    const svg = markup`<title>${title}</title>\n${parts}`;
    return picture(svg, width, height, css, [layerColour("workspaces")]);
}

/** From the side of one box to the facing side of another, with its words above it. */
function arrow(from: Placed, to: Placed, said: string): Markup {
    const right = from.x < to.x;
    const [x1, x2] = right ? [from.x + WIDTH, to.x] : [from.x, to.x + WIDTH];
    const [y1, y2] = [from.y + BOX.height / 2, to.y + BOX.height / 2];
    const tip = right ? x2 - 7 : x2 + 7;
    const middle = (x1 + x2) / 2;
    return markup`<path class="edge" d="M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${tip} ${y2}"/><path class="arrow" d="M${x2} ${y2}L${tip} ${y2 - 4}L${tip} ${y2 + 4}Z"/><text class="said" text-anchor="middle" x="${right ? x1 + 62 : x1 - 66}" y="${y1 - 6}">${said}</text>`;
}
