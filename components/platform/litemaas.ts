/** LiteMaaS, and the models of the stack that it offers. */
import type * as pulumi from "@pulumi/pulumi";

import { GATEWAY_KEY } from "../../catalogue/litemaas/names";
import { runtimeOf } from "../../catalogue/models/runtimes";
import { modelsOf, subscriptionOf } from "../../catalogue/tiers";
import type { PredictiveSettings, Settings } from "../../stacks/schema";
import { litemaasModelSchema } from "../../stacks/schema/litemaasModels";
import { connectionOf } from "../clusterProvider";
import { type GatewayKey, LiteMaas, type SecretStore } from "../litemaas";
import { namespaceRemovedHook } from "../namespaceRemoved";
import type { MaasGateways } from "./gateways";
import { exporterImage } from "./exporters";
import type { Stage } from "./stage";

/** The resources that LiteMaaS waits for, and those that it leads to. */
export interface LitemaasBehind {
    /** Services without a scheduler, and models, by name. */
    readonly services: ReadonlyMap<string, pulumi.Resource>;
    /** The OpenAI-compatible endpoint of each model, by its name. */
    readonly urls: Readonly<Record<string, string>>;
    readonly authority: { readonly name: string; readonly namespace: string } | undefined;
    /** Undefined without tiers. */
    readonly gateways: MaasGateways | undefined;
    /** The store of its Secrets outside of the cluster. */
    readonly store: SecretStore | undefined;
    /** Say that the tiers are in force. */
    readonly enforced: readonly pulumi.Resource[];
}

/**
 * Path below which a runtime speaks the API of OpenAI. Docling has one of its own. Source: docs/sources/litemaas.md#models.
 */
const API_PATH: Readonly<Record<PredictiveSettings["runtime"], string>> = {
    vllm: "/v1",
    openvino: "/v3",
    textEmbeddings: "/v1",
    docling: "",
};

/** The provider and mode by which the proxy calls the models of a runtime. */
const OFFERED: Readonly<Record<PredictiveSettings["runtime"], { readonly provider: string; readonly mode: string }>> = {
    vllm: { provider: "hosted_vllm", mode: "chat" },
    openvino: { provider: "openai", mode: "embedding" },
    textEmbeddings: { provider: "openai", mode: "embedding" },
    docling: { provider: "docling", mode: "chat" },
};

/** Address of a service in the cluster, past a headless Service: at the port of its pods. */
export function predictiveUrl(settings: Settings, name: string): string {
    const { runtime } = settings.predictive.find((service) => service.name === name)!;
    return `http://${name}-predictor.${settings.modelsNamespace}.svc.cluster.local:${runtimeOf(runtime).port}${API_PATH[runtime]}`;
}

/** The tier whose key the proxies have. */
function tierOf({ litemaas, tiers }: Settings): Settings["tiers"][number] | undefined {
    return tiers.find(({ name }) => name === litemaas?.gatewayKey?.tier);
}

/** The models of the settings, each with its key, and each service of the stack that they leave out. */
export function offeredModels(settings: Settings) {
    const { litemaas, predictive } = settings;
    const { registerServices } = litemaas!;
    const tier = tierOf(settings);
    const tiered = new Set(tier === undefined ? [] : modelsOf(tier));
    const models = litemaas!.models.map((model) => ({
        ...model,
        endpoints: model.endpoints.map((endpoint) =>
            endpoint.model !== undefined && tiered.has(endpoint.model)
                ? { ...endpoint, keyVariable: endpoint.keyVariable ?? GATEWAY_KEY.variable }
                : endpoint,
        ),
    }));
    const named = new Set(models.flatMap(({ endpoints }) => endpoints.map((endpoint) => endpoint.predictive)));
    const left = registerServices ? predictive.filter(({ name }) => !named.has(name)) : [];
    return [
        ...models,
        ...left.map(({ name, runtime }) => {
            const { provider, mode } = OFFERED[runtime];
            return litemaasModelSchema.parse({ name, mode, endpoints: [{ predictive: name, provider }] });
        }),
    ];
}

/** The gateway at which the key of the proxies is made. */
function gatewayOf(settings: Settings, { gateways, enforced }: LitemaasBehind): GatewayKey | undefined {
    const tier = tierOf(settings);
    return gateways === undefined || tier === undefined
        ? undefined
        : { subscription: subscriptionOf(tier), api: `${gateways.of(tier.tenant).url}/maas-api`, enforced };
}

/** LiteMaaS, when the stack asks for it. */
export function litemaas(stage: Stage, behind: LitemaasBehind): LiteMaas | undefined {
    const { settings, cluster, records, after } = stage;
    const { services, urls, authority } = behind;
    // Also without LiteMaaS: a stack that has just lost it still deletes what it must.
    const removed = namespaceRemovedHook("the namespace of LiteMaaS is deleted with its data", connectionOf(after()));
    if (settings.litemaas === undefined) {
        return undefined;
    }
    const models = offeredModels(settings);
    const used = models.flatMap(({ endpoints }) => endpoints.flatMap(({ predictive, model }) => predictive ?? model ?? []));
    return new LiteMaas(
        "litemaas",
        {
            settings: settings.litemaas,
            domain: cluster.domain,
            region: cluster.region,
            sync: {
                models,
                workshops: settings.litemaas.workshops,
                predictiveUrl: (name) => predictiveUrl(settings, name),
                modelUrl: (name) => urls[name]!,
            },
            served: [...new Set(used)].flatMap((name) => services.get(name) ?? []),
            gateway: gatewayOf(settings, behind),
            store: behind.store,
            scraped: settings.predictive.map(({ name, runtime }) => ({
                name,
                namespace: settings.modelsNamespace,
                port: runtimeOf(runtime).port,
            })),
            exporter: exporterImage(settings),
            authority,
            removed,
            protect: settings.protectData,
        },
        after(records),
    );
}
