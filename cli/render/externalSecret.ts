/** Secrets whose values are in a store outside of the cluster. */
import type { Manifest } from "./rendering";

/** A ClusterSecretStore, and where in it the Secrets of the stack are. */
export interface SecretStore {
    readonly name: string;
    /** Before `<namespace>/<name>`. */
    readonly prefix: string;
}

/**
 * An ExternalSecret that fills a Secret: each key is a property of `<prefix>/<namespace>/<name>`.
 *
 * @param keys undefined: all properties that are there
 * @param isPatch whether somebody else creates the Secret, which then keeps what it has
 * Source: external-secrets/external-secrets@v0.20.4:apis/externalsecrets/v1/externalsecret_types.go.
 */
export function externalSecret(
    { metadata }: Manifest,
    keys: readonly string[] | undefined,
    store: SecretStore,
    isPatch: boolean,
): Manifest {
    const { name, namespace, labels = {}, annotations = {} } = metadata;
    const key = `${store.prefix}/${namespace!}/${name}`;
    return {
        apiVersion: "external-secrets.io/v1",
        kind: "ExternalSecret",
        metadata: {
            name,
            namespace: namespace!,
            annotations: {
                "argocd.argoproj.io/sync-options": "SkipDryRunOnMissingResource=true",
                "maas-platform.io/ready-when":
                    "condition=Ready\njsonpath={.status.conditions[?(@.type=='Ready')].reason}=SecretSynced",
            },
        },
        spec: {
            secretStoreRef: { kind: "ClusterSecretStore", name: store.name },
            refreshPolicy: "Periodic",
            refreshInterval: "1h0m0s",
            ...(keys === undefined
                ? { dataFrom: [{ extract: { key } }] }
                : { data: keys.map((property) => ({ secretKey: property, remoteRef: { key, property } })) }),
            target: {
                name,
                creationPolicy: isPatch ? "Merge" : "Owner",
                deletionPolicy: "Retain",
                template: { type: "Opaque", mergePolicy: "Merge", metadata: { labels, annotations } },
            },
        },
    };
}
