/** What a case of the suite is: a small program, and what is done with it, one step after the other. */
import type { KubeObject, ObjectRef } from "../../rehearsal/cluster/cluster";

/** One run of the program, and what happens in the cluster before it. */
export interface Step {
    readonly action: "preview" | "up" | "destroy";
    /** The configuration `step`, by which the program knows what it is to be. */
    readonly step: string;
    /** Names of the hooks that fail. */
    readonly failing?: readonly string[];
    /** A destroy with the program running. Default false. */
    readonly runProgram?: boolean;
    /** An `up` that goes on, after a failure, with what does not depend on it. Default false. */
    readonly continueOnError?: boolean;
    /** With the policy pack beside this. Default false. */
    readonly policies?: boolean;
    /** Objects that somebody else writes before the run. */
    readonly given?: readonly KubeObject[];
    /** Objects that somebody else deletes before the run. */
    readonly taken?: readonly ObjectRef[];
    /** Names of the widgets that become ready, from now on. */
    readonly ready?: readonly string[];
}

/** A program of the folder `programs`, and its steps. */
export interface Case {
    /** Names the recording. */
    readonly name: string;
    /** Default: the name. */
    readonly program?: string;
    readonly steps: readonly Step[];
}

/** What one step came to: what users and the next step see of it. */
export interface StepResult {
    readonly action: string;
    readonly step: string;
    readonly succeeded: boolean;
    /** What was done to each resource, by the end of its URN. */
    readonly operations: Readonly<Record<string, string>>;
    readonly errors: readonly string[];
    readonly warnings: readonly string[];
    readonly policy: readonly string[];
    readonly outputs: Readonly<Record<string, unknown>>;
    /** Of a preview: the inputs that would be sent. */
    readonly inputs?: Readonly<Record<string, unknown>>;
    /** What is remembered, by the end of the URN; absent after a preview, which remembers nothing. */
    readonly state?: Readonly<Record<string, unknown>>;
    /** What happened to each object in the cluster, in its order; a generated name stands for all objects of that make. */
    readonly events: Readonly<Record<string, readonly string[]>>;
    /** What hooks have written. */
    readonly log: readonly string[];
}

/** The results of a case. */
export interface Recording {
    readonly name: string;
    readonly steps: readonly StepResult[];
    /** What is in the cluster at the end. */
    readonly objects: readonly unknown[];
}
