import type * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import { placesOf, quotaDemand } from "../../catalogue/gpu/supply";
import type { Wanted } from "./precondition";
import { findings, refusalText } from "./run";

/**
 * Lets nothing of the platform begin on a cluster that it cannot work on, and says all that is wrong at once. It asks
 * some twenty small questions at the same time, so it takes as long as the slowest answer. It asks again when the
 * stack asks for other machines, another release or another External Secrets.
 *
 * @param zones of the cluster
 */
export function preconditions(
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
            check: async (kube) => {
                const text = refusalText(await findings(() => Promise.resolve(kube), wanted));
                if (text !== "") {
                    throw new Error(text);
                }
            },
        },
        opts,
    );
}
