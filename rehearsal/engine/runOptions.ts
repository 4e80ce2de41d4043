/** The options of a run. */
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
    /** The state after the last run. Default: empty. */
    readonly old?: StackState;
    /** False destroys the stack without running the program, and so without its delete hooks. Default true. */
    readonly runProgram?: boolean;
    /** The folder of a policy pack. */
    readonly policyPack?: string;
    readonly policyConfig?: PolicyConfig;
    /** Continues, after a failure, with resources that do not depend on it, as `pulumi up --continue-on-error` does. Default false. */
    readonly continueOnError?: boolean;
    /** Added to the environment of the program. */
    readonly env?: Readonly<Record<string, string>>;
    /** Replacements in results for text that differs from run to run, such as the path of a kubeconfig. */
    readonly placeholders?: Readonly<Record<string, string>>;
    /** Time limit of the program in milliseconds of wall time; each resource adds 10. */
    readonly limit: number;
    /** Milliseconds of wall time without an event on a virtual clock after which the program is stopped. Default 10,000. */
    readonly stall?: number;
    readonly onEvent?: OnEvent;
    /** Ends the run early when aborted. */
    readonly signal?: AbortSignal;
    /** Called when this run holds the clock: the caller can release its own hold. */
    readonly onClock?: () => void;
    /** Called with the time of each part since the start, in milliseconds of wall time. */
    readonly onTiming?: (part: string, milliseconds: number) => void;
}
