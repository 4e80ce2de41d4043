/** Where a Vault is reached, by `pulumi up` and by the cluster. */
import type { VaultSettings } from "../../stacks/schema";

/** The port of Vault's API. */
export const VAULT_PORT = 8200;

/** The settings of a Vault, with what follows from them. */
export type VaultAccess = VaultSettings & {
    /** Where `pulumi up` reaches it. */
    readonly address: string;
};

/** What a Vault of this stack is called: its StatefulSet, its Service, and what its certificate is valid for. */
export const VAULT_NAME = "vault";

/**
 * The settings of a Vault that this stack runs, as if somebody else did: reached from outside by its Route, inside by its
 * Service, the only name in its certificate.
 *
 * @param domain apps domain of the cluster
 */
export function vaultAccess(vault: VaultSettings, domain: string): VaultAccess {
    const { install } = vault;
    if (install === undefined) {
        // One of the two is there: stacks/checks/identity.ts.
        return { ...vault, address: vault.address! };
    }
    const { namespace, host } = install;
    return {
        ...vault,
        address: `https://${host ?? `${VAULT_NAME}.${domain}`}`,
        inCluster: { namespace, address: `https://${VAULT_NAME}.${namespace}.svc:${VAULT_PORT}` },
    };
}
