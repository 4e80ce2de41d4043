/** Waits until an operator of OpenShift has carried out a change of its configuration. */
import type { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { gate } from "./gate";
import type { Kube, KubeObject } from "./kube";

/** Minutes within which an operator begins with what it has been told; after that there was nothing to do. */
const BEGIN_MINUTES = 3;

/** What is rolled out. */
export interface Rollout {
    /** Name of the ClusterOperator. */
    readonly operator: string;
    /** What it rolls out, in messages. */
    readonly what: string;
    /** Minutes that it may take. */
    readonly minutes: number;
    /** What is recorded; when it changes, it is waited for again. */
    readonly record: Record<string, string>;
    /** What must be seen before the operator can begin; what it throws ends the wait. @param deadline on the cluster's clock */
    readonly first?: (kube: Kube, deadline: number) => Promise<void>;
}

/**
 * A gate until a ClusterOperator has rolled out what has just been patched: it was Progressing since, and is now
 * Available and no longer Progressing. That it is not Progressing right after a patch says only that it has not begun.
 * Source: docs/sources/openshift.md#clusteroperator-rollouts, docs/sources/identity.md#oauth-rollout.
 */
export function rolledOut(
    name: string,
    { operator, what, minutes, record, first }: Rollout,
    opts: pulumi.CustomResourceOptions,
): ConfigMap {
    return gate(
        name,
        {
            kind: "rolled-out",
            until: `${operator} has rolled out ${what}`,
            record: { operator, ...record },
            check: async (kube) => {
                const begun = await kube.now();
                const kind = { apiVersion: "config.openshift.io/v1", plural: "clusteroperators" };
                const state = (object: KubeObject | undefined) => rolloutState(object, begun);
                await first?.(kube, begun + minutes * 60_000);
                await kube.until(
                    kind,
                    operator,
                    (object) => (state(object).began ? true : undefined),
                    begun + BEGIN_MINUTES * 60_000,
                );
                let seen = "";
                const settled = await kube.until(
                    kind,
                    operator,
                    (object) => {
                        const now = state(object);
                        seen = now.seen;
                        return now.settled ? true : undefined;
                    },
                    begun + minutes * 60_000,
                );
                if (settled === undefined) {
                    throw new Error(`ClusterOperator ${operator} has not rolled out ${what} within ${minutes} minutes: ${seen}`);
                }
            },
        },
        opts,
    );
}

/** How far an operator is with a change. @param since ms on the cluster's clock */
export function rolloutState(
    object: KubeObject | undefined,
    since: number,
): { readonly began: boolean; readonly settled: boolean; readonly seen: string } {
    const conditions =
        (object?.status?.["conditions"] as
            { type: string; status: string; message?: string; lastTransitionTime?: string }[] | undefined) ?? [];
    const of = (type: string) => conditions.find((c) => c.type === type);
    const progressing = of("Progressing");
    // Times of conditions are in whole seconds.
    const moved = Date.parse(progressing?.lastTransitionTime ?? "") >= Math.floor(since / 1000) * 1000;
    const settled = progressing?.status === "False" && of("Available")?.status === "True" && of("Degraded")?.status !== "True";
    return {
        began: progressing?.status === "True" || moved || of("Degraded")?.status === "True",
        settled,
        seen:
            conditions
                .filter((c) => (c.type === "Available") !== (c.status === "True") && c.message)
                .map((c) => `${c.type}=${c.status} (${c.message})`)
                .join("; ") || "it does not report",
    };
}
