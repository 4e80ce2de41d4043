/** HashiCorp Vault: mounts, policies, auth backends and KV v2 secrets get the ids and paths of the real provider. */
import type { Values } from "../values";
import { digest, EchoProvider, type EchoType } from "./echo";
import type { ProviderContext } from "./provider";

const byPath: EchoType = {
    id: (i) => String(i.path),
    computed: (i) => ({ accessor: `${i.type}_${digest(String(i.path), 8)}` }),
    replaces: [".path"],
};

const TYPES: Readonly<Record<string, EchoType>> = {
    "vault:index/mount:Mount": byPath,
    "vault:index/authBackend:AuthBackend": {
        id: (i) => String(i.path ?? i.type),
        computed: (i) => ({ path: i.path ?? i.type, accessor: `auth_${i.type}_${digest(String(i.path ?? i.type), 8)}` }),
        replaces: [".type"],
    },
    "vault:index/policy:Policy": { id: (i) => String(i.name), replaces: [".name"] },
    "vault:kv/secretV2:SecretV2": {
        id: (i) => `${i.mount}/data/${i.name}`,
        computed: (i) => ({
            path: `${i.mount}/data/${i.name}`,
            metadata: { version: "1", destroyed: "false", deletion_time: "" },
        }),
        replaces: [".mount", ".name"],
    },
    "vault:kubernetes/authBackendRole:AuthBackendRole": {
        id: (i) => `auth/${i.backend ?? "kubernetes"}/role/${i.roleName}`,
        replaces: [".backend", ".roleName"],
    },
    "vault:kubernetes/authBackendConfig:AuthBackendConfig": {
        id: (i) => `auth/${i.backend ?? "kubernetes"}/config`,
        replaces: [".backend"],
    },
    "vault:jwt/authBackend:AuthBackend": byPath,
    "vault:jwt/authBackendRole:AuthBackendRole": {
        id: (i) => `auth/${i.backend ?? "jwt"}/role/${i.roleName}`,
        replaces: [".backend", ".roleName"],
    },
    "vault:identity/entity:Entity": { computed: (i) => ({ name: i.name }) },
    "vault:index/token:Token": { computed: (_i, _id, s) => ({ clientToken: `hvs.${digest(s.urn, 24)}`, leaseDuration: 0 }) },
};

/** The provider of Vault. */
export class VaultProvider extends EchoProvider {
    constructor(context: ProviderContext) {
        super(context, TYPES);
    }

    override invoke(token: string, args: Values): Promise<Values> {
        // The Vault of a rehearsal is empty: a secret that the program reads must be given in the settings instead.
        return Promise.reject(
            new Error(
                `${token} reads ${JSON.stringify(args["path"] ?? args["name"] ?? "")} from Vault, which a rehearsal does not have`,
            ),
        );
    }
}
