/**
 * Kueue's queues: whether they admit workloads. Source: docs/sources/openshift-ai.md#queues; messages:
 * kubernetes-sigs/kueue@ff69552e79:pkg/cache/scheduler/cache.go.
 */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { K } from "../kind-names";
import { type Controller, isTrue, type Pass, splitKey, type World } from "../world";
import { watchesOf } from "../watches";

const KUEUE = "kueue-operator";

/** Whether Kueue's controller runs. */
function runs(world: World): boolean {
    return world.operator(KUEUE) !== undefined && isTrue(world.get(K.Kueue, "", "cluster"), "Available");
}

function flavorsOf(queue: KubeObject): string[] {
    const groups = (queue.spec?.resourceGroups ?? []) as { flavors: { name: string }[] }[];
    return groups.flatMap(({ flavors }) => flavors.map(({ name }) => name));
}

/** A ClusterQueue admits workloads once all of its flavors are there. */
export class ClusterQueues implements Controller {
    readonly name = "kueue-cluster-queues";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        this.watches = watchesOf(world, K.ClusterQueue, [K.ResourceFlavor, K.Kueue], KUEUE);
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const queue = this.world.get(K.ClusterQueue, ...splitKey(key));
        if (!queue || queue.metadata.deletionTimestamp || !runs(this.world)) {
            return;
        }
        const missing = flavorsOf(queue).filter((name) => !this.world.get(K.ResourceFlavor, "", name));
        const fault = this.world.faults.notReady("ClusterQueue", queue.metadata.name);
        if (missing.length === 0 && fault === undefined && !pass.waited("admit", duration("operand.quick"))) {
            return;
        }
        const active = missing.length === 0 && fault === undefined;
        await this.world.setStatus(queue, {
            conditions: [
                {
                    type: "Active",
                    status: active ? "True" : "False",
                    reason: active ? "Ready" : (fault ?? "FlavorNotFound"),
                    message: active
                        ? "Can admit new workloads"
                        : fault !== undefined
                          ? "not ready in this rehearsal"
                          : `Can't admit new workloads: references missing ResourceFlavor(s): ${missing.join(",")}.`,
                },
            ],
        });
    }
}

/** A LocalQueue admits workloads while its ClusterQueue does. */
export class LocalQueues implements Controller {
    readonly name = "kueue-local-queues";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        this.watches = watchesOf(world, K.LocalQueue, [K.ClusterQueue, K.Kueue]);
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const queue = this.world.get(K.LocalQueue, ...splitKey(key));
        if (!queue || queue.metadata.deletionTimestamp || !runs(this.world)) {
            return;
        }
        const of = this.world.get(K.ClusterQueue, "", (queue.spec?.clusterQueue as string | undefined) ?? "");
        const active = isTrue(of, "Active");
        if (active && !pass.waited("admit", duration("operand.quick"))) {
            return;
        }
        await this.world.setStatus(queue, {
            conditions: [
                {
                    type: "Active",
                    status: active ? "True" : "False",
                    reason: active ? "Ready" : of ? "ClusterQueueIsInactive" : "ClusterQueueDoesNotExist",
                    message: active ? "Can submit new workloads to clusterQueue" : "Can't submit new workloads to clusterQueue",
                },
            ],
        });
    }
}
