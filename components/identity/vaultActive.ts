/** A gate until somebody has initialized Vault and one of its pods is active. */
import type { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import { isTrue, type Kube, type KubeObject } from "../kube";
import { VAULT_NAME } from "./vaultAccess";

/** In this time images are pulled, volumes are created and the pods join each other. */
const OPEN_MINUTES = 15;
/** For so many seconds a pod that says it is sealed may be about to unseal itself, or to become ready because it is not initialized. */
const SEALED_SECONDS = 60;

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
 *
 * Vault writes its state to the labels of its pods. Each start resets them to not initialized and sealed, also where its data are
 * there, so the labels alone do not tell the two apart; whether the pod is ready does. Source:
 * docs/sources/identity.md#vault-server, #vault-initialization.
 */
export function vaultActive(name: string, args: VaultActiveArgs, opts: pulumi.CustomResourceOptions): ConfigMap {
    const { namespace } = args;
    return gate(
        name,
        {
            kind: "vault-active",
            until: `Vault in namespace ${namespace} is initialized, unsealed and active`,
            record: { namespace },
            check: (kube) => untilActive(kube, args),
        },
        opts,
    );
}

async function untilActive(kube: Kube, { namespace, replicas, address, byHand, labels }: VaultActiveArgs): Promise<void> {
    const selector = Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(",");
    const deadline = (await kube.now()) + OPEN_MINUTES * 60_000;
    let states: readonly PodState[] = [];
    const all = (holds: (state: PodState) => boolean): boolean => states.length >= replicas && states.every(holds);
    const isSealed = ({ sealed }: PodState): boolean => sealed === "true";
    const sealedByHand = new Error(
        `Vault in namespace ${namespace} is sealed, and identity.vault.install.seal is "shares": ${unsealing(namespace, replicas)}, then run pulumi up again`,
    );
    const judge = (pods: readonly KubeObject[]): true | undefined => {
        states = pods.map(stateOf);
        if (states.some(({ active, sealed }) => active === "true" && sealed === "false")) {
            return true;
        }
        // One that has yet to start may be the one that somebody initialized.
        if (all(({ initialized, ready }) => initialized === "false" && ready)) {
            throw new Error(uninitialized(namespace, address, byHand ? replicas : undefined));
        }
        if (byHand && states.some(({ initialized }) => initialized === "true") && all(isSealed)) {
            throw sealedByHand;
        }
        return undefined;
    };
    // A pod that has started again and is sealed changes no more: it is one when it is so at the end of two spans.
    for (let wasSealed = false; ;) {
        const now = await kube.now();
        const active = await kube.untilAll(
            { apiVersion: "v1", plural: "pods", namespace },
            selector,
            judge,
            Math.min(deadline, now + SEALED_SECONDS * 1000),
        );
        if (active !== undefined) {
            return;
        }
        const sealed = byHand && all(isSealed);
        if (sealed && wasSealed) {
            throw sealedByHand;
        }
        if (now >= deadline) {
            throw new Error(
                `Vault in namespace ${namespace} is not unsealed after ${OPEN_MINUTES} minutes (${states.map(({ says }) => says).join(", ") || "there is no pod"}): ` +
                    (byHand
                        ? unsealing(namespace, replicas)
                        : "check its pods, and their permission to use the key of identity.vault.install.seal"),
            );
        }
        wasSealed = sealed;
    }
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

/** What a pod says of itself. A label that Vault has not written yet is undefined. */
interface PodState {
    readonly initialized: string | undefined;
    readonly active: string | undefined;
    readonly sealed: string | undefined;
    /** Whether it answers its readiness probe: it is unsealed, or not initialized. */
    readonly ready: boolean;
    readonly says: string;
}

function stateOf(pod: KubeObject): PodState {
    const { metadata } = pod;
    const labels = (metadata as { labels?: Record<string, string> }).labels ?? {};
    const initialized = labels["vault-initialized"];
    const active = labels["vault-active"];
    const sealed = labels["vault-sealed"];
    const ready = isTrue(pod, "Ready");
    const says =
        initialized === undefined
            ? `${metadata.name} has not started`
            : `${metadata.name}: initialized ${initialized}, sealed ${sealed}, active ${active}, ready ${ready}`;
    return { initialized, active, sealed, ready, says };
}
