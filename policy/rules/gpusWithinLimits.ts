import { capacityOfStack } from "../capacity";
import { stackRule } from "../rule";
import { described, type Stack } from "../subject";

interface Config {
    readonly perStack: number;
    readonly perPool: Readonly<Record<string, number>>;
    readonly perNamespace: Readonly<Record<string, number>>;
}

const NAMES = ["requests.nvidia.com/gpu", "limits.nvidia.com/gpu", "nvidia.com/gpu"];

/** Models stay within the GPU limits of their namespace, their pool and the stack. */
export const gpusWithinLimits = stackRule<Config>(
    {
        name: "gpus-within-limits",
        title: "Models request no more GPUs than their namespace, their pool and the stack may use",
        why: "Pods beyond a ResourceQuota are never created: the Deployment reports it in an event, and the service does not become ready.",
        remedy: "Reduce replicas or GPUs, or raise the ResourceQuota of the namespace or the limit in the configuration of this rule.",
        severity: "high",
        source: "docs/sources/llm-d.md#copies-and-gpus",
        fields: { models: "replicas" },
        config: {
            perStack: {
                type: "number",
                minimum: 0,
                default: 100_000,
                description: "Number of GPUs that all nodes together may have.",
            },
            perPool: {
                type: "object",
                additionalProperties: { type: "number", minimum: 0 },
                default: {},
                description: "Number of GPUs that the nodes of a pool may have, by name of the pool.",
            },
            perNamespace: {
                type: "object",
                additionalProperties: { type: "number", minimum: 0 },
                default: {},
                description:
                    "Number of GPUs that the models of a namespace may request, by name of the namespace. Applies in addition to its ResourceQuota.",
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
                    stack.at(nodeSets[0]!.urn),
                    `pool ${name} has ${gpus} GPUs, more than its limit of ${perPool[name]}; reduce its nodes or raise the limit`,
                    "replicas",
                );
            }
        }
        if (all > perStack) {
            report(
                undefined,
                `the nodes have ${all} GPUs, more than the limit of the stack, ${perStack}; reduce nodes or raise the limit`,
            );
        }
        const models = [...pools.flatMap((pool) => pool.models), ...unplaced].map((model) => ({
            ...model,
            subject: stack.at(model.urn),
        }));
        for (const { namespace, limit, whose } of [...quotasOf(stack), ...limitsOf(perNamespace)]) {
            const own = models.filter(({ subject }) => subject.value["metadata"]?.namespace === namespace);
            const requested = own.reduce((sum, model) => sum + (model.gpus?.max ?? 0), 0);
            if (requested > limit) {
                const names = own.map((model) => `${model.name}: ${model.gpus?.max ?? "unknown"}`).join(", ");
                report(
                    own[0]!.subject,
                    `the models of namespace ${namespace} request ${requested} GPUs (${names}), more than ${whose} allows (${limit}): the pods beyond it are not created`,
                );
            }
        }
    },
);

/** GPUs that the models of a namespace may request. */
interface Limit {
    readonly namespace: string;
    readonly limit: number;
    readonly whose: string;
}

/** GPUs that the ResourceQuotas allow. */
function quotasOf(stack: Stack): Limit[] {
    return stack.of("ResourceQuota").map((quota) => {
        const hard = (quota.value["spec"]?.hard ?? {}) as Record<string, unknown>;
        return {
            namespace: String(quota.value["metadata"]?.namespace),
            limit: Math.min(...NAMES.map((name) => Number(hard[name] ?? NaN)).filter(Number.isFinite)),
            whose: `${described(quota)}`,
        };
    });
}

function limitsOf(perNamespace: Config["perNamespace"]): Limit[] {
    return Object.entries(perNamespace).map(([namespace, limit]) => ({ namespace, limit, whose: "its limit in this rule" }));
}
