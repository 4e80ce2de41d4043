import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { instanceType } from "./instances";
import { K } from "../kind-names";
import { type Controller, itself, keyOf, type Pass, splitKey, type World } from "../world";
import { watchesOf } from "../watches";

const GPU = "nvidia.com/gpu";
const FINALIZER = "machinetarget.autoscaling.openshift.io";
const BOUNDS = "machine.openshift.io/cluster-api-autoscaler-node-group";
const OWNER = "autoscaling.openshift.io/machineautoscaler";

/**
 * cluster-autoscaler-operator: the bounds of a MachineAutoscaler go to its MachineSet. Source:
 * docs/sources/gpu-nodes.md#autoscaler.
 */
export class MachineAutoscalers implements Controller {
    readonly name = "machineautoscalers";
    readonly watches: Controller["watches"] = { [K.MachineAutoscaler]: itself, [K.MachineSet]: (set) => [keyOf(set)] };

    constructor(private readonly world: World) {}

    async reconcile(key: string): Promise<void> {
        const scaler = this.world.get(K.MachineAutoscaler, ...splitKey(key));
        if (!scaler) {
            return;
        }
        const set = targetOf(this.world, scaler);
        if (scaler.metadata.deletionTimestamp) {
            if (set) {
                await this.world.patch(set, {
                    metadata: { annotations: { [`${BOUNDS}-min-size`]: null, [`${BOUNDS}-max-size`]: null, [OWNER]: null } },
                });
            }
            await this.world.unfinalize(scaler, FINALIZER);
            return;
        }
        await this.world.finalize(scaler, FINALIZER);
        if (set) {
            await this.world.patch(set, {
                metadata: {
                    annotations: {
                        [`${BOUNDS}-min-size`]: String(scaler.spec.minReplicas),
                        [`${BOUNDS}-max-size`]: String(scaler.spec.maxReplicas),
                        [OWNER]: key,
                    },
                },
            });
        }
    }
}

/**
 * The cluster autoscaler, as far as GPUs go: when pods ask for more of them than the nodes that they select can have,
 * it adds nodes to the smallest of the sets that fit, within their bounds. It takes none away: nothing in a bring-up
 * leaves a node idle for long enough.
 */
export class ClusterAutoscalers implements Controller {
    readonly name = "clusterautoscaler";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        this.watches = {
            ...watchesOf(world, K.ClusterAutoscaler, [K.MachineAutoscaler, K.MachineSet]),
            [K.Deployment]: (workload) => (gpusOf(workload) > 0 ? world.keys(K.ClusterAutoscaler) : []),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const [, name] = splitKey(key);
        const autoscaler = this.world.get(K.ClusterAutoscaler, "", name);
        if (!autoscaler || autoscaler.metadata.deletionTimestamp || name !== "default") {
            return;
        }
        const groups = this.world
            .all(K.MachineAutoscaler)
            .filter((scaler) => !scaler.metadata.deletionTimestamp)
            .flatMap((scaler) => {
                const set = targetOf(this.world, scaler);
                return set ? [{ set, max: Number(scaler.spec.maxReplicas) }] : [];
            })
            .sort((a, b) => (a.set.metadata.name < b.set.metadata.name ? -1 : 1));
        // Pods are counted by what they select; those that select the same nodes share them.
        const demands = new Map<string, number>();
        for (const workload of this.world.all(K.Deployment)) {
            // A rolling update has more copies than are wanted for a while: those that find no GPU are pending, and count.
            const copies = Math.max(Number(workload.spec.replicas ?? 1), Number(workload.status?.["replicas"] ?? 0));
            const gpus = gpusOf(workload) * copies;
            if (gpus > 0 && !workload.metadata.deletionTimestamp) {
                const selector = JSON.stringify(workload.spec.template.spec.nodeSelector ?? {});
                demands.set(selector, (demands.get(selector) ?? 0) + gpus);
            }
        }
        for (const [selector, gpus] of [...demands].sort()) {
            const fitting = groups.filter(({ set }) => selects(JSON.parse(selector) as Record<string, string>, set));
            const sizes = fitting.map(({ set, max }) => ({
                set,
                max,
                nodes: Number(set.spec.replicas ?? 1),
                gpus: gpusOfSet(set),
            }));
            const supply = (): number => sizes.reduce((sum, size) => sum + size.nodes * size.gpus, 0);
            while (supply() < gpus) {
                const smallest = sizes.filter((s) => s.nodes < s.max && s.gpus > 0).sort((a, b) => a.nodes - b.nodes)[0];
                if (smallest === undefined) {
                    break;
                }
                smallest.nodes++;
            }
            const grown = sizes.filter(({ set, nodes }) => nodes > Number(set.spec.replicas ?? 1));
            if (grown.length > 0 && pass.waited(`add ${selector}`, duration("autoscaler.scan"))) {
                for (const { set, nodes } of grown) {
                    await this.world.patch(set, { spec: { replicas: nodes } });
                }
            }
        }
    }
}

function targetOf(world: World, scaler: KubeObject): KubeObject | undefined {
    const set = world.get(K.MachineSet, scaler.metadata.namespace!, scaler.spec.scaleTargetRef.name as string);
    return set?.metadata.deletionTimestamp ? undefined : set;
}

function selects(selector: Readonly<Record<string, string>>, set: KubeObject): boolean {
    const labels = (set.spec.template.spec?.metadata?.labels ?? {}) as Record<string, string>;
    return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** GPUs of a node of the set, as its annotations say: it may have none yet. */
function gpusOfSet(set: KubeObject): number {
    const annotations = set.metadata.annotations ?? {};
    return Number(
        annotations["capacity.cluster-autoscaler.kubernetes.io/gpu-count"] ??
            annotations["machine.openshift.io/GPU"] ??
            instanceType(set.spec.template.spec?.providerSpec?.value?.instanceType ?? "")?.gpus ??
            0,
    );
}

function gpusOf(workload: KubeObject): number {
    const containers = (workload.spec?.template?.spec?.containers ?? []) as {
        resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
    }[];
    return containers.reduce(
        (sum, { resources }) => sum + Number(resources?.limits?.[GPU] ?? resources?.requests?.[GPU] ?? 0),
        0,
    );
}
