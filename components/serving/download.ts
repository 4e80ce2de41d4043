/** What the download of a model's files needs: a token, and a volume that keeps them. */
import { PersistentVolumeClaim, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import type { Served } from "../../catalogue/models/canary";
import type { ModelSettings } from "../../stacks/schema";
import { gate } from "../gate";
import type { Kube } from "../kube";
import { cacheClaimOf } from "./podSpec";

/** The key that KServe's downloader reads of a Secret of the pod's ServiceAccount. */
const TOKEN_KEY = "HF_TOKEN";
const TOKEN_MINUTES = 5;

/** A model and the namespace that it is served in. */
export interface Download {
    readonly model: Served<ModelSettings>;
    readonly namespace: string;
}

/** The ServiceAccount that downloads a gated model. */
export interface Downloader {
    readonly account: string;
    /** Depend on them before the download begins. */
    readonly resources: readonly pulumi.Resource[];
}

/**
 * A ServiceAccount that lists the Secret with the token, where KServe's downloader reads it; undefined for a model without a
 * token.
 */
export function downloader(
    name: string,
    { model, namespace }: Download,
    opts: { readonly parent: pulumi.Resource },
): Downloader | undefined {
    const secret = model.tokenSecret;
    if (secret === undefined) {
        return undefined;
    }
    const account = `${model.name}-downloader`;
    const serviceAccount = new ServiceAccount(
        `${name}-downloader`,
        { metadata: { name: account, namespace }, secrets: [{ name: secret }] },
        opts,
    );
    const token = gate(
        `${name}-token`,
        {
            kind: "secret-exists",
            until: `Secret ${secret} holds the Hugging Face token of ${model.name}`,
            record: { secret: `${namespace}/${secret}`, key: TOKEN_KEY },
            check: (kube) => untilToken(kube, namespace, secret, model.name),
        },
        { ...opts, dependsOn: [serviceAccount] },
    );
    return { account, resources: [serviceAccount, token] };
}

async function untilToken(kube: Kube, namespace: string, secret: string, model: string): Promise<void> {
    const token = await kube.until(
        { apiVersion: "v1", plural: "secrets", namespace },
        secret,
        (object) => ((object?.["data"] as Record<string, string> | undefined)?.[TOKEN_KEY] === undefined ? undefined : true),
        (await kube.now()) + TOKEN_MINUTES * 60_000,
    );
    if (token === undefined) {
        throw new Error(
            `Secret ${secret} with key ${TOKEN_KEY} is not in namespace ${namespace} after ${TOKEN_MINUTES} minutes: ` +
                `the files of ${model} could not be downloaded; create it, or bring it by an ExternalSecret`,
        );
    }
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
