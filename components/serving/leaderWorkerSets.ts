/** Groups of pods over several nodes. */
import type * as pulumi from "@pulumi/pulumi";

import { LeaderWorkerSetOperator } from "../../kinds/operator.openshift.io";

/** Switches the LeaderWorkerSet controller on; KServe needs its kinds, also for models on one node. */
export function leaderWorkerSets(name: string, opts: pulumi.CustomResourceOptions = {}): pulumi.Resource {
    return new LeaderWorkerSetOperator(
        name,
        {
            metadata: { name: "cluster" },
            spec: { managementState: "Managed", logLevel: "Normal", operatorLogLevel: "Normal" },
        },
        opts,
    );
}
