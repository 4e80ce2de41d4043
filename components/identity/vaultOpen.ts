/** Waits until somebody has initialized a Vault, and it serves. */
import type { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import type { KubeObject } from "../kube";
import { VAULT_NAME } from "./vaultAccess";

/** Images are pulled, volumes made, and the pods join each other. */
const OPEN_MINUTES = 15;

/** Which Vault. */
export interface VaultOpenArgs {
    readonly namespace: string;
    readonly replicas: number;
    /** Where `pulumi up` reaches it. */
    readonly address: string;
    /** Of its pods. */
    readonly labels: Readonly<Record<string, string>>;
}

/**
 * A gate that lets pass once a pod of Vault is active. While none is initialized it fails at once: that hands out the root
 * token and the recovery keys, which no state and no log should see, so a person does it, and the next run goes on.
 * Vault itself says what it is in the labels of its pods. Source: docs/sources/identity.md#vault-server,
 * #vault-initialization.
 */
export function vaultOpen(
    name: string,
    { namespace, replicas, address, labels }: VaultOpenArgs,
    opts: pulumi.CustomResourceOptions,
): ConfigMap {
    return gate(
        name,
        {
            kind: "vault-open",
            until: `Vault in namespace ${namespace} is initialized, unsealed and active`,
            record: { namespace },
            check: async (kube) => {
                let seen = "";
                const open = await kube.untilAll(
                    { apiVersion: "v1", plural: "pods", namespace },
                    Object.entries(labels)
                        .map(([key, value]) => `${key}=${value}`)
                        .join(","),
                    (pods) => {
                        const states = pods.map(stateOf);
                        seen = states.map(({ says }) => says).join(", ") || "there is no pod";
                        if (states.some(({ initialized }) => initialized === "true")) {
                            return states.some(({ active, sealed }) => active === "true" && sealed === "false")
                                ? true
                                : undefined;
                        }
                        // One that has yet to start may be the one that somebody initialized.
                        if (states.length >= replicas && states.every(({ initialized }) => initialized === "false")) {
                            throw new Error(uninitialized(namespace, address));
                        }
                        return undefined;
                    },
                    (await kube.now()) + OPEN_MINUTES * 60_000,
                );
                if (open === undefined) {
                    throw new Error(
                        `Vault in namespace ${namespace} has not opened within ${OPEN_MINUTES} minutes (${seen}): look at its pods, ` +
                            "and whether they may use the key of identity.vault.install.seal",
                    );
                }
            },
        },
        opts,
    );
}

/** What to do about a Vault that is not initialized; one command, and what comes after it. */
export function uninitialized(namespace: string, address: string): string {
    return (
        `Vault in namespace ${namespace} runs, and is not initialized. Somebody has to do it, once, since it hands out the keys ` +
        `to everything: oc exec -n ${namespace} ${VAULT_NAME}-0 -- vault operator init -recovery-shares=3 ` +
        "-recovery-threshold=2 -recovery-pgp-keys=keybase:<a>,keybase:<b>,keybase:<c> -root-token-pgp-key=keybase:<a>. " +
        `Then export VAULT_ADDR=${address} VAULT_TOKEN=<the root token, decrypted>, and run pulumi up again. ` +
        "The rest of the platform does not wait for it"
    );
}

function stateOf({ metadata }: KubeObject) {
    const labels = (metadata as { labels?: Record<string, string> }).labels ?? {};
    const initialized = labels["vault-initialized"];
    const active = labels["vault-active"];
    const sealed = labels["vault-sealed"];
    const says =
        initialized === undefined
            ? `${metadata.name} has not started`
            : `${metadata.name}: initialized ${initialized}, sealed ${sealed}, active ${active}`;
    return { initialized, active, sealed, says };
}
