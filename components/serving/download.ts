/** The objects that the download of a model's files needs: a token or a connection, and a volume that keeps them. */
import { PersistentVolumeClaim, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import type { Served } from "../../catalogue/models/canary";
import { planModel } from "../../catalogue/models/modelPlan";
import type { ModelSettings } from "../../stacks/schema";
import { expectedSecret } from "../expectedSecret";
import { cacheClaimOf } from "./podSpec";

/** The key that KServe's downloader reads of a Secret of the pod's ServiceAccount. */
const TOKEN_KEY = "HF_TOKEN";

/** A model and the namespace that it is served in. */
export interface Download {
    readonly model: Served<ModelSettings>;
    readonly namespace: string;
}

/** The ServiceAccount that downloads a gated model, or one behind a connection. */
export interface Downloader {
    readonly account: string;
    /** Depend on them before the download begins. */
    readonly resources: readonly pulumi.Resource[];
}

/** The keys that a connection must hold, by kind of source. Source: docs/sources/llm-d.md#sources-of-weights. */
const CONNECTION_KEYS: Readonly<Record<string, readonly string[]>> = {
    s3: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_S3_ENDPOINT", "AWS_S3_BUCKET"],
    oci: [".dockerconfigjson"],
};

/**
 * A ServiceAccount that lists the Secret with the token or the connection, where KServe reads it: all pods of the model run as
 * it, and the scheduler's account copies it. Undefined for a model without either.
 */
export function downloader(
    name: string,
    { model, namespace }: Download,
    opts: { readonly parent: pulumi.Resource },
): Downloader | undefined {
    const secret = model.tokenSecret;
    if (secret === undefined) {
        return model.connection === undefined ? undefined : connected(name, { model, namespace }, model.connection, opts);
    }
    const account = `${model.name}-downloader`;
    const serviceAccount = new ServiceAccount(
        `${name}-downloader`,
        { metadata: { name: account, namespace }, secrets: [{ name: secret }] },
        opts,
    );
    const token = expectedSecret(
        `${name}-token`,
        { namespace, secret, keys: [TOKEN_KEY], what: `models[].tokenSecret of ${model.name}` },
        opts,
    );
    return { account, resources: [serviceAccount, token] };
}

/**
 * The account of a model behind a connection. OpenShift AI's webhook gives one to the main pods alone, so prefill pods and the
 * scheduler would be without.
 */
function connected(
    name: string,
    { model, namespace }: Download,
    secret: string,
    opts: { readonly parent: pulumi.Resource },
): Downloader {
    const account = `${model.name}-connection`;
    const scheme = planModel(model).uri!.split("://")[0]!;
    const listed = [{ name: secret }];
    const serviceAccount = new ServiceAccount(
        `${name}-connection`,
        {
            metadata: { name: account, namespace },
            ...(scheme === "s3" ? { secrets: listed } : { imagePullSecrets: listed }),
        },
        opts,
    );
    const created = expectedSecret(
        `${name}-connection`,
        { namespace, secret, keys: CONNECTION_KEYS[scheme] ?? [], what: `models[].connection of ${model.name}` },
        opts,
    );
    return { account, resources: [serviceAccount, created] };
}

/** The volume that keeps downloaded weights; empty for a model without one. */
export function weightsCache(
    name: string,
    { model, namespace }: Download,
    opts: { readonly parent: pulumi.Resource },
): pulumi.Resource[] {
    const { cache } = model;
    if (cache === undefined) {
        return [];
    }
    return [
        new PersistentVolumeClaim(
            `${name}-cache`,
            {
                metadata: {
                    name: cacheClaimOf(model),
                    namespace,
                    // The claim is bound when a pod that mounts it is scheduled, which happens later.
                    annotations: { "pulumi.com/skipAwait": "true" },
                },
                spec: {
                    accessModes: [cache.shared ? "ReadWriteMany" : "ReadWriteOnce"],
                    resources: { requests: { storage: `${cache.sizeGiB}Gi` } },
                    ...(cache.storageClass !== undefined && { storageClassName: cache.storageClass }),
                },
            },
            opts,
        ),
    ];
}
