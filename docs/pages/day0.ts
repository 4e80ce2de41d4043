/** Day-0 pages: the steps of a document that somebody followed by hand, beside the settings of the stack that does the same. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { parse, stringify } from "yaml";

import day0 from "../day0.json";
import { heading } from "./table";

/** A step of a document, and where it is here. */
export interface Day0Step {
    readonly step: string;
    /** The step by hand. */
    readonly there: string;
    /** Paths in the stack file, which the page shows with their values. */
    readonly settings: readonly string[];
    /** Paths of settings that the stack leaves to their defaults, for those who need another way. */
    readonly beside?: readonly string[];
    readonly commands?: readonly string[];
    readonly differs: string;
}

/** A system that somebody installed by its document. */
export interface Day0 {
    readonly stack: string;
    readonly title: string;
    /** The document: a file of a repository, or a page of docs/sources. */
    readonly document: string;
    readonly before: string;
    readonly steps: readonly Day0Step[];
}

export const systems: readonly Day0[] = day0.systems;

type Tree = Record<string, unknown>;

/** The settings of a stack that ships, as they are written. @param root of the project */
export function writtenSettings(root: string, stack: string): Tree {
    const text = readFileSync(path.join(root, `stacks/Pulumi.${stack}.yaml`), "utf8");
    return (parse(text) as { config: { "maas:settings": Tree } }).config["maas:settings"];
}

/**
 * The part of the settings that some paths name.
 *
 * @throws Error when the stack file has no such setting
 */
export function picked(settings: Tree, paths: readonly string[]): Tree {
    const part: Tree = {};
    for (const dotted of paths) {
        const keys = dotted.split(".");
        const value = keys.reduce<unknown>((tree, key) => (tree as Tree | undefined)?.[key], settings);
        if (value === undefined) {
            throw new Error(`the stack file has no ${dotted}`);
        }
        keys.reduce<Tree>((tree, key, i) => (tree[key] = i === keys.length - 1 ? value : (tree[key] ?? {})) as Tree, part);
    }
    return part;
}

/** The path of a page, by its stack. */
export const pageOf = (stack: string): string => `docs/day-0/${stack}.md`;

/** The pages, by path. @param root of the project */
export function day0Pages(root: string): Record<string, string> {
    return Object.fromEntries(systems.map((system) => [pageOf(system.stack), page(system, writtenSettings(root, system.stack))]));
}

function page({ stack, title, document, before, steps }: Day0, settings: Tree): string {
    const source = document.startsWith("docs/") ? `[${document}](../${document.slice("docs/".length)})` : `\`${document}\``;
    return `${heading(`${title}, as stack ${stack}`, `docs/day0.json and stacks/Pulumi.${stack}.yaml`)}
You followed ${source}. This is the same with one stack file, step by step. [Value by value](../guides.md#${stack.replaceAll(".", "")}).

Before you begin: ${before}

\`\`\`sh
npx maas plan ${stack}                          # what will be created, and what the policies say
npx maas rehearse ${stack}                      # the whole bring-up, without a cluster
npx pulumi stack init ${stack}
npx pulumi up --policy-pack policy
npx maas smoke ${stack}                         # calls the models as users do
\`\`\`

${steps.map((step, i) => section(step, i + 1, settings)).join("\n\n")}
`;
}

function section(
    { step, there, settings: paths, beside = [], commands = [], differs }: Day0Step,
    n: number,
    settings: Tree,
): string {
    const fence = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
    return [
        `## ${n}. ${step}`,
        `By hand: ${there}`,
        ...(paths.length === 0
            ? []
            : [
                  "Here:",
                  fence("yaml", stringify(picked(settings, paths), { indent: 4, lineWidth: 0, aliasDuplicateObjects: false })),
              ]),
        ...(commands.length === 0 ? [] : [fence("sh", commands.join("\n"))]),
        differs,
        ...(beside.length === 0 ? [] : [`Left to their defaults: ${beside.map((one) => `\`${one}\``).join(", ")}.`]),
    ].join("\n\n");
}
