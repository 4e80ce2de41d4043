/** Secrets whose values are in a store outside of the cluster. */
import { READY_WHEN } from "../../catalogue/gitops/gitops";
import { SYNC_OPTIONS } from "./manifest";
import type { Manifest } from "./rendering";

/** A ClusterSecretStore, and where in it the Secrets of the stack are. */
export interface SecretStore {
    readonly name: string;
    /** Before `<namespace>/<name>`. */
    readonly prefix: string;
}

/** What becomes of a Secret that is filled from a store. */
export interface Filled {
    /** Keys of the Secret. Undefined: all properties that are there. */
    readonly keys: readonly string[] | undefined;
    /**
     * What External Secrets does with the Secret: makes it and deletes it with the ExternalSecret (`Owner`), makes it and leaves it
     * (`Orphan`), or adds to a Secret that somebody else makes (`Merge`).
     */
    readonly policy: "Owner" | "Orphan" | "Merge";
}

/** Where the values of a Secret are in the store. */
export function pathInStore({ metadata }: Manifest, { prefix }: SecretStore): string {
    return `${prefix}/${metadata.namespace!}/${metadata.name}`;
}

/**
 * An ExternalSecret that fills a Secret: each key is a property of `<prefix>/<namespace>/<name>`. A Secret that exists keeps its type, which
 * the API server lets nobody change. Argo CD does not delete an ExternalSecret whose Secret stays.
 * Source: external-secrets/external-secrets@v0.20.4:apis/externalsecrets/v1/externalsecret_types.go.
 */
export function externalSecret(secret: Manifest, store: SecretStore, { keys, policy }: Filled): Manifest {
    const { name, namespace, labels = {}, annotations = {} } = secret.metadata;
    const key = pathInStore(secret, store);
    // Argo CD does not manage the Secret: what it reads of it goes to the ExternalSecret.
    const own = Object.entries(annotations).filter(([annotation]) => annotation !== SYNC_OPTIONS && annotation !== READY_WHEN);
    // External Secrets drops what is empty when it writes the object; Argo CD would put it back at each sync.
    const template = {
        ...(Object.keys(labels).length > 0 && { labels }),
        ...(own.length > 0 && { annotations: Object.fromEntries(own) }),
    };
    return {
        apiVersion: "external-secrets.io/v1",
        kind: "ExternalSecret",
        metadata: {
            name,
            namespace: namespace!,
            annotations: {
                [SYNC_OPTIONS]: [
                    "SkipDryRunOnMissingResource=true",
                    ...(policy === "Owner" ? [] : ["Prune=false", "Delete=false"]),
                ].join(","),
                [READY_WHEN]: "condition=Ready\njsonpath={.status.conditions[?(@.type=='Ready')].reason}=SecretSynced",
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
                creationPolicy: policy,
                deletionPolicy: "Retain",
                template: {
                    ...(policy !== "Merge" && { type: (secret["type"] as string | undefined) ?? "Opaque" }),
                    mergePolicy: "Merge",
                    ...(Object.keys(template).length > 0 && { metadata: template }),
                },
            },
        },
    };
}
