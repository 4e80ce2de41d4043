import type { ModelDemand } from "../../rehearsal/report/capacity";
import { capacityOfStack, subjectAt } from "../capacity";
import { stackRule } from "../rule";
import { described, type Stack } from "../subject";

interface Config {
    readonly perStack: number;
    readonly perPool: Readonly<Record<string, number>>;
    readonly perNamespace: Readonly<Record<string, number>>;
}

const NAMES = ["requests.nvidia.com/gpu", "limits.nvidia.com/gpu", "nvidia.com/gpu"];

/** GPUs are shared out before they are asked for. */
export const gpusWithinLimits = stackRule<Config>(
    {
        name: "gpus-within-limits",
        title: "Models ask for no more GPUs than their namespace, their pool and the stack may have",
        why: "Beyond a ResourceQuota the pods of a model are never made: the Deployment reports it in an event, and the service stays not ready.",
        remedy: "Take fewer copies or GPUs, or raise the ResourceQuota of the namespace or the limit in the configuration of this rule.",
        severity: "high",
        source: "facts/platform.md T-25",
        fields: { models: "replicas" },
        config: {
            perStack: { type: "number", minimum: 0, default: 100_000, description: "GPUs of all nodes together." },
            perPool: {
                type: "object",
                additionalProperties: { type: "number", minimum: 0 },
                default: {},
                description: "GPUs of the nodes of a pool, by its name.",
            },
            perNamespace: {
                type: "object",
                additionalProperties: { type: "number", minimum: 0 },
                default: {},
                description: "GPUs that the models of a namespace ask for, by its name; next to its ResourceQuota.",
            },
        },
    },
    (stack, report, { perStack, perPool, perNamespace }) => {
        const { pools, unplaced } = capacityOfStack(stack);
        let all = 0;
        for (const { name, nodeSets } of pools) {
            const gpus = nodeSets.reduce((sum, set) => sum + (set.nodes?.max ?? 0) * (set.gpusPerNode ?? 0), 0);
            all += gpus;
            if (gpus > (perPool[name] ?? Infinity)) {
                report(
                    subjectAt(stack, nodeSets[0]!.urn),
                    `pool ${name} has ${gpus} GPUs, and its limit is ${perPool[name]}`,
                    "replicas",
                );
            }
        }
        if (all > perStack) {
            report(undefined, `the nodes have ${all} GPUs, and the limit of the stack is ${perStack}`);
        }
        const quotas = quotasOf(stack);
        for (const [namespace, models] of byNamespace(stack, [...pools.flatMap((pool) => pool.models), ...unplaced])) {
            const asked = models.reduce((sum, model) => sum + (model.gpus?.max ?? 0), 0);
            const limits = [
                ...(quotas.get(namespace) ?? []),
                ...(perNamespace[namespace] === undefined ? [] : [{ limit: perNamespace[namespace], whose: "its limit" }]),
            ];
            for (const { limit, whose } of limits) {
                if (asked > limit) {
                    const names = models.map((model) => `${model.name}: ${model.gpus?.max ?? "unknown"}`).join(", ");
                    report(
                        subjectAt(stack, models[0]!.urn),
                        `the models of namespace ${namespace} ask for ${asked} GPUs (${names}), and ${whose} is ${limit}`,
                    );
                }
            }
        }
    },
);

/** What the ResourceQuotas of each namespace allow. */
function quotasOf(stack: Stack): Map<string, { limit: number; whose: string }[]> {
    const result = new Map<string, { limit: number; whose: string }[]>();
    for (const quota of stack.of("ResourceQuota")) {
        const hard = (quota.value["spec"]?.hard ?? {}) as Record<string, unknown>;
        const limits = NAMES.flatMap((name) => (hard[name] === undefined ? [] : [Number(hard[name])])).filter(Number.isFinite);
        const namespace = String(quota.value["metadata"]?.namespace);
        if (limits.length > 0) {
            const entry = { limit: Math.min(...limits), whose: `that of ${described(quota)}` };
            result.set(namespace, [...(result.get(namespace) ?? []), entry]);
        }
    }
    return result;
}

function byNamespace(stack: Stack, models: readonly ModelDemand[]): Map<string, ModelDemand[]> {
    const result = new Map<string, ModelDemand[]>();
    for (const model of models) {
        const namespace = subjectAt(stack, model.urn)?.value["metadata"]?.namespace as string | undefined;
        if (namespace !== undefined) {
            const own = result.get(namespace) ?? [];
            own.push(model);
            result.set(namespace, own);
        }
    }
    return result;
}
