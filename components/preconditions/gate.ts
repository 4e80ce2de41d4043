import type * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import { placesOf, quotaDemand } from "../../catalogue/gpu/supply";
import type { Wanted } from "./precondition";
import { findings, refusalText } from "./run";

/**
 * A gate before the platform: it refuses a cluster that does not meet the preconditions, and names all that fail. They run at
 * the same time, so the gate takes as long as the slowest answer. They run again when the stack changes its machines, its
 * release or its External Secrets.
 *
 * @param zones of the cluster
 */
export function preconditionsGate(
    name: string,
    wanted: Wanted,
    zones: readonly string[],
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
    const { settings } = wanted;
    const { pools } = settings.gpu;
    const { store, externalSecrets } = settings.identity;
    return gate(
        name,
        {
            kind: "preconditions",
            until: "the cluster is as the stack needs it",
            record: {
                release: settings.release,
                pools: pools.map((pool) => `${pool.instanceType} in ${placesOf(pool, zones).join(", ")}`).join("; "),
                vcpus: [...quotaDemand(pools, zones)].map(([bucket, { vcpu }]) => `${bucket} ${vcpu}`).join(", "),
                autoscaled: String(pools.some((pool) => pool.autoscale !== undefined) && settings.gpu.clusterAutoscaler),
                ...(store === "vault" && { externalSecrets: externalSecrets.operator }),
            },
            check: async (kube, { oldInputs }) => {
                const begun = oldInputs !== undefined && Object.keys(oldInputs).length > 0;
                const text = refusalText(await findings(() => Promise.resolve(kube), { ...wanted, begun }));
                if (text !== "") {
                    throw new Error(text);
                }
            },
        },
        opts,
    );
}
