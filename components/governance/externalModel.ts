import { SecretPatch } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { ExternalModelV2, ExternalProvider } from "../../kinds/inference.opendatahub.io";
import { ExternalModel } from "../../kinds/maas.opendatahub.io";
import type { ExternalModelSettings } from "../../stacks/schema";
import { connectionOf } from "../clusterProvider";
import { describedBy } from "../component";
import { expectedSecret } from "../expectedSecret";
import { hooks } from "../hooks";
import { recordOf, type Release } from "../../catalogue/releases";
import { removeFormerExternalModel } from "./formerExternalModel";

/** The scheme by which a release describes such models. @throws Error where it cannot: the settings refuse them there */
function schemeOf(release: Release): Exclude<ReturnType<typeof recordOf>["externalModels"], { scheme: "none" }> {
    const { externalModels } = recordOf(release);
    if (externalModels.scheme === "none") {
        throw new Error(`release ${release} does not support external models`);
    }
    return externalModels;
}

/** A Secret with the key of a provider. A gate waits for it: a plan must know its name and namespace. */
export interface ProviderKeyArgs {
    readonly secret: string;
    readonly namespace: string;
    readonly release: Release;
}

/** The key of a provider: a Secret that somebody brings, labelled so that the gateway reads it. */
export class ProviderKey extends pulumi.ComponentResource {
    /** Name of the Secret. */
    public readonly secretName: pulumi.Output<string>;

    constructor(name: string, args: ProviderKeyArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:governance:ProviderKey", name, describedBy(args), opts);
        const { secret, namespace, release } = args;
        const created = expectedSecret(
            `${name}-secret`,
            { namespace, secret, keys: ["api-key"], what: "externalModels[].providers[].secret", former: `${name}-brought` },
            { parent: this },
        );
        const { metadata } = new SecretPatch(
            `${name}-label`,
            { metadata: { name: secret, namespace, labels: schemeOf(release).keyLabels } },
            { parent: this, dependsOn: [created] },
        );
        this.secretName = metadata.name;
        this.registerOutputs({ secretName: this.secretName });
    }
}

/** A model of providers outside the cluster. */
export interface ExternalModelArgs {
    readonly model: ExternalModelSettings;
    readonly namespace: pulumi.Input<string>;
    readonly release: Release;
    /** The keys of its providers. */
    readonly keys: readonly pulumi.Resource[];
}

/**
 * A model of providers outside the cluster: on 3.4 of one provider, from 3.5 on of several that share its requests. Ready when
 * the gateway routes to it; no request is sent to a provider.
 * Source: docs/sources/maas.md#external-models.
 */
export class ExternalModelService extends pulumi.ComponentResource {
    /** Name of the model. */
    public readonly modelName: pulumi.Output<string>;

    constructor(name: string, args: ExternalModelArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:governance:ExternalModelService", name, describedBy(args), opts);
        const { model, namespace, release, keys } = args;
        this.modelName = pulumi.output(model.name);
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
            const created = providers.map(
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
                { parent: this, dependsOn: created, hooks: { beforeCreate: this.formerIsGone(model.name) } },
            );
        }
        this.registerOutputs({ modelName: this.modelName });
    }

    /** Hooks that take away what an earlier release had for a model. */
    private formerIsGone(model: string): pulumi.ResourceHook[] {
        const connect = connectionOf({ parent: this });
        return hooks(`the ExternalModel of ${model} of an earlier release is deleted`, async ({ newInputs }) => {
            const { metadata } = newInputs as { metadata: { namespace: string; name: string } };
            await removeFormerExternalModel(await connect(), metadata);
        });
    }
}
