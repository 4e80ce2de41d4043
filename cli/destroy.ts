/** What `pulumi destroy` does with a stack, read from its plan. */
import { insteadOfHook } from "../catalogue/gitops/gitops";
import { type Item, modelOf } from "../rehearsal/report/model";
import type { Plan } from "../rehearsal/result";
import { isPatch } from "./render/manifest";

/** An object, as reports name it. */
export interface Named {
    readonly urn: string;
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
}

/** An object that stays. */
export interface Staying extends Named {
    /**
     * `given back`: somebody else's object, of which the stack's fields are taken; `kept`: it leaves the stack and stays as it is;
     * `not ours`: the stack only reads it.
     */
    readonly state: "given back" | "kept" | "not ours";
}

/** The plan of a destroy. */
export interface DestroyPlan {
    readonly stack: string;
    /** Deletions, in order: an object goes when everything that needs it is gone. */
    readonly steps: readonly (readonly Named[])[];
    readonly stays: readonly Staying[];
    /** What the program does beside deletions: Pulumi runs it only with `--run-program`. */
    readonly hooks: readonly { readonly urn: string; readonly object: string; readonly does: string }[];
    /** Objects that Pulumi protects: the destroy is refused until they are unprotected. */
    readonly protects: readonly Named[];
    readonly command: string;
}

/** The plan of a destroy of a stack that is up as planned. The same plan gives the same result. */
export function destroyPlan(plan: Plan): DestroyPlan {
    const { items } = modelOf(plan);
    const stays = items.flatMap((item) => {
        const state = stateOf(item);
        return state === undefined ? [] : [{ ...named(item), state }];
    });
    const staying = new Set(stays.map(({ urn }) => urn));
    const steps: Named[][] = [];
    stepsOf(items).forEach((step, index) => {
        const item = items[index]!;
        if (!staying.has(item.resource.urn)) {
            (steps[step] ??= []).push(named(item));
        }
    });
    const hooks = items.flatMap((item) => {
        const { beforeDelete = [], afterDelete = [] } = item.resource.options.hooks ?? {};
        return [...beforeDelete, ...afterDelete].map((hook) => ({
            urn: item.resource.urn,
            object: titleOf(named(item)),
            does: deletes(hook),
        }));
    });
    return {
        stack: plan.stack,
        steps: steps.filter((step) => step !== undefined),
        stays,
        hooks,
        protects: items.filter(({ resource }) => resource.options.protect === true).map(named),
        command: `pulumi destroy --stack ${plan.stack}${hooks.length > 0 ? " --run-program" : ""}`,
    };
}

/** `Kind namespace/name`. */
export function titleOf({ kind, namespace, name }: Named): string {
    return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

function deletes(hook: string): string {
    const { does } = insteadOfHook(hook);
    return does === "" ? hook : does;
}

function named({ resource, kind, namespace, label }: Item): Named {
    return { urn: resource.urn, kind, ...(namespace !== undefined && { namespace }), name: label };
}

function stateOf({ resource }: Item): Staying["state"] | undefined {
    const { reads, retainOnDelete } = resource.options;
    if (reads !== undefined) {
        return "not ours";
    }
    if (retainOnDelete === true) {
        return "kept";
    }
    return isPatch(resource) ? "given back" : undefined;
}

/** For each item the number of deletions that must come before its own: the longest chain of those that need it. */
function stepsOf(items: readonly Item[]): number[] {
    const steps = items.map(() => 0);
    const needed = items.map((): number[] => []);
    items.forEach(({ index, needsDirectly }) => needsDirectly.forEach((need) => needed[need]!.push(index)));
    const done = new Set<number>();
    const stepOf = (index: number): number => {
        if (!done.has(index)) {
            done.add(index);
            steps[index] = needed[index]!.reduce((most, by) => Math.max(most, stepOf(by) + 1), 0);
        }
        return steps[index]!;
    };
    items.forEach(({ index }) => stepOf(index));
    return steps;
}
