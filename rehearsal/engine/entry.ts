/** A resource during a run. */
import { parseProviderReference } from "./urn";
import type { Goal } from "./goal";
import type { ResourceState } from "./state";
import type { Values } from "../values";

/** The answer to a registration. */
export interface Registration {
    readonly urn: string;
    readonly id: string;
    readonly outputs: Values;
    readonly result: "success" | "failed" | "skipped";
    /** True when the outputs are unknown because the run destroys. */
    readonly unknown?: boolean;
}

export type Operation = "create" | "update" | "replace" | "delete" | "same" | "read" | "import";

/** The progress of a resource. */
export interface Entry {
    readonly goal: Goal;
    readonly start: number;
    /** The time at which the resource was ready, or failed. */
    end?: number;
    readyWhen: string;
    outcome?: "done" | "failed" | "skipped";
    operation?: Operation;
    /** Whether the operation was done and recorded in the state; a later failure does not change it. */
    recorded?: boolean;
    /** Inputs as the provider has checked them. */
    checked?: Values;
    outputs: Values;
    /** Runs the after hooks of a component, when it registers its outputs. @throws Error when one fails */
    atOutputs?: (outputs: Values) => Promise<void>;
}

/** URNs of resources that a resource needs: they are created before it and deleted after it. */
export function requirements(of: Pick<ResourceState, "dependencies" | "provider" | "parent" | "options">): string[] {
    return [
        ...of.dependencies,
        ...(of.provider !== undefined ? [parseProviderReference(of.provider).urn] : []),
        ...(of.options.deletedWith !== undefined ? [of.options.deletedWith] : []),
        ...(of.parent !== undefined ? [of.parent] : []),
    ];
}
