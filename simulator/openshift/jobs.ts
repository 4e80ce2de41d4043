/** The controller of Jobs. */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { isTrue, type World } from "../world";

/** Says of a Job that it runs, or that it is done. */
export async function finishJob(world: World, job: KubeObject, done: boolean): Promise<void> {
    const startTime = job.status?.startTime ?? world.timestamp();
    if (!done) {
        await world.setStatus(job, { startTime, active: 1, ready: 0 });
        return;
    }
    if (isTrue(job, "Complete")) {
        return;
    }
    const reached = {
        status: "True" as const,
        reason: "CompletionsReached",
        message: "Reached expected number of succeeded pods",
    };
    await world.setStatus(job, {
        startTime,
        completionTime: world.timestamp(),
        active: null,
        ready: 0,
        succeeded: Number(job.spec.completions ?? 1),
        conditions: [
            { type: "SuccessCriteriaMet", ...reached },
            { type: "Complete", ...reached },
        ],
    });
}
