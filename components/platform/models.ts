/** Every way in which models of a stack are served, each behind what it waits for. */
import type { Namespace } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import type { ModelSettings, Settings } from "../../stacks/schema";
import { Agent } from "../agents/agent";
import { INFERENCE_GATEWAY, type InferenceGateway } from "../gateway/inferenceGateway";
import { MAAS_GATEWAY, type MaasGateway } from "../gateway/maasGateway";
import { tenantsOfModels } from "../../catalogue/tenancy";
import { gpuOfPool } from "../../catalogue/gpu/gpuOfPool";
import type { GpuOperands } from "../gpu/operands";
import { nodeSelectorOf, tolerationsOf } from "../../catalogue/gpu/placement";
import type { OperatorPackage } from "../../catalogue/operators";
import type { Operator } from "../operators/operator";
import { traitsOf } from "../../catalogue/releases";
import { servedOf } from "../../catalogue/models/canary";
import { ModelService, type Placement } from "../serving/modelService";
import type { OpenShiftAi } from "../openshiftai/openShiftAi";
import { PlainModelService } from "../serving/plainModelService";
import { PredictiveService } from "../serving/predictiveService";
import { isScaled } from "../../catalogue/models/scaling";
import { autoscalingOf, variants } from "../serving/variants";
import type { MaasDoors } from "./modelsAsAService";

/** What models are served from. */
export interface ServedModelsArgs {
    readonly settings: Settings;
    /** The models that are called by tiers. */
    readonly governed: readonly ModelSettings[];
    readonly operators: (operator: OperatorPackage) => Operator;
    readonly gpu: GpuOperands;
    readonly openShiftAi: OpenShiftAi;
    /** The gateways of tiers; undefined without tiers. */
    readonly doors: MaasDoors | undefined;
    /** The gateway of llm-d; undefined when the stack does not ask for it. */
    readonly inference: InferenceGateway | undefined;
    readonly modelsNamespace: Namespace;
    readonly records: pulumi.Resource;
}

/** Serves all models. @returns the services, and the OpenAI-compatible endpoint of each, by the name of the model */
export function servedModels(
    parent: pulumi.ComponentResource,
    { settings, governed, operators, gpu, openShiftAi, doors, inference, modelsNamespace, records }: ServedModelsArgs,
): { services: ReadonlyMap<string, pulumi.Resource>; urls: Readonly<Record<string, string>> } {
    const after = (...dependsOn: pulumi.Resource[]): pulumi.ComponentResourceOptions => ({ parent, dependsOn });
    const byTier = new Set(governed.map((model) => model.name));
    const placements = new Map(settings.gpu.pools.map((pool) => [pool.name, placementOn(pool)]));
    const byTiers = traitsOf(settings.release).governance === "tiers";
    const tierScheme = byTiers
        ? // Loaded here: one release in three has it.
          (require("./governByTiers") as typeof import("./governByTiers")).governByTiers(parent, settings, openShiftAi)
        : [];
    const tenantOf = tenantsOfModels(settings);
    const doorOf = (model: string): MaasGateway => {
        const tenant = tenantOf.get(model);
        return tenant === undefined ? doors!.gateway : doors!.tenants.get(tenant)!;
    };
    const autoscaling = autoscalingOf(settings, { operators, openShiftAi, modelsNamespace, records }, parent);
    const served = settings.models.flatMap(servedOf);
    const services = new Map(
        served.map((model): [string, pulumi.Resource] => {
            const open = ![model.name, ...(model.aliases ?? [])].some((served) => byTier.has(served));
            const offered = [...new Set([model.pool, model.prefill?.pool ?? model.pool])].flatMap(
                (pool) => gpu.offered.get(pool) ?? [],
            );
            if (!traitsOf(settings.release).scheduler) {
                const tiers = settings.tiers.filter((tier) => tier.models.includes(model.name)).map((tier) => tier.name);
                return [
                    model.name,
                    new PlainModelService(
                        `model-${model.name}`,
                        {
                            model,
                            namespace: settings.modelsNamespace,
                            gateway: { ...MAAS_GATEWAY },
                            tiers,
                            placement: placements.get(model.pool)!,
                        },
                        // A model opens itself to tiers: their limits are in force before.
                        after(modelsNamespace, openShiftAi, ...tierScheme, ...offered),
                    ),
                ];
            }
            return [
                model.name,
                new ModelService(
                    `model-${model.name}`,
                    {
                        model,
                        release: settings.release,
                        namespace: settings.modelsNamespace,
                        gateway: { ...(open ? INFERENCE_GATEWAY : doorOf(model.name).reference) },
                        authentication: !open || settings.gateway.inference!.authentication,
                        placements,
                    },
                    after(
                        modelsNamespace,
                        openShiftAi,
                        ...offered,
                        ...(open ? [inference!] : []),
                        // Its controller goes no further where the kinds of what sets its copies are missing.
                        ...(autoscaling !== undefined && isScaled(model) ? [autoscaling] : []),
                    ),
                ),
            ];
        }),
    );
    variants(settings, services, inference && { ...INFERENCE_GATEWAY, programmed: inference }, parent);
    const urls = Object.fromEntries(
        served.map((model) => {
            const base = byTier.has(model.name) ? doorOf(model.name).url : inference!.url;
            return [model.name, `${base}/${settings.modelsNamespace}/${model.name}/v1`];
        }),
    );
    for (const agent of settings.agents) {
        new Agent(
            `agent-${agent.name}`,
            { agent, url: urls[agent.model]! },
            // Led there when it is served: until then it stays where it was.
            after(records, services.get(agent.model)!),
        );
    }
    for (const service of settings.predictive) {
        const offered = service.pool === undefined ? [] : [gpu.offered.get(service.pool)!];
        new PredictiveService(
            `predictive-${service.name}`,
            {
                service,
                namespace: settings.modelsNamespace,
                placement: service.pool === undefined ? undefined : placements.get(service.pool),
            },
            after(modelsNamespace, openShiftAi, ...offered),
        );
    }
    return { services, urls };
}

/** The nodes of a pool, and what a pod must put up with to run there. */
function placementOn(pool: Settings["gpu"]["pools"][number]): Placement {
    return {
        nodeSelector: nodeSelectorOf(pool),
        tolerations: tolerationsOf(pool),
        gpuMemoryGiB: gpuOfPool(pool)?.memoryGiB,
        gpuName: gpuOfPool(pool)?.name,
    };
}
