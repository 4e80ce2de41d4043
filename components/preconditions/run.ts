/** Runs the preconditions. */
import { KubeError } from "../kube";
import { clusterChecks } from "./clusterChecks";
import { conflictChecks } from "./conflictChecks";
import { type CheckId, checkIds } from "../../catalogue/preconditions";
import { gatewayChecks } from "./gatewayChecks";
import { moveChecks } from "./moveChecks";
import { nodeChecks } from "./nodeChecks";
import { ownerChecks } from "./ownerChecks";
import { platformChecks } from "./platformChecks";
import { failed, passed, type Precondition, unknown, type Verdict, type Wanted } from "./precondition";
import { type Reader, Reads } from "./reads";

/** The result of a precondition. */
export interface Finding extends Verdict {
    readonly id: CheckId;
    readonly what: string;
    readonly why: string;
    /** The settings accept that it fails (`cluster.acceptFailing`). */
    readonly accepted: boolean;
}

const reachable: Precondition = {
    id: "reachable",
    what: "the cluster can be reached",
    why: "all other checks read from it",
    check: async (reads) => passed(await reads.version()),
};

/** All preconditions, in the order in which they are reported. */
export const preconditions: readonly Precondition[] = [
    reachable,
    ...clusterChecks,
    ...platformChecks,
    ...gatewayChecks,
    ...conflictChecks,
    ...moveChecks,
    ...ownerChecks,
    ...nodeChecks,
].sort((a, b) => checkIds.indexOf(a.id) - checkIds.indexOf(b.id));

/**
 * Runs all preconditions against a cluster at the same time. A question that the cluster does not answer is a finding, not an
 * error.
 *
 * @param connect connects with the cluster; what it throws is the finding of `reachable`
 */
export async function findings(connect: () => Promise<Reader>, wanted: Wanted): Promise<Finding[]> {
    let reads: Reads;
    let unreachable: string | undefined;
    try {
        reads = new Reads(await connect());
        await reads.version();
    } catch (error) {
        unreachable = (error as Error).message;
    }
    const judge = async (precondition: Precondition): Promise<Verdict> => {
        if (unreachable !== undefined) {
            return precondition === reachable
                ? failed(unreachable, "log in to the cluster: oc login, KUBECONFIG, cluster.context")
                : unknown("not checked", "make the cluster reachable first");
        }
        try {
            return await precondition.check(reads, wanted);
        } catch (error) {
            if (error instanceof KubeError && error.code === 403) {
                return unknown(`reading is not allowed: ${error.message}`, "log in as a cluster-admin");
            }
            return failed((error as Error).message, "check the response of the cluster, and run this again");
        }
    };
    return Promise.all(
        preconditions.map(async (precondition) => {
            const { id, what, why } = precondition;
            return {
                id,
                what,
                why,
                ...(await judge(precondition)),
                accepted: wanted.settings.cluster.acceptFailing.includes(id),
            };
        }),
    );
}

/** The findings that refuse a deployment. */
export function refusing(all: readonly Finding[]): Finding[] {
    return all.filter(({ status, accepted }) => status === "failed" && !accepted);
}

/** The message of a refusal: all failing preconditions. Empty when none fails. */
export function refusalText(all: readonly Finding[]): string {
    const wrong = refusing(all);
    return wrong.length === 0
        ? ""
        : `the cluster does not meet the preconditions of this stack (${wrong.length} of ${all.length} fail):\n` +
              wrong
                  .map(
                      ({ id, what, why, found, remedy }) =>
                          `  ${id}: ${what}. Found: ${found}. Why: ${why}. Remedy: ${remedy ?? ""}`,
                  )
                  .join("\n");
}
