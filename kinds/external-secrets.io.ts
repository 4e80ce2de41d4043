/** External Secrets: what a store outside of the cluster holds becomes a Secret in it. */
import { z } from "zod";

import { dnsLabel, httpsUrl, stringMap, text } from "./common";
import { defineKind } from "./kind";
import { condition, jsonPath } from "./readiness";

const OPERATOR = "openshift-external-secrets-operator";

const objectName = z
    .string()
    .max(253)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, "expected the name of an object");
const dataKey = z
    .string()
    .min(1)
    .max(253)
    .regex(/^[-._a-zA-Z0-9]+$/, "expected letters, digits, dashes, dots and underscores");

const serviceAccountRef = z.strictObject({
    name: objectName,
    // Left out it would be looked up beside each ExternalSecret, and the store's readiness would prove nothing.
    namespace: dnsLabel,
    audiences: z.array(z.string().min(1)).min(1),
});

const vault = z.strictObject({
    server: httpsUrl,
    path: z.string().min(1),
    version: z.literal("v2"),
    namespace: z.string().min(1).optional(),
    caProvider: z
        // Without its namespace a store of the whole cluster is refused.
        .strictObject({ type: z.enum(["ConfigMap", "Secret"]), name: objectName, key: dataKey, namespace: dnsLabel })
        .optional(),
    auth: z.union([
        z.strictObject({
            kubernetes: z.strictObject({
                mountPath: z.string().min(1),
                role: z.string().min(1),
                serviceAccountRef,
            }),
        }),
        z.strictObject({
            jwt: z.strictObject({
                path: z.string().min(1),
                role: z.string().min(1),
                kubernetesServiceAccountToken: z.strictObject({ serviceAccountRef }),
            }),
        }),
    ]),
});

/**
 * A Vault that ExternalSecrets of the listed namespaces may read from. Ready once a login has worked: `ValidationUnknown`
 * would prove nothing.
 */
export const ClusterSecretStore = defineKind({
    apiVersion: "external-secrets.io/v1",
    kind: "ClusterSecretStore",
    plural: "clustersecretstores",
    scope: "Cluster",
    operator: OPERATOR,
    body: z.strictObject({
        spec: z.strictObject({
            provider: z.strictObject({ vault }),
            // Without one, everybody who may create an ExternalSecret anywhere reads what the store's policy lets through.
            conditions: z.array(z.strictObject({ namespaces: z.array(dnsLabel).min(1) })).min(1),
        }),
    }),
    ready: [condition("Ready"), jsonPath(".status.conditions[?(@.type=='Ready')].reason", "Valid")],
    source: "docs/sources/identity.md#stores",
});

/**
 * A Secret that is copied from a store. There is no way here to compute its content in a template: hashes would be salted
 * again at every refresh. Ready once it was copied; True with another reason says only that nothing failed.
 */
export const ExternalSecret = defineKind({
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    plural: "externalsecrets",
    scope: "Namespaced",
    operator: OPERATOR,
    body: z.strictObject({
        spec: z.strictObject({
            secretStoreRef: z.strictObject({ kind: z.enum(["ClusterSecretStore", "SecretStore"]), name: objectName }),
            refreshPolicy: z.enum(["CreatedOnce", "Periodic", "OnChange"]),
            // The API server accepts any text, and the operator then reports an error for ever.
            refreshInterval: text<string>(/^([0-9]+h)?([0-9]+m)?([0-9]+s)$/, "a duration such as 1h0m0s"),
            data: z
                .array(
                    z.strictObject({
                        secretKey: dataKey,
                        remoteRef: z.strictObject({ key: z.string().min(1), property: z.string().min(1) }),
                    }),
                )
                .min(1),
            target: z.strictObject({
                name: objectName,
                creationPolicy: z.enum(["Owner", "Orphan"]),
                deletionPolicy: z.literal("Retain"),
                template: z.strictObject({
                    type: z.literal("Opaque"),
                    mergePolicy: z.literal("Merge"),
                    // Said expressly: the operator copies its own labels and annotations otherwise, and each of them that
                    // changes restarts whoever reads the Secret.
                    metadata: z.strictObject({ labels: stringMap, annotations: stringMap }),
                }),
            }),
        }),
    }),
    ready: [condition("Ready"), jsonPath(".status.conditions[?(@.type=='Ready')].reason", "SecretSynced")],
    source: "docs/sources/identity.md#externalsecrets",
});

/**
 * A Secret of its namespace that is copied to a store, as a secret with the same keys. Ready once it was copied. A secret there that
 * External Secrets has not written is left alone, and reported.
 */
export const PushSecret = defineKind({
    apiVersion: "external-secrets.io/v1alpha1",
    kind: "PushSecret",
    plural: "pushsecrets",
    scope: "Namespaced",
    operator: OPERATOR,
    body: z.strictObject({
        spec: z.strictObject({
            refreshInterval: text<string>(/^([0-9]+h)?([0-9]+m)?([0-9]+s)$/, "a duration such as 1h0m0s"),
            updatePolicy: z.literal("Replace"),
            deletionPolicy: z.enum(["None", "Delete"]),
            secretStoreRefs: z.array(z.strictObject({ kind: z.literal("ClusterSecretStore"), name: objectName })).min(1),
            selector: z.strictObject({ secret: z.strictObject({ name: objectName }) }),
            // Without a key, all of the Secret.
            data: z
                .array(z.strictObject({ match: z.strictObject({ remoteRef: z.strictObject({ remoteKey: z.string().min(1) }) }) }))
                .min(1),
        }),
    }),
    ready: [condition("Ready"), jsonPath(".status.conditions[?(@.type=='Ready')].reason", "Synced")],
    source: "docs/sources/identity.md#pushsecrets",
});
