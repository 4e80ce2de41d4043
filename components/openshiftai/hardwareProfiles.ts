import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";

import type { PoolShape } from "../../catalogue/gpu/poolShape";
import { HardwareProfile } from "../../kinds/infrastructure.opendatahub.io";
import { describedBy } from "../component";

type ProfileSpec = z.input<typeof HardwareProfile.definition.body>["spec"];

/** Name of the profile of a pool. */
export function profileOf(pool: string): string {
    return `gpu-${pool}`;
}

/** Arguments of {@link HardwareProfiles}. */
export interface HardwareProfilesArgs {
    /** Namespace of OpenShift AI's components. */
    readonly namespace: pulumi.Input<string>;
    /** GPU pools. Plain: each has a profile. */
    readonly pools: readonly PoolShape[];
    /** Name of the LocalQueues. Plain: the profile is named by it. Default: no profile of a queue. */
    readonly queue?: string | undefined;
}

/**
 * Hardware that users of the dashboard may choose: a profile for the nodes of each pool, and one that waits in the queue, for
 * namespaces with a LocalQueue, in which the dashboard does not offer profiles of nodes.
 * Source: docs/sources/openshift-ai.md#hardware-profiles, #queues.
 */
export class HardwareProfiles extends pulumi.ComponentResource {
    /** Names of the profiles: those of pools, then that of the queue. */
    public readonly profiles: readonly pulumi.Output<string>[];

    constructor(name: string, args: HardwareProfilesArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:serving:HardwareProfiles", name, describedBy(args), opts);
        const { namespace, pools, queue } = args;
        const profile = (suffix: string, displayName: string, description: string, spec: ProfileSpec): pulumi.Output<string> =>
            new HardwareProfile(
                `${name}-${suffix}`,
                {
                    metadata: {
                        name: suffix,
                        namespace,
                        labels: {
                            "app.kubernetes.io/part-of": "hardwareprofile",
                            "app.opendatahub.io/hardwareprofile": "true",
                        },
                        annotations: {
                            "opendatahub.io/dashboard-feature-visibility": "[]",
                            "opendatahub.io/disabled": "false",
                            "opendatahub.io/display-name": displayName,
                            "opendatahub.io/description": description,
                        },
                    },
                    spec,
                },
                { parent: this },
            ).metadata.name;
        const ofPools = pools.map((pool) =>
            profile(profileOf(pool.name), `GPU pool ${pool.name}`, pool.description, {
                identifiers: identifiersOf(pool),
                scheduling: {
                    type: "Node",
                    node: {
                        nodeSelector: { ...pool.nodeSelector },
                        tolerations: pool.tolerations.map((toleration) => ({ ...toleration })),
                    },
                },
            }),
        );
        const ofQueue =
            queue === undefined
                ? []
                : [
                      profile(`queue-${queue}`, `Queue ${queue}`, "GPUs of any pool, as soon as the queue has room", {
                          identifiers: identifiersOf(pools.reduce(largerOf)),
                          scheduling: { type: "Queue", kueue: { localQueueName: queue, priorityClass: "None" } },
                      }),
                  ];
        this.profiles = [...ofPools, ...ofQueue];
        this.registerOutputs({ profiles: this.profiles });
    }
}

/** The larger of each quantity of two pools. */
function largerOf(a: PoolShape, b: PoolShape): PoolShape {
    return {
        ...a,
        gpus: Math.max(a.gpus, b.gpus),
        vcpu: Math.max(a.vcpu, b.vcpu),
        memoryGiB: Math.max(a.memoryGiB, b.memoryGiB),
    };
}

/** Defaults are the share of a node for one GPU; maxima are the node less what the system reserves. */
function identifiersOf({ gpus, vcpu, memoryGiB }: PoolShape): ProfileSpec["identifiers"] {
    const [cpu, memory] = [Math.max(1, vcpu - 1), Math.max(1, Math.floor(memoryGiB * 0.9))];
    return [
        {
            displayName: "CPU",
            identifier: "cpu",
            minCount: 1,
            maxCount: cpu,
            defaultCount: Math.max(1, Math.floor(cpu / gpus)),
            resourceType: "CPU",
        },
        {
            displayName: "Memory",
            identifier: "memory",
            minCount: "1Gi",
            maxCount: `${memory}Gi`,
            defaultCount: `${Math.max(1, Math.floor(memory / gpus))}Gi`,
            resourceType: "Memory",
        },
        {
            displayName: "GPU",
            identifier: "nvidia.com/gpu",
            minCount: 1,
            maxCount: gpus,
            defaultCount: 1,
            resourceType: "Accelerator",
        },
    ];
}
