/** Copies of the Secrets of LiteMaaS in Vault. */
import type * as pulumi from "@pulumi/pulumi";

import { SECRETS, workshopsNamespace } from "../../catalogue/litemaas/names";
import { PushSecret } from "../../kinds/external-secrets.io";
import { labelsOf, type Place } from "./place";

/** A ClusterSecretStore that takes Secrets of the namespaces of LiteMaaS. */
export interface SecretStore {
    readonly name: string;
    /** Folder in Vault, below its mount. */
    readonly folder: string;
    readonly ready: pulumi.Resource;
}

/** The copied Secrets, and the resources after which they exist. */
export interface Copied {
    /** The Secret that is made once has its values. */
    readonly secrets: pulumi.Resource;
    /** Names of workshops. */
    readonly workshops: readonly string[];
    /** The hand-outs are written. */
    readonly handouts: pulumi.Resource;
}

/**
 * External Secrets copies the generated secrets to `<folder>/secrets`, and the hand-out of each workshop to
 * `<folder>/workshops/<name>`. Values are neither in the state nor in a plan. Source: docs/sources/identity.md#pushsecrets.
 */
export function keptInVault(
    { name, settings, within }: Place,
    store: SecretStore,
    { secrets, workshops, handouts }: Copied,
): void {
    const { namespace, removal } = settings;
    const copy = (id: string, where: string, secret: string, key: string, after: pulumi.Resource): void => {
        new PushSecret(
            `${name}-vault-${id}`,
            {
                metadata: { name: secret, namespace: where, labels: labelsOf("litemaas") },
                spec: {
                    refreshInterval: "10m0s",
                    updatePolicy: "Replace",
                    // Secrets that are kept in the cluster are kept in Vault as well.
                    deletionPolicy: removal === "keep" ? "None" : "Delete",
                    secretStoreRefs: [{ kind: "ClusterSecretStore", name: store.name }],
                    selector: { secret: { name: secret } },
                    data: [{ match: { remoteRef: { remoteKey: `${store.folder}/${key}` } } }],
                },
            },
            within(store.ready, after),
        );
    };
    copy("secrets", namespace, SECRETS, "secrets", secrets);
    for (const workshop of workshops) {
        copy(`workshop-${workshop}`, workshopsNamespace(namespace), `workshop-${workshop}`, `workshops/${workshop}`, handouts);
    }
}
