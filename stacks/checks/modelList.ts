/** Checks the models of a stack against its pools, gateways, tiers and quota. */
import { z } from "zod";

import { gpuOfPool } from "../../catalogue/gpu/gpuOfPool";
import { gpusOf } from "../../catalogue/gpu/instanceTypes";
import { planModel } from "../../catalogue/models/modelPlan";
import { DEFAULT_RELEASE, releases } from "../../catalogue/releases";
import { modelsOf } from "../../catalogue/tiers";
import { modelsAccessSchema, type ModelSettings, type PoolSettings, type PredictiveSettings, type TierSettings } from "../schema";
import type { SettingsProblem } from "../problem";
import { canaryProblems } from "./canary";
import { duplicateProblems, type Entry, namesOf, unknownNameProblem } from "./entries";
import { modelProblems } from "./models";
import { predictiveProblems } from "./predictive";
import { scalingProblems } from "./scaling";

/** Problems of each model against the GPUs of one node of its pool. */
export function modelPoolProblems(
    models: readonly Entry<ModelSettings>[],
    pools: readonly Entry<PoolSettings>[] | undefined,
): SettingsProblem[] {
    return models.flatMap(({ path, value: model }) => {
        if (model === undefined || pools === undefined) {
            return [];
        }
        const entry = pools.find(({ name }) => name === model.pool);
        if (entry === undefined) {
            return [unknownNameProblem(`${path}.pool`, model.pool, "GPU pool", namesOf(pools))];
        }
        const pool = entry.value;
        if (pool !== undefined && model.gpus > 1 && (pool.timeSlicing !== undefined || pool.mig !== undefined)) {
            return [
                {
                    path: `${path}.gpus`,
                    message: `a replica requests ${model.gpus} GPUs, but pool ${model.pool} shares its GPUs (${pool.mig === undefined ? "timeSlicing" : "mig"}), and several shares are not a larger GPU; expected 1, or a pool that does not share its GPUs`,
                },
            ];
        }
        const perNode = pool && gpusOf(pool.instanceType);
        return perNode !== undefined && model.gpus > perNode
            ? [
                  {
                      path: `${path}.gpus`,
                      message: `a replica requests ${model.gpus} GPUs on one node, but a ${entry.value!.instanceType} of pool ${model.pool} has ${perNode}`,
                  },
              ]
            : [];
    });
}

/** Problems of each model against the catalogue, vLLM, and the GPUs of its pools. */
export function modelListProblems(
    models: readonly Entry<ModelSettings>[],
    pools: readonly Entry<PoolSettings>[] | undefined,
): SettingsProblem[] {
    const known = new Map(
        (pools ?? []).flatMap(({ value }) =>
            value === undefined
                ? []
                : [[value.name, { settings: value, gpu: gpuOfPool(value), gpusPerNode: gpusOf(value.instanceType) }] as const],
        ),
    );
    return models.flatMap(({ path, value: model }) => {
        if (model === undefined) {
            return [];
        }
        const prefillPool = model.prefill?.pool;
        return [
            ...(pools !== undefined && prefillPool !== undefined && !namesOf(pools).includes(prefillPool)
                ? [unknownNameProblem(`${path}.prefill.pool`, prefillPool, "GPU pool", namesOf(pools))]
                : []),
            ...modelProblems(path, model, known),
        ];
    });
}

/** Problems of canaries and autoscaled models with the rest of the settings. */
export function variantProblems(
    models: readonly Entry<ModelSettings>[],
    tiers: readonly Entry<TierSettings>[] | undefined,
    settings: { gateway?: unknown; release?: unknown; observability?: unknown; openshiftAi?: unknown },
): SettingsProblem[] {
    const tiersOf =
        tiers === undefined
            ? undefined
            : (model: string): string[] =>
                  tiers.flatMap(({ value }) => (value !== undefined && modelsOf(value).includes(model) ? [value.name] : []));
    const profile = (settings.openshiftAi as { profile?: unknown } | undefined)?.profile;
    return [
        ...canaryProblems(models, tiersOf, hasInferenceGateway(settings.gateway)),
        ...scalingProblems(models, {
            release: z.enum(releases).safeParse(settings.release ?? DEFAULT_RELEASE).data,
            profile: typeof profile === "string" ? profile : undefined,
            monitored: settings.observability !== undefined,
        }),
    ];
}

/**
 * Problems of each model without a scheduler with its runtime and pool, and names that a model with a scheduler also has.
 */
export function predictiveListProblems(
    predictive: readonly Entry<PredictiveSettings>[],
    models: readonly Entry<ModelSettings>[],
    pools: readonly Entry<PoolSettings>[] | undefined,
): SettingsProblem[] {
    return [
        ...duplicateProblems([...models, ...predictive], ({ name }) => name, "name").filter(({ path }) =>
            path.startsWith("predictive"),
        ),
        ...predictive.flatMap(({ path, value }) => (value === undefined ? [] : predictiveProblems(path, value, pools))),
    ];
}

/** Models that no gateway serves: neither the gateway of the tiers nor that of llm-d. */
export function modelGatewayProblems({
    models,
    tiers,
    gateway,
}: {
    models?: unknown;
    tiers?: unknown;
    gateway?: unknown;
}): SettingsProblem[] {
    const served = Array.isArray(models) && models.length > 0;
    const governed = tiers !== undefined && !(Array.isArray(tiers) && tiers.length === 0);
    return served && !governed && !hasInferenceGateway(gateway)
        ? [
              {
                  path: "gateway.inference",
                  message:
                      "is missing: no tier names the models, so no gateway serves them; expected gateway.inference (an empty {} uses its defaults), or tiers",
              },
          ]
        : [];
}

/** Nothing is served: no model of any kind. */
export function noModelProblems({
    models,
    predictive,
    litemaas,
}: {
    models?: unknown;
    predictive?: unknown;
    litemaas?: unknown;
}): SettingsProblem[] {
    const lists = [models ?? [], predictive ?? [], (litemaas as { models?: unknown } | null | undefined)?.models ?? []];
    return lists.every((list) => Array.isArray(list) && list.length === 0)
        ? [{ path: "models", message: "there is none; expected at least one model here, in predictive or in litemaas.models" }]
        : [];
}

function hasInferenceGateway(gateway: unknown): boolean {
    return typeof gateway === "object" && gateway !== null && "inference" in gateway && gateway.inference !== undefined;
}

/** A quota of the models' namespace that is smaller than the requests of its models. */
export function namespaceQuotaProblems(
    models: readonly Entry<ModelSettings>[],
    predictive: readonly Entry<PredictiveSettings>[],
    modelsAccess: unknown,
): SettingsProblem[] {
    const quota = modelsAccessSchema.safeParse(modelsAccess ?? {}).data?.quota?.gpus;
    const demand = [...models.map(({ value }) => gpusOfModel(value)), ...predictive.map(({ value }) => gpusOfPredictive(value))];
    const gpus = demand.reduce((sum, one) => sum + one, 0);
    return quota !== undefined && gpus > quota
        ? [
              {
                  path: "modelsAccess.quota.gpus",
                  message: `${quota} GPUs are fewer than the ${gpus} that the models request at their largest size; expected ${gpus} or more, and the GPUs of one more replica for rolling updates`,
              },
          ]
        : [];
}

function gpusOfModel(model: ModelSettings | undefined): number {
    return model === undefined ? 0 : [...planModel(model).gpus.values()].reduce((sum, gpus) => sum + gpus, 0);
}

function gpusOfPredictive(model: PredictiveSettings | undefined): number {
    return model?.accelerator === "nvidia" ? model.replicas * model.gpus : 0;
}
