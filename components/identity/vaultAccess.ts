/** The addresses of a Vault, for `pulumi up` and for the cluster, and the names of everything in it. */
import type { VaultSettings } from "../../stacks/schema";

/** The port of Vault's API. */
export const VAULT_PORT = 8200;

/** The settings of a Vault, with the addresses that follow from them. */
export type VaultAccess = VaultSettings & {
    /** The address for `pulumi up`. */
    readonly address: string;
};

/** The name of a Vault that this stack installs: of its StatefulSet and of the Service that its certificate names. */
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
        // One of the two exists: stacks/checks/identity.ts.
        return { ...vault, address: vault.address! };
    }
    const { namespace, host } = install;
    return {
        ...vault,
        address: `https://${host ?? `${VAULT_NAME}.${domain}`}`,
        inCluster: { namespace, address: `https://${VAULT_NAME}.${namespace}.svc:${VAULT_PORT}` },
    };
}

/** The audience of the tokens with which External Secrets logs in. */
export const VAULT_AUDIENCE = "vault";

/** The place of LiteMaaS in Vault: a folder below the mount, and a role with a policy of the same name that may write there. */
export function litemaasInVault({ htpasswd, role }: VaultPaths): { readonly folder: string; readonly role: string } {
    return { folder: htpasswd.replace(/htpasswd$/, "litemaas"), role: `${role}-litemaas` };
}

/** The names in Vault: of mounts, secrets and roles. */
export interface VaultPaths {
    /** The KV version 2 mount. */
    readonly mount: string;
    /** The htpasswd file, below the mount, without `data/`. */
    readonly htpasswd: string;
    /** Path of the auth method, without `auth/`. */
    readonly auth: string;
    /** Role of the auth method, and its policy. */
    readonly role: string;
    /** The folder of the users' passwords, below the mount. */
    readonly users: string;
}

/** Names that are unique to a cluster: one Vault serves many, and overwrites policies of the same name without a warning. */
export function vaultPaths({ prefix, mount, jwt }: VaultSettings, infrastructureName: string): VaultPaths {
    const own = prefix ?? `maas-${infrastructureName}`;
    const base = mount === undefined ? "" : `${own}/`;
    return {
        mount: mount ?? own,
        htpasswd: `${base}htpasswd`,
        // Each kind has its own path, so that a stack can move from one to the other.
        auth: jwt === undefined ? own : `${own}-jwt`,
        role: own,
        users: `${base}users`,
    };
}
