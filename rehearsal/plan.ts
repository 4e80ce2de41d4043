/** Plans a stack: previews `up` without a cloud and without a cluster. */
import * as os from "node:os";

import { VirtualClock } from "./clock";
import type { PolicyConfig } from "./engine/analyzer";
import type { OnEvent } from "./engine/events";
import { readProject, readStackConfig, type StackConfig } from "./engine/project";
import { run } from "./engine/run";
import { judgement } from "./findings";
import type { Plan } from "./result";

export type { PolicyConfig } from "./engine/analyzer";
export type { OnEvent, ProgressEvent } from "./engine/events";
export { ProjectError } from "./engine/project";

/** Wall time that a plan may take, in milliseconds. */
const LIMIT = 60_000;
/** A kubeconfig that names no cluster. */
const NO_KUBECONFIG = os.devNull;
/** Replaces the path of the kubeconfig, which a provider takes from the environment, in results. */
export const KUBECONFIG_SHOWN = "$KUBECONFIG";

export interface PlanOptions {
    /** The folder of Pulumi.yaml. */
    readonly projectDir: string;
    readonly stack: string;
    /** Configuration in place of what the stack's file says, for what is not written yet. */
    readonly config?: StackConfig;
    /** The folder of a policy pack. Default: no policies. */
    readonly policyPack?: string;
    readonly policyConfig?: PolicyConfig;
    readonly onEvent?: OnEvent;
    /** Called with the time of each part since the start, in milliseconds of wall time. */
    readonly onTiming?: (part: string, milliseconds: number) => void;
    /** Time limit of the program in milliseconds of wall time. Default 60,000. */
    readonly limit?: number;
    /** Ends the run early when aborted. */
    readonly signal?: AbortSignal;
}

/**
 * Plans a stack. What is wrong with its settings, the program or the policies is said in the plan's `diagnostics` and
 * `policy`.
 *
 * @throws ProjectError when there is no such project, stack or policy pack, or a file of them cannot be read
 */
export async function plan(options: PlanOptions): Promise<Plan> {
    const project = readProject(options.projectDir);
    const config = options.config ?? readStackConfig(project, options.stack);
    const { deployment, journal, rules } = await run({
        project,
        config,
        stack: options.stack,
        mode: "preview",
        clock: new VirtualClock(),
        limit: options.limit ?? LIMIT,
        // A program that looks for a cluster must not find the one that its user happens to be logged in to.
        env: { KUBECONFIG: NO_KUBECONFIG },
        placeholders: { [NO_KUBECONFIG]: KUBECONFIG_SHOWN },
        ...(options.policyPack !== undefined && { policyPack: options.policyPack }),
        ...(options.policyConfig !== undefined && { policyConfig: options.policyConfig }),
        ...(options.onEvent !== undefined && { onEvent: options.onEvent }),
        ...(options.onTiming !== undefined && { onTiming: options.onTiming }),
        ...(options.signal !== undefined && { signal: options.signal }),
    });
    const report = deployment.report();
    return {
        stack: options.stack,
        resources: report.resources(),
        outputs: report.outputs(),
        ...judgement(journal.findings, rules),
        diagnostics: journal.diagnostics,
    };
}
