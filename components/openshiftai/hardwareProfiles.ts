import * as pulumi from "@pulumi/pulumi";

import { HardwareProfile } from "../../kinds/infrastructure.opendatahub.io";
import type { PoolShape } from "../../catalogue/gpu/poolShape";

/** Which hardware users may ask for in the dashboard. */
export interface HardwareProfilesArgs {
    /** Namespace of OpenShift AI's components. */
    readonly namespace: string;
    readonly pools: readonly PoolShape[];
    /** Name of the queues of namespaces; undefined without them. */
    readonly queue: string | undefined;
}

/**
 * One profile for each pool, on its nodes; and one that waits in the queue, for the namespaces that are queued: profiles
 * of nodes are not offered there.
 * Source: docs/sources/openshift-ai.md#hardware-profiles, #queues.
 */
export class HardwareProfiles extends pulumi.ComponentResource {
    constructor(name: string, { namespace, pools, queue }: HardwareProfilesArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:serving:HardwareProfiles", name, {}, opts);
        const profile = (
            suffix: string,
            displayName: string,
            description: string,
            spec: ConstructorParameters<typeof HardwareProfile>[1]["spec"],
        ): HardwareProfile =>
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
            );
        for (const pool of pools) {
            profile(`gpu-${pool.name}`, `GPU pool ${pool.name}`, pool.description, {
                identifiers: identifiersOf(pool),
                scheduling: {
                    type: "Node",
                    node: {
                        nodeSelector: { ...pool.nodeSelector },
                        tolerations: pool.tolerations.map((toleration) => ({ ...toleration })),
                    },
                },
            });
        }
        if (queue !== undefined) {
            const largest = pools.reduce(largerOf);
            profile(`queue-${queue}`, `Queue ${queue}`, "GPUs of any pool, as soon as the queue has room", {
                identifiers: identifiersOf(largest),
                scheduling: { type: "Queue", kueue: { localQueueName: queue, priorityClass: "None" } },
            });
        }
        this.registerOutputs({});
    }
}

type HardwareProfile = InstanceType<typeof HardwareProfile>;

/** What the largest pods need of each of two pools. */
function largerOf(a: PoolShape, b: PoolShape): PoolShape {
    return {
        ...a,
        gpus: Math.max(a.gpus, b.gpus),
        vcpu: Math.max(a.vcpu, b.vcpu),
        memoryGiB: Math.max(a.memoryGiB, b.memoryGiB),
    };
}

/** A share of a node for each of its GPUs by default, and a node less what the system takes of it at most. */
function identifiersOf({ gpus, vcpu, memoryGiB }: PoolShape): {
    displayName: string;
    identifier: string;
    minCount: number | string;
    maxCount: number | string;
    defaultCount: number | string;
    resourceType: "CPU" | "Memory" | "Accelerator";
}[] {
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
