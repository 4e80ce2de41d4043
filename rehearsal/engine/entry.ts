/** One resource in the course of a run. */
import { parseProviderReference } from "./urn";
import type { Goal } from "./goal";
import type { ResourceState } from "./state";
import type { Values } from "../values";

/** What a registration is answered with. */
export interface Registration {
    readonly urn: string;
    readonly id: string;
    readonly outputs: Values;
    readonly result: "success" | "failed" | "skipped";
    /** True when nothing is known of the outputs because the run destroys. */
    readonly unknown?: boolean;
}

export type Operation = "create" | "update" | "replace" | "delete" | "same" | "read" | "import";

/** What has become of a resource so far. */
export interface Entry {
    readonly goal: Goal;
    readonly start: number;
    /** When whoever waits for the resource could go on. */
    end?: number;
    readyWhen: string;
    outcome?: "done" | "failed" | "skipped";
    operation?: Operation;
    /** Whether the operation was done and is remembered, whatever came after that. */
    recorded?: boolean;
    /** Inputs as the provider has checked them. */
    checked?: Values;
    outputs: Values;
}

/** Everything that has to be there before a resource, and has to stay until it is gone. */
export function requirements(of: Pick<ResourceState, "dependencies" | "provider" | "parent" | "options">): string[] {
    return [
        ...of.dependencies,
        ...(of.provider !== undefined ? [parseProviderReference(of.provider).urn] : []),
        ...(of.options.deletedWith !== undefined ? [of.options.deletedWith] : []),
        ...(of.parent !== undefined ? [of.parent] : []),
    ];
}
