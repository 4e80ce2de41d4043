/** A gate until an operator of OpenShift has rolled out a change of its configuration. */
import type { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { gate } from "./gate";
import { conditionOf, conditionsOf, type Kube, type KubeObject } from "./kube";
import { remainingProblem } from "./remainingProblem";

/** Minutes within which an operator begins a rollout; after them there is nothing to roll out. */
const BEGIN_MINUTES = 3;

/** A rollout. */
export interface Rollout {
    /** Name of the ClusterOperator. */
    readonly operator: string;
    /** The change, for messages. */
    readonly what: string;
    /** Deadline in minutes. */
    readonly minutes: number;
    /** The record; when it changes, the gate waits again. */
    readonly record: Record<string, string>;
    /** A condition that must hold before the operator can begin; what it throws ends the wait. @param deadline on the cluster's clock */
    readonly first?: (kube: Kube, deadline: number) => Promise<void>;
}

/**
 * A gate until a ClusterOperator has rolled out a patch: it has been Progressing since the patch, and is now Available and not
 * Progressing any more. Right after a patch, an operator that is not Progressing may not have begun.
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
                const problem = await remainingProblem(
                    kube,
                    { ...kind, name: operator },
                    { deadline: begun + minutes * 60_000 },
                    (object) => (state(object).settled ? undefined : state(object).seen),
                );
                if (problem !== undefined) {
                    throw new Error(
                        `ClusterOperator ${operator} has not rolled out ${what} within ${minutes} minutes: ${problem}`,
                    );
                }
            },
        },
        opts,
    );
}

/** The progress of an operator. @param since ms on the cluster's clock */
export function rolloutState(
    object: KubeObject | undefined,
    since: number,
): { readonly began: boolean; readonly settled: boolean; readonly seen: string } {
    const of = (type: string) => conditionOf(object, type);
    const progressing = of("Progressing");
    // Times of conditions are in whole seconds.
    const moved = Date.parse(progressing?.lastTransitionTime ?? "") >= Math.floor(since / 1000) * 1000;
    const settled = progressing?.status === "False" && of("Available")?.status === "True" && of("Degraded")?.status !== "True";
    return {
        began: progressing?.status === "True" || moved || of("Degraded")?.status === "True",
        settled,
        seen:
            conditionsOf(object)
                .filter((c) => (c.type === "Available") !== (c.status === "True") && c.message)
                .map((c) => `${c.type}=${c.status} (${c.message})`)
                .join("; ") || "it reports nothing",
    };
}
