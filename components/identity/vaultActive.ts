/** A gate until somebody has initialized Vault and one of its pods is active. */
import type { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import type { KubeObject } from "../kube";
import { VAULT_NAME } from "./vaultAccess";

/** In this time images are pulled, volumes are created and the pods join each other. */
const OPEN_MINUTES = 15;

/** The Vault to wait for. Everything must be known in a plan: the gate looks for it. */
export interface VaultActiveArgs {
    readonly namespace: string;
    readonly replicas: number;
    /** The address for `pulumi up`. */
    readonly address: string;
    /** Whether a person unseals it. */
    readonly byHand: boolean;
    /** The labels of its pods. */
    readonly labels: Readonly<Record<string, string>>;
}

/**
 * Waits until a pod of Vault is active. While no pod is initialized it fails at once: initialization returns the root token and
 * the recovery keys, which must not get into a state or a log, so a person does it and then runs `up` again.
 * Vault writes its state to the labels of its pods. Source: docs/sources/identity.md#vault-server,
 * #vault-initialization.
 */
export function vaultActive(
    name: string,
    { namespace, replicas, address, byHand, labels }: VaultActiveArgs,
    opts: pulumi.CustomResourceOptions,
): ConfigMap {
    return gate(
        name,
        {
            kind: "vault-active",
            until: `Vault in namespace ${namespace} is initialized, unsealed and active`,
            record: { namespace },
            check: async (kube) => {
                let seen = "";
                const active = await kube.untilAll(
                    { apiVersion: "v1", plural: "pods", namespace },
                    Object.entries(labels)
                        .map(([key, value]) => `${key}=${value}`)
                        .join(","),
                    (pods) => {
                        const states = pods.map(stateOf);
                        seen = states.map(({ says }) => says).join(", ") || "there is no pod";
                        if (states.some(({ initialized }) => initialized === "true")) {
                            if (byHand && states.length >= replicas && states.every(({ sealed }) => sealed === "true")) {
                                throw new Error(
                                    `Vault in namespace ${namespace} is sealed, and identity.vault.install.seal is "shares": ${unsealing(namespace, replicas)}, then run pulumi up again`,
                                );
                            }
                            return states.some(({ active, sealed }) => active === "true" && sealed === "false")
                                ? true
                                : undefined;
                        }
                        // One that has yet to start may be the one that somebody initialized.
                        if (states.length >= replicas && states.every(({ initialized }) => initialized === "false")) {
                            throw new Error(uninitialized(namespace, address, byHand ? replicas : undefined));
                        }
                        return undefined;
                    },
                    (await kube.now()) + OPEN_MINUTES * 60_000,
                );
                if (active === undefined) {
                    throw new Error(
                        `Vault in namespace ${namespace} is not unsealed after ${OPEN_MINUTES} minutes (${seen}): ` +
                            (byHand
                                ? unsealing(namespace, replicas)
                                : "check its pods, and their permission to use the key of identity.vault.install.seal"),
                    );
                }
            },
        },
        opts,
    );
}

/**
 * The message for a Vault that is not initialized: the command that initializes it, and the next step.
 *
 * @param byHand its number of pods, where a person unseals each. Default: KMS does
 */
export function uninitialized(namespace: string, address: string, byHand?: number): string {
    return (
        `Vault in namespace ${namespace} runs, but is not initialized. A person must initialize it once, because this prints all its keys: ` +
        `oc exec -n ${namespace} ${VAULT_NAME}-0 -- vault operator init ` +
        (byHand === undefined
            ? "-recovery-shares=3 -recovery-threshold=2 -recovery-pgp-keys=keybase:<a>,keybase:<b>,keybase:<c> -root-token-pgp-key=keybase:<a>. "
            : `-key-shares=1 -key-threshold=1. It prints the share and the root token; ${unsealing(namespace, byHand)}. `) +
        `Then export VAULT_ADDR=${address} VAULT_TOKEN=<the root token, decrypted>, and run pulumi up again. ` +
        "The rest of the platform does not depend on it"
    );
}

/** The commands by which a person unseals every pod. The pods after the first have joined it before. */
function unsealing(namespace: string, replicas: number): string {
    const pods = Array.from({ length: replicas }, (_, i) => `${VAULT_NAME}-${i}`);
    return `unseal each pod with the share: ${pods.map((pod) => `oc exec -it -n ${namespace} ${pod} -- vault operator unseal`).join("; ")}`;
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
