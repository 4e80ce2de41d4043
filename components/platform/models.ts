/** Every way in which models of a stack are served, each behind what it waits for. */
import type * as pulumi from "@pulumi/pulumi";

import { gpuOfPool } from "../../catalogue/gpu/gpuOfPool";
import { nodeSelectorOf, tolerationsOf } from "../../catalogue/gpu/placement";
import { type Served, servedOf } from "../../catalogue/models/canary";
import { isScaled } from "../../catalogue/models/scaling";
import { recordOf } from "../../catalogue/releases";
import { tenantsOfModels } from "../../catalogue/tenancy";
import { modelsOf } from "../../catalogue/tiers";
import type { ModelSettings, Settings } from "../../stacks/schema";
import { INFERENCE_GATEWAY, type InferenceGateway, MAAS_GATEWAY, type MaasGateway } from "../gateway";
import type { GpuOperands } from "../gpu";
import { profileOf } from "../openshiftai";
import { autoscalingOf, ModelService, type Placement, PlainModelService, PredictiveService, variants } from "../serving";
import type { MaasGateways } from "./gateways";
import { tracesReceiver } from "./tracesReceiver";
import { proxyOf, type Stage } from "./stage";
import { mappedTiers } from "./tiers";

/** The resources that models wait for. */
export interface ServedBehind {
    /** The models that tiers name. */
    readonly governed: readonly ModelSettings[];
    readonly gpu: GpuOperands;
    readonly openShiftAi: pulumi.Resource;
    /** The hardware profiles of the pools, which models name; undefined without. */
    readonly profiles: pulumi.Resource | undefined;
    /** The gateways of tiers; undefined without tiers. */
    readonly gateways: MaasGateways | undefined;
    /** The gateway of llm-d; undefined when the stack does not ask for it. */
    readonly inference: InferenceGateway | undefined;
    /** That gateway, and what says that it is closed to callers without a token. */
    readonly inferenceClosed: readonly pulumi.Resource[];
    readonly modelsNamespace: pulumi.Resource;
}

/** The models that run. */
export interface ServedModels {
    /** Services by the name of the model. */
    readonly services: ReadonlyMap<string, pulumi.Resource>;
    /** The OpenAI-compatible endpoint of each model, by its name. */
    readonly urls: Readonly<Record<string, string>>;
}

/** Serves models with llm-d, second versions among them. */
export function servedModels(stage: Stage, behind: ServedBehind): ServedModels {
    const { settings, operators, records } = stage;
    const { inference, inferenceClosed, modelsNamespace, openShiftAi } = behind;
    const governed = new Set(behind.governed.map((model) => model.name));
    const autoscaling = autoscalingOf(settings, { operators, openShiftAi, modelsNamespace, records }, stage.after().parent);
    const { serving, governance } = recordOf(settings.release);
    const tiers = governance === "tiers" ? mappedTiers(stage, openShiftAi) : [];
    const served = settings.models.flatMap(servedOf);
    const tenantOf = tenantsOfModels(settings);
    const placements = placementsOf(settings);
    const services = new Map(
        served.map((model): [string, pulumi.Resource] => [
            model.name,
            serving.scheme === "scheduled"
                ? scheduledModel(
                      stage,
                      behind,
                      model,
                      governed.has(model.versionOf ?? model.name) ? behind.gateways!.of(tenantOf.get(model.name)) : undefined,
                      placements,
                      autoscaling,
                  )
                : plainModel(stage, behind, model, { image: serving.image, placements, limits: tiers }),
        ]),
    );
    variants(settings, services, inference && { ...INFERENCE_GATEWAY, ready: inferenceClosed }, stage.after().parent);
    const urls = Object.fromEntries(
        served.map(({ name }) => {
            const base = governed.has(name) ? behind.gateways!.of(tenantOf.get(name)).url : inference!.url;
            return [name, `${base}/${settings.modelsNamespace}/${name}/v1`];
        }),
    );
    return { services, urls };
}

/** A model whose scheduler picks the copy that answers. @param gateway that of its tiers; undefined for one that no tier names */
function scheduledModel(
    stage: Stage,
    { gpu, openShiftAi, profiles, inferenceClosed, modelsNamespace }: ServedBehind,
    model: Served<ModelSettings>,
    gateway: MaasGateway | undefined,
    placements: ReadonlyMap<string, Placement>,
    autoscaling: pulumi.Resource | undefined,
): pulumi.Resource {
    const { settings, after } = stage;
    const pools = [...new Set([model.pool, model.prefill?.pool ?? model.pool])];
    const receiver = tracesReceiver(settings);
    const { serving } = recordOf(settings.release);
    const { inference } = settings.gateway;
    const behindInference = gateway === undefined || inference?.models === "all";
    return new ModelService(
        `model-${model.name}`,
        {
            model: profiles === undefined ? model : { ...model, hardwareProfile: model.hardwareProfile ?? profileOf(model.pool) },
            release: settings.release,
            namespace: settings.modelsNamespace,
            gateways: [
                ...(gateway === undefined ? [] : [{ ...gateway.reference }]),
                ...(behindInference ? [{ ...INFERENCE_GATEWAY }] : []),
            ],
            authentication: gateway !== undefined || inference!.authentication,
            traces: receiver && `http://${receiver}`,
            proxy: serving.scheme === "scheduled" && serving.downloadEnvironment ? proxyOf(stage) : undefined,
            placements,
        },
        after(
            modelsNamespace,
            openShiftAi,
            ...pools.flatMap((pool) => gpu.allocatable.get(pool) ?? []),
            ...(behindInference ? inferenceClosed : []),
            ...(profiles === undefined ? [] : [profiles]),
            // Its controller goes no further where the kinds of what sets its copies are missing.
            ...(autoscaling !== undefined && isScaled(model) ? [autoscaling] : []),
        ),
    );
}

/** A model of a release without a scheduler. It opens itself to tiers: their limits are in force before. */
function plainModel(
    { settings, after }: Stage,
    { gpu, openShiftAi, modelsNamespace }: ServedBehind,
    model: Served<ModelSettings>,
    {
        image,
        placements,
        limits,
    }: { image: string; placements: ReadonlyMap<string, Placement>; limits: readonly pulumi.Resource[] },
): pulumi.Resource {
    return new PlainModelService(
        `model-${model.name}`,
        {
            model,
            image,
            namespace: settings.modelsNamespace,
            gateway: { ...MAAS_GATEWAY },
            tiers: settings.tiers.filter((tier) => modelsOf(tier).includes(model.name)).map((tier) => tier.name),
            placement: placements.get(model.pool)!,
        },
        after(modelsNamespace, openShiftAi, ...limits, ...[gpu.allocatable.get(model.pool) ?? []].flat()),
    );
}

/** Models on KServe's raw deployment, without llm-d. @returns services by name */
export function predictiveModels(
    { settings, after }: Stage,
    { gpu, openShiftAi, modelsNamespace }: Pick<ServedBehind, "gpu" | "openShiftAi" | "modelsNamespace">,
): ReadonlyMap<string, pulumi.Resource> {
    const placements = placementsOf(settings);
    const serve = (service: Settings["predictive"][number]): PredictiveService =>
        new PredictiveService(
            `predictive-${service.name}`,
            {
                service,
                namespace: settings.modelsNamespace,
                placement: service.pool === undefined ? undefined : placements.get(service.pool),
            },
            after(modelsNamespace, openShiftAi, ...(service.pool === undefined ? [] : [gpu.allocatable.get(service.pool)!])),
        );
    return new Map(settings.predictive.map((service) => [service.name, serve(service)]));
}

/** The placement of pods on the nodes of each pool. */
function placementsOf({ gpu }: Settings): ReadonlyMap<string, Placement> {
    return new Map(
        gpu.pools.map((pool) => [
            pool.name,
            {
                nodeSelector: nodeSelectorOf(pool),
                tolerations: tolerationsOf(pool),
                gpuMemoryGiB: gpuOfPool(pool)?.memoryGiB,
                gpuName: gpuOfPool(pool)?.name,
                computeCapability: gpuOfPool(pool)?.computeCapability,
            },
        ]),
    );
}
