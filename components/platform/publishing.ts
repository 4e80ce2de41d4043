/** Models that users see: those that the stack serves, and those of external providers. */
import type * as pulumi from "@pulumi/pulumi";

import { recordOf } from "../../catalogue/releases";
import { DEFAULT_TENANT, tenantsOfModels } from "../../catalogue/tenancy";
import { modelsOf } from "../../catalogue/tiers";
import { MaaSModelRef } from "../../kinds/maas.opendatahub.io";
import type { ModelSettings, Settings } from "../../stacks/schema";
import { ExternalModelService, ProviderKey } from "../governance";
import type { MaasGateways } from "./gateways";
import type { Stage } from "./stage";

/** The resources that the publication of models waits for. */
export interface PublishedBehind {
    /** The models that tiers name, and their services by name. */
    readonly models: readonly ModelSettings[];
    readonly services: ReadonlyMap<string, pulumi.Resource>;
    readonly openShiftAi: pulumi.Resource;
    /** Namespace of the models, which the Secrets of providers are brought to. */
    readonly modelsNamespace: pulumi.Resource;
    /** Tenants beside the product's own, by name. */
    readonly tenants: ReadonlyMap<string, pulumi.Resource>;
    readonly gateways: MaasGateways;
}

/** The description of a model that is published. */
interface Published {
    readonly name: string;
    readonly displayName?: string | undefined;
    readonly description?: string | undefined;
    readonly endpointOverride?: string | undefined;
}

/** The models of external providers that a tier names; no other can be called. */
function publishedExternal({ externalModels, tiers }: Settings): Settings["externalModels"] {
    const named = new Set(tiers.flatMap(modelsOf));
    return externalModels.filter((model) => named.has(model.name));
}

/**
 * The endpoint of each published model of an external provider, by its name. Requests name the provider's model.
 * Source: docs/sources/maas.md#external-models.
 */
export function externalUrls(settings: Settings, gateways: MaasGateways | undefined): Record<string, string> {
    const tenantOf = tenantsOfModels(settings);
    return gateways === undefined
        ? {}
        : Object.fromEntries(
              publishedExternal(settings).map(({ name }) => [
                  name,
                  `${gateways.of(tenantOf.get(name)).url}/${settings.modelsNamespace}/${name}/v1`,
              ]),
          );
}

/** Publishes models. @returns what says that a model is published, by the name of the model */
export function publishedModels(stage: Stage, behind: PublishedBehind): ReadonlyMap<string, pulumi.Resource> {
    const { settings, records, after } = stage;
    const { release, modelsNamespace: namespace } = settings;
    const manyTenants = recordOf(release).tenancy === "AITenant";
    const tenantOf = tenantsOfModels(settings);
    // A listener without a host names the gateway's Service, which nobody outside the cluster reaches.
    const hosted = settings.gateway.hostnames && settings.gateway.exposure !== "reencrypt";
    // Of several gateways of a model the product may name any.
    const severalGateways = settings.gateway.inference?.models === "all";
    const published = new Map<string, pulumi.Resource>();
    const publish = (
        kind: "LLMInferenceService" | "ExternalModel",
        { name, displayName, description, endpointOverride }: Published,
        service: pulumi.Resource,
    ): void => {
        const tenant = tenantOf.get(name);
        const told = hosted && !(kind === "LLMInferenceService" && severalGateways);
        const endpoint = endpointOverride ?? (told ? undefined : `${behind.gateways.of(tenant).url}/${namespace}/${name}`);
        published.set(
            name,
            new MaaSModelRef(
                `model-${name}-published`,
                {
                    metadata: {
                        name,
                        namespace,
                        annotations: {
                            "openshift.io/display-name": displayName ?? name,
                            ...(description !== undefined && { "openshift.io/description": description }),
                        },
                    },
                    spec: {
                        modelRef: { kind, name },
                        ...(endpoint !== undefined && { endpointOverride: endpoint }),
                        ...(manyTenants && { tenantRef: tenant ?? DEFAULT_TENANT }),
                    },
                },
                after(service, ...(tenant === undefined ? [] : [behind.tenants.get(tenant)!])),
            ),
        );
    };
    for (const model of behind.models) {
        const { name, displayName, endpointOverride } = model;
        publish("LLMInferenceService", { name, displayName, endpointOverride }, behind.services.get(name)!);
    }
    const external = publishedExternal(settings);
    const keys = new Map(
        [...new Set(external.flatMap((model) => model.providers.map((provider) => provider.secret)))].map((secret) => [
            secret,
            new ProviderKey(`provider-key-${secret}`, { secret, namespace, release }, after(records, behind.modelsNamespace)),
        ]),
    );
    for (const model of external) {
        const service = new ExternalModelService(
            `external-${model.name}`,
            { model, namespace, release, keys: [...new Set(model.providers.map((p) => keys.get(p.secret)!))] },
            after(behind.openShiftAi),
        );
        publish("ExternalModel", model, service);
    }
    return published;
}
