/** The pool in which the pods of a model run, and whether they fit. */
import { POOL_LABEL } from "../labels";
import type { ModelDemand, NodeSet, Pool } from "./model";
import { scaled, total } from "./range";
import type { NodeSetFacts } from "./supply";

/** The one pool in which pods may run, or why it cannot be told. */
export function poolFor(
    selector: Readonly<Record<string, unknown>>,
    tolerations: readonly Record<string, unknown>[],
    sets: readonly NodeSetFacts[],
): { pool: string; why?: undefined } | { pool?: undefined; why: string } {
    const wanted = selector[POOL_LABEL];
    if (wanted !== undefined) {
        return sets.some((set) => set.pool === wanted)
            ? { pool: String(wanted) }
            : { why: `its pool ${String(wanted)} has no MachineSet in this plan` };
    }
    // Labels that only the cluster puts on nodes (by NFD, by the kubelet) are in no MachineSet and say nothing here.
    const told = Object.entries(selector).filter(([key]) => sets.some((set) => key in set.labels));
    const fitting = sets.filter(
        (set) =>
            set.nodeSet.gpusPerNode !== 0 &&
            told.every(([key, value]) => set.labels[key] === value) &&
            set.taints.every((taint) => taint["effect"] === "PreferNoSchedule" || tolerations.some((t) => tolerates(t, taint))),
    );
    const pools = [...new Set(fitting.map((set) => set.pool))].sort();
    if (pools.length === 1) {
        return { pool: pools[0]! };
    }
    return {
        why:
            sets.length === 0
                ? "this plan has no MachineSet: it runs on nodes that are already there"
                : pools.length === 0
                  ? "it selects or tolerates none of the nodes in this plan"
                  : `it may run in any of the pools ${pools.join(", ")}`,
    };
}

function tolerates(toleration: Readonly<Record<string, unknown>>, taint: Readonly<Record<string, unknown>>): boolean {
    const anyKey = toleration["key"] === undefined && toleration["operator"] === "Exists";
    return (
        (anyKey || toleration["key"] === taint["key"]) &&
        (toleration["effect"] === undefined || toleration["effect"] === taint["effect"]) &&
        (toleration["operator"] === "Exists" || (toleration["value"] ?? "") === (taint["value"] ?? ""))
    );
}

/** Whether the models of a pool fit its nodes. */
export function judged(name: string, sets: readonly NodeSetFacts[], models: readonly ModelDemand[]): Pool {
    const nodeSets = sets.map((set) => set.nodeSet);
    const supply = total(
        nodeSets.map((set) => (set.nodes && set.gpusPerNode !== undefined ? scaled(set.nodes, set.gpusPerNode) : undefined)),
    );
    const demand = total(models.map((model) => model.gpus));
    const remarks: string[] = [];
    for (const set of nodeSets) {
        if (set.gpusPerNode === undefined) {
            remarks.push(`GPUs of ${set.instanceType} (${set.name}) are unknown`);
        } else if (set.nodes === undefined) {
            remarks.push(`the number of nodes of ${set.name} is not known before the deployment`);
        }
    }
    for (const model of models.filter((m) => m.replicas === undefined)) {
        remarks.push(`the number of replicas of ${model.name} is not known before the deployment`);
    }
    let fits = true;
    const largestNode = Math.max(0, ...nodeSets.map((set) => set.gpusPerNode ?? Infinity));
    for (const model of models) {
        const largestPod = Math.max(...model.pods);
        if (largestPod > largestNode) {
            fits = false;
            remarks.push(`a pod of ${model.name} needs ${largestPod} GPUs, no node has more than ${largestNode}`);
        }
    }
    if (supply && demand) {
        if (demand.max > supply.max) {
            fits = false;
            remarks.push(`${demand.max - supply.max} GPUs short`);
        } else if (fits && !packs(models, nodeSets)) {
            fits = false;
            remarks.push("enough GPUs, but the pods do not fit on the nodes as they are cut");
        } else if (demand.min > supply.min) {
            remarks.push("models wait until the autoscaler has added nodes");
        }
        if (fits) {
            remarks.push(...waitingUpdates(models, supply.max - demand.max));
        }
    }
    return { name, nodeSets, models, supply, demand, remarks, fits };
}

/** A Deployment of fewer copies keeps all of them while it is updated: Kubernetes rounds 25 % down. */
const ENOUGH_TO_MISS_ONE = 4;

/** Models whose update waits for GPUs that nobody frees. @param spare GPUs that no model uses, with the most nodes */
function waitingUpdates(models: readonly ModelDemand[], spare: number): string[] {
    return models.flatMap(({ name, replicas, pods: [pod = 0], rolling }) =>
        rolling && replicas !== undefined && replicas.max > 0 && replicas.max < ENOUGH_TO_MISS_ONE && pod > spare
            ? [
                  `an update of ${name} waits for ${pod} free ${pod === 1 ? "GPU" : "GPUs"}, and ${spare === 0 ? "none is" : `${spare} ${spare === 1 ? "is" : "are"}`}: updateStrategy: recreate stops it first`,
              ]
            : [],
    );
}

/** Whether all pods find room on the most nodes, each pod on one node: largest pods first, fullest node that has room. */
function packs(models: readonly ModelDemand[], nodeSets: readonly NodeSet[]): boolean {
    const largest = 10_000; // Beyond that the answer costs more than it is worth; the sums were compared already.
    const counts = [...nodeSets.map((set) => set.nodes?.max ?? 0), ...models.map((model) => model.replicas?.max ?? 0)];
    if (counts.reduce((sum, n) => sum + n, 0) > largest) {
        return true;
    }
    const free = nodeSets.flatMap((set) => Array<number>(set.nodes?.max ?? 0).fill(set.gpusPerNode ?? 0));
    const pods = models
        .flatMap((model) =>
            Array<readonly number[]>(model.replicas?.max ?? 0)
                .fill(model.pods)
                .flat(),
        )
        .filter((gpus) => gpus > 0)
        .sort((a, b) => b - a);
    return pods.every((gpus) => {
        const best = free.reduce((found, room, i) => (room >= gpus && (found < 0 || room < free[found]!) ? i : found), -1);
        if (best < 0) {
            return false;
        }
        free[best]! -= gpus;
        return true;
    });
}
