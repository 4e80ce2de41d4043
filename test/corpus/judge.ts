/** Judges seeded mistakes: each is one change of a shipped stack, in its settings or in an object of its plan. */
import { readFileSync } from "node:fs";
import path from "node:path";

import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { parse } from "yaml";

import { families } from "../../policy/policies";
import { kindOf } from "../../policy/subject";
import type { Plan, PlannedResource } from "../../rehearsal/result";
import { parseSettings } from "../../stacks/settings";
import { judge, judgeStack, type Subject } from "../policy/judge";
import corpus from "./corpus.json";

/** One seeded mistake. */
export interface Mistake {
    readonly id: string;
    /** The stack that is changed. Default: that of the corpus. */
    readonly stack?: string;
    /** What would break, in a few words. */
    readonly why: string;
    /** Path in the settings. */
    readonly settings?: string;
    /** `Kind/name` of an object of the plan. */
    readonly object?: string;
    /** Path in the object. */
    readonly at?: string;
    /** What stands there then. */
    readonly value?: unknown;
    /** Nothing stands there then. */
    readonly remove?: boolean;
    /** The object does not exist. */
    readonly drop?: boolean;
    /** This resource exists beside those of the stack. */
    readonly add?: { readonly type: string; readonly inputs: Record<string, unknown> };
    /** The object waits for nothing. */
    readonly forget?: boolean;
    /** `settings`, or the name of a rule. */
    readonly caughtBy: string;
}

/** The stack of a mistake. */
export function stackOf(mistake: Mistake): string {
    return mistake.stack ?? corpus.stack;
}

/** All stacks that the corpus changes. */
export const stacks = [...new Set((corpus.entries as readonly Mistake[]).map(stackOf))];

export const mistakes = corpus.entries as readonly Mistake[];

const root = path.join(__dirname, "../..");
const rules = Object.values(families).flat();

/** The settings of a stack, as its file has them. */
function settings(stack: string): Record<string, unknown> {
    const file = parse(readFileSync(path.join(root, `stacks/Pulumi.${stack}.yaml`), "utf8")) as {
        config: { "maas:settings": Record<string, unknown> };
    };
    return file.config["maas:settings"];
}

/**
 * @param plan of the mistake's stack
 * @returns what caught a mistake: `settings`, or the names of rules; empty when nothing did
 */
export async function caught(mistake: Mistake, plan: Plan): Promise<string[]> {
    const stack = stackOf(mistake);
    if (mistake.settings !== undefined) {
        const given = settings(stack);
        change(given, mistake.settings, mistake);
        try {
            parseSettings(stack, given);
            return [];
        } catch (error) {
            if ((error as Error).name === "SettingsError") {
                return ["settings"];
            }
            throw error;
        }
    }
    const resources = structuredClone(plan.resources) as PlannedResource[];
    if (mistake.add !== undefined) {
        const { type, inputs } = mistake.add;
        resources.push({
            urn: `urn:pulumi:${stack}::maas::${type}::${mistake.id}`,
            type,
            inputs,
            dependencies: [],
        } as unknown as PlannedResource);
        return judged(resources);
    }
    const index = resources.findIndex(
        (r) => `${kindOf(r.type)}/${String((r.inputs["metadata"] as { name?: string } | undefined)?.name)}` === mistake.object,
    );
    const resource = resources[index];
    if (resource === undefined) {
        throw new Error(`${mistake.id}: the plan has no ${String(mistake.object)}`);
    }
    if (mistake.drop === true) {
        resources.splice(index, 1);
    } else if (mistake.forget === true) {
        resources[index] = { ...resource, dependencies: [], parent: undefined } as unknown as PlannedResource;
    } else {
        change(resource.inputs, mistake.at!, mistake);
    }
    return judged(resources);
}

/** The names of the rules that find something. */
export async function judged(resources: readonly PlannedResource[]): Promise<string[]> {
    const subjects: Subject[] = resources.map(({ urn, type, inputs, parent, dependencies }) => ({
        type,
        name: urn,
        props: inputs,
        ...(parent !== undefined && resources.some((r) => r.urn === parent) && { parent }),
        dependencies: dependencies.filter((d) => resources.some((r) => r.urn === d)),
    }));
    const found = new Set<string>();
    for (const rule of rules) {
        const messages =
            "validateStack" in rule
                ? await judgeStack(rule as StackValidationPolicy, subjects)
                : (
                      await Promise.all(subjects.map((s) => judge(rule as ResourceValidationPolicy, s.type, s.props ?? {}, {})))
                  ).flat();
        if (messages.length > 0) {
            found.add(rule.name);
        }
    }
    return [...found].sort();
}

function change(target: object, at: string, { value, remove = false }: Mistake): void {
    const keys = at.replace(/\[(\d+)\]/g, ".$1").split(".");
    let holder = target as Record<string, unknown>;
    for (const key of keys.slice(0, -1)) {
        const next = holder[key];
        if (typeof next !== "object" || next === null) {
            throw new Error(`${at}: there is no ${key}`);
        }
        holder = next as Record<string, unknown>;
    }
    const last = keys.at(-1)!;
    if (remove) {
        delete holder[last];
    } else {
        holder[last] = value;
    }
}
