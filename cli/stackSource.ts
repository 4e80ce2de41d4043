/** A stack file as its reader sees it: where each setting stands, and what is wrong with it. */
import * as fs from "node:fs";
import * as path from "node:path";

import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";

import type { SettingsProblem } from "../stacks/problem";
import { parseSettings } from "../stacks/settings";
import { readProject } from "../rehearsal/engine/project";
import type { SourcePosition, StackSource } from "../rehearsal/report/sarif";

const KEY = "maas:settings";

/**
 * Reads the stack file for its places.
 *
 * @throws ProjectError when there is no such project
 */
export function sourceOf(projectDir: string, stack: string): StackSource {
    const file = path.join(readProject(projectDir).stackDir, `Pulumi.${stack}.yaml`);
    const lines = new LineCounter();
    const document = parseDocument(fs.readFileSync(file, "utf8"), { lineCounter: lines, merge: true });
    const settings = document.getIn(["config", KEY], true) as Node | undefined;
    const start = (node: Node | null | undefined): SourcePosition => {
        const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
        return { line: Math.max(1, line), column: Math.max(1, col) };
    };
    return {
        uri: path
            .relative(rootOf(path.dirname(file)) ?? readProject(projectDir).root, file)
            .split(path.sep)
            .join("/"),
        placeOf: (setting) =>
            settings === undefined || settings === null
                ? { line: 1, column: 1 }
                : start(nodeAt(settings, tokensOf(setting ?? ""))),
        problems: isMap(settings) ? problemsOf(stack, settings.toJSON(), projectDir) : [],
    };
}

function problemsOf(stack: string, settings: unknown, projectDir: string): readonly SettingsProblem[] {
    try {
        parseSettings(stack, settings, projectDir);
        return [];
    } catch (e) {
        if (e instanceof Error && e.name === "SettingsError") {
            return (e as unknown as { problems: readonly SettingsProblem[] }).problems;
        }
        throw e;
    }
}

/** The folder that holds `.git`, here or above. */
function rootOf(folder: string): string | undefined {
    if (fs.existsSync(path.join(folder, ".git"))) {
        return folder;
    }
    const above = path.dirname(folder);
    return above === folder ? undefined : rootOf(above);
}

/** `gpu.pools[name=l40s].replicas` as `gpu`, `pools`, `[name=l40s]`, `replicas`. */
function tokensOf(setting: string): string[] {
    return setting.match(/\[[^\]]*\]|[^.[\]]+/g) ?? [];
}

/** The node at a path; the key of a pair, so that the line is that of its name. Stops at what is not written down. */
function nodeAt(root: Node, tokens: readonly string[]): Node {
    let node: unknown = root;
    let best: Node = root;
    for (const token of tokens) {
        if (isMap(node)) {
            const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === token);
            if (pair === undefined) {
                break;
            }
            best = pair.key as Node;
            node = pair.value;
        } else if (isSeq(node)) {
            const [, key, value] = /^\[(\w+)=(.*)\]$/.exec(token) ?? [];
            const item: unknown =
                key === undefined
                    ? node.items[Number(token.slice(1, -1))]
                    : node.items.find((entry) => isMap(entry) && String(entry.get(key)) === value);
            if (item === undefined) {
                break;
            }
            best = item as Node;
            node = item;
        } else {
            break;
        }
    }
    return best;
}
