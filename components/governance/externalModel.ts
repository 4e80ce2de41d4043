import { SecretPatch } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { ExternalModelV2, ExternalProvider } from "../../kinds/inference.opendatahub.io";
import { ExternalModel } from "../../kinds/maas.opendatahub.io";
import type { ExternalModelSettings } from "../../stacks/schema";
import { expectedSecret } from "../expectedSecret";
import { recordOf, type Release } from "../../catalogue/releases";

/** How a release describes such models. @throws Error where it cannot: the settings refuse them there */
function schemeOf(release: Release): Exclude<ReturnType<typeof recordOf>["externalModels"], { scheme: "none" }> {
    const { externalModels } = recordOf(release);
    if (externalModels.scheme === "none") {
        throw new Error(`release ${release} has no models of providers elsewhere`);
    }
    return externalModels;
}

/** A Secret with the key of a provider. */
export interface ProviderKeyArgs {
    readonly secret: string;
    readonly namespace: string;
    readonly release: Release;
}

/** The key of a provider: a Secret that somebody brings, labelled so that the gateway reads it. */
export class ProviderKey extends pulumi.ComponentResource {
    constructor(name: string, { secret, namespace, release }: ProviderKeyArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:governance:ProviderKey", name, {}, opts);
        const brought = expectedSecret(
            `${name}-brought`,
            { namespace, secret, keys: ["api-key"], what: "externalModels[].providers[].secret" },
            { parent: this },
        );
        new SecretPatch(
            `${name}-label`,
            { metadata: { name: secret, namespace, labels: schemeOf(release).keyLabels } },
            { parent: this, dependsOn: [brought] },
        );
        this.registerOutputs({});
    }
}

/** A model elsewhere. */
export interface ExternalModelArgs {
    readonly model: ExternalModelSettings;
    readonly namespace: string;
    readonly release: Release;
    /** The keys of its providers. */
    readonly keys: readonly pulumi.Resource[];
}

/**
 * A model of providers elsewhere: on 3.4 one provider, from 3.5 on several that share its requests. Ready when the
 * gateway leads to it; the provider is not asked.
 * Source: docs/sources/maas.md#external-models.
 */
export class ExternalModelService extends pulumi.ComponentResource {
    constructor(name: string, { model, namespace, release, keys }: ExternalModelArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:governance:ExternalModelService", name, {}, opts);
        const child = { parent: this, dependsOn: [...keys] };
        if (schemeOf(release).scheme === "one-provider") {
            const [provider] = model.providers;
            const { port, tls, secret, provider: api, endpoint, targetModel } = provider!;
            const annotations = {
                ...(port !== undefined && { "maas.opendatahub.io/port": String(port) }),
                ...(tls !== undefined && { "maas.opendatahub.io/tls": String(tls) }),
            };
            new ExternalModel(
                `${name}-model`,
                {
                    metadata: { name: model.name, namespace, ...(Object.keys(annotations).length > 0 && { annotations }) },
                    spec: { provider: api, endpoint, targetModel, credentialRef: { name: secret } },
                },
                child,
            );
        } else {
            const providers = model.providers.map((provider, i) => ({
                ...provider,
                object: model.providers.length === 1 ? model.name : `${model.name}-${i + 1}`,
            }));
            const made = providers.map(
                ({ object, provider, endpoint, auth = "apikey", secret, config }) =>
                    new ExternalProvider(
                        `${name}-provider-${object}`,
                        {
                            metadata: { name: object, namespace },
                            spec: {
                                provider,
                                endpoint,
                                auth: { type: auth, secretRef: { name: secret } },
                                ...(config !== undefined && { config }),
                            },
                        },
                        child,
                    ),
            );
            new ExternalModelV2(
                `${name}-model`,
                {
                    metadata: { name: model.name, namespace },
                    spec: {
                        externalProviderRefs: providers.map(
                            ({ object, targetModel, apiFormat = "openai-chat", path = "/v1/chat/completions", weight }) => ({
                                ref: { name: object },
                                targetModel,
                                apiFormat,
                                path,
                                ...(weight !== undefined && { weight }),
                            }),
                        ),
                    },
                },
                { parent: this, dependsOn: made },
            );
        }
        this.registerOutputs({});
    }
}
