/** Options of a rehearsal. */
import type { PolicyConfig } from "./engine/analyzer";
import type { OnEvent } from "./engine/events";
import type { StackState } from "./engine/state";
import type { Rehearsal } from "./result";
import type { SimulationRef } from "./simulation";
import type { World } from "./world";

/** Runs of the stack, in order. */
export type Action = "up" | "destroy";

export interface RehearseOptions {
    /** The folder of Pulumi.yaml. */
    readonly projectDir: string;
    readonly stack: string;
    /** The folder of a policy pack. Default: no policies. */
    readonly policyPack?: string;
    readonly policyConfig?: PolicyConfig;
    /** Default `memory`. */
    readonly cluster?: "memory" | "api-server";
    /** `auto`: the real engine where there is one, the cluster is an API server, and the stack writes to nothing else. Default `stand-in`. */
    readonly engine?: "stand-in" | "pulumi" | "auto";
    /** The simulation that plays the controllers of the cluster. */
    readonly simulation: SimulationRef;
    /** State that an earlier rehearsal left. Its objects do not exist in a cluster that begins empty: meant for `keep`. */
    readonly state?: StackState;
    /** Default: one `up`. */
    readonly runs?: readonly Action[];
    /** Goes on, after a failure, with what does not depend on it, as `pulumi up --continue-on-error` does. Default false. */
    readonly continueOnError?: boolean;
    /** The factor by which time on an API server passes faster than the wall clock. Default 200. */
    readonly speed?: number;
    /** After so many milliseconds of wall time a run is ended. Default 2 minutes in memory, 30 on an API server. */
    readonly limit?: number;
    /** After so many milliseconds of wall time in which nothing happens in memory, a run is ended. Default 10,000. */
    readonly stall?: number;
    readonly onEvent?: OnEvent;
    /** Told what goes on around the runs (an API server that is built or started), a line at a time. */
    readonly onProgress?: (line: string) => void;
    /** Told the result of each run as soon as it is over. */
    readonly onResult?: (action: Action, result: Rehearsal) => void;
    /** Told how long each part took since the start of its run, in milliseconds of wall time. */
    readonly onTiming?: (part: string, milliseconds: number) => void;
    /** Ends the run early when aborted. */
    readonly signal?: AbortSignal;
    /** Further variables for the real engine and its providers, such as the credentials of a service that a test runs. Default: none. */
    readonly environment?: Readonly<Record<string, string>>;
    /** Called after the last run, before the cluster is closed. */
    readonly keep?: (world: World) => Promise<void>;
}
