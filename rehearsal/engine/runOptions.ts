/** What a run takes. */
import type { Clock } from "../clock";
import type { Cluster } from "../cluster/cluster";
import type { PolicyConfig } from "./analyzer";
import type { Mode } from "./deployment";
import type { OnEvent } from "./events";
import type { Project, StackConfig } from "./project";
import type { StackState } from "./state";

export interface RunOptions {
    readonly project: Project;
    readonly stack: string;
    readonly config: StackConfig;
    readonly mode: Mode;
    readonly clock: Clock;
    /** Absent in a preview. */
    readonly cluster?: Cluster;
    /** What the last run left. Default: nothing. */
    readonly old?: StackState;
    /** False takes everything away without running the program; its delete hooks cannot run then. Default true. */
    readonly runProgram?: boolean;
    /** The folder of a policy pack. */
    readonly policyPack?: string;
    readonly policyConfig?: PolicyConfig;
    /** Goes on, after a failure, with what does not depend on it, as `pulumi up --continue-on-error` does. Default false. */
    readonly continueOnError?: boolean;
    /** Added to the environment of the program. */
    readonly env?: Readonly<Record<string, string>>;
    /** What stands in results for text that differs from run to run, such as the path of a kubeconfig. */
    readonly placeholders?: Readonly<Record<string, string>>;
    /** After so many milliseconds of wall time the program is ended. */
    readonly limit: number;
    /** After so many milliseconds of wall time in which nothing happens on a virtual clock, the program is ended. Default 10,000. */
    readonly stall?: number;
    readonly onEvent?: OnEvent;
    /** Ends the run early when aborted. */
    readonly signal?: AbortSignal;
    /** Called once this run holds the clock itself: whoever held it meanwhile can let go. */
    readonly onClock?: () => void;
    /** Told how long each part took, in milliseconds of wall time. */
    readonly onTiming?: (part: string, milliseconds: number) => void;
}
