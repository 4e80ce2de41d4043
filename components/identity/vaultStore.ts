/** The users' passwords in Vault. Only stacks that have a Vault load this file: its SDK takes time to load. */
import * as pulumi from "@pulumi/pulumi";
import { AuthBackend } from "@pulumi/vault/authBackend";
import { AuthBackend as JwtBackend } from "@pulumi/vault/jwt/authBackend";
import { AuthBackendRole as JwtRole } from "@pulumi/vault/jwt/authBackendRole";
import { AuthBackendConfig } from "@pulumi/vault/kubernetes/authBackendConfig";
import { AuthBackendRole } from "@pulumi/vault/kubernetes/authBackendRole";
import { SecretV2 } from "@pulumi/vault/kv/secretV2";
import { Mount } from "@pulumi/vault/mount";
import { Policy } from "@pulumi/vault/policy";
import { Provider } from "@pulumi/vault/provider";

import type { VaultSettings } from "../../stacks/schema";
import { describedBy } from "../component";
import { litemaasInVault, VAULT_AUDIENCE, type VaultAccess, type VaultPaths, vaultPaths } from "./vaultAccess";
import { HTPASSWD_KEY } from "../../catalogue/identity";
import type { Credentials } from "./passwords";

/** The ServiceAccount with which External Secrets logs in. */
export interface Reader {
    readonly account: pulumi.Input<string>;
    readonly namespace: pulumi.Input<string>;
}

/** The secrets in Vault, and who may read them. */
export interface VaultStoreArgs {
    readonly settings: VaultAccess;
    /** The address of Vault, unknown until it serves. Default: that of the settings. */
    readonly address?: pulumi.Input<string> | undefined;
    readonly credentials: Credentials;
    readonly reader: Reader;
    /** Further paths below the mount that the reader may read; somebody else has written them. */
    readonly others: readonly string[];
    /** Whether External Secrets may write the secrets of LiteMaaS. Default: false. */
    readonly litemaas?: boolean | undefined;
    /** Infrastructure name of the cluster. It must be known in a plan: names in Vault contain it. */
    readonly infrastructureName: string;
    /** Address of the API server for clients outside of the cluster. */
    readonly apiServer: pulumi.Input<string>;
    /** Protects the mount, which holds the passwords, from deletion. Default: false. */
    readonly protect?: boolean | undefined;
}

/**
 * A mount with the htpasswd file and a secret for each user's password, and a login for External Secrets that reads the file
 * alone. A second policy reads the passwords, for whoever hands them to users.
 *
 * The provider takes its token from the environment: the settings and the state would hold it in plain.
 * Source: docs/sources/identity.md#vault-secrets, #vault-logins.
 */
export class VaultStore extends pulumi.ComponentResource {
    /** Depend on these to read the htpasswd file. */
    public readonly readable: readonly pulumi.Resource[];

    constructor(name: string, args: VaultStoreArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const { settings, credentials, reader, others, protect = false } = args;
        const paths = vaultPaths(settings, args.infrastructureName);
        super("maas:identity:VaultStore", name, describedBy({ ...paths, reader, others, protect }), opts);
        const provider = vaultProvider(`${name}-provider`, settings, args.address ?? settings.address, this);
        const child = { parent: this, provider };

        const mount =
            settings.mount === undefined ? [this.mount(name, paths.mount, { ...child, ...(protect && { protect }) })] : [];
        const file = this.secrets(name, paths, credentials, {
            ...child,
            dependsOn: mount,
            hooks: { onError: [retryWhileUpgrading(name)] },
        });
        const reads = new Policy(
            `${name}-reader`,
            { name: paths.role, policy: readPolicy(paths.mount, [paths.htpasswd, ...others]) },
            child,
        );
        new Policy(
            `${name}-helpdesk`,
            { name: `${paths.role}-users`, policy: readPolicy(paths.mount, [`${paths.users}/*`]) },
            child,
        );
        const logins = [
            { id: "role", role: paths.role, policy: reads },
            ...(args.litemaas === true ? [{ id: "litemaas-role", ...this.litemaas(name, paths, child) }] : []),
        ];
        const login = { paths, reader, logins, child };
        this.readable = [
            file,
            ...(settings.jwt === undefined ? tokenReviewLogin(name, args, login) : jwtLogin(name, args, login)),
        ];
        this.registerOutputs({ ...paths });
    }

    /** @returns the role that writes the secrets of LiteMaaS. A second policy reads the keys of workshops, for whoever hands them out. */
    private litemaas(name: string, paths: VaultPaths, child: pulumi.CustomResourceOptions): { role: string; policy: Policy } {
        const { folder, role } = litemaasInVault(paths);
        new Policy(
            `${name}-workshops`,
            { name: `${paths.role}-workshops`, policy: readPolicy(paths.mount, [`${folder}/workshops/*`]) },
            child,
        );
        return {
            role,
            policy: new Policy(`${name}-litemaas`, { name: role, policy: writePolicy(paths.mount, `${folder}/*`) }, child),
        };
    }

    private mount(name: string, path: string, opts: pulumi.CustomResourceOptions): Mount {
        return new Mount(
            `${name}-mount`,
            {
                path,
                // Another type would replace the mount and delete the secrets in it.
                type: "kv",
                options: { version: "2" },
                description: "Users of Models-as-a-Service",
            },
            opts,
        );
    }

    /** @returns the secret with the htpasswd file */
    private secrets(
        name: string,
        { mount, users, htpasswd }: VaultPaths,
        credentials: Credentials,
        opts: pulumi.CustomResourceOptions,
    ): SecretV2 {
        for (const user of credentials.users) {
            new SecretV2(
                `${name}-user-${user.slug}`,
                {
                    mount,
                    name: `${users}/${user.slug}`,
                    dataJson: pulumi.jsonStringify({ username: user.name, password: user.password }),
                },
                opts,
            );
        }
        return new SecretV2(
            `${name}-htpasswd`,
            { mount, name: htpasswd, dataJson: pulumi.jsonStringify({ [HTPASSWD_KEY]: credentials.file }) },
            opts,
        );
    }
}

/** The objects that both kinds of login need. */
interface LoginParts {
    readonly paths: VaultPaths;
    readonly reader: Reader;
    /** Roles, each with the policy that a login with it gets. */
    readonly logins: readonly { readonly id: string; readonly role: string; readonly policy: Policy }[];
    readonly child: pulumi.CustomResourceOptions;
}

/** The policy `default` is added by Vault: with it External Secrets looks up and revokes its own token. */
const tokenSettings = (role: string) => ({ tokenPolicies: [role], tokenTtl: 600, tokenMaxTtl: 1200 });

/** Vault asks the API server whose a token is. Source: docs/sources/identity.md#vault-logins. */
function tokenReviewLogin(
    name: string,
    { settings, infrastructureName, apiServer }: VaultStoreArgs,
    login: LoginParts,
): pulumi.Resource[] {
    const { paths, reader, logins, child } = login;
    const backend = new AuthBackend(
        `${name}-auth`,
        { type: "kubernetes", path: paths.auth, description: `Cluster ${infrastructureName}` },
        child,
    );
    const { host, ca } = settings.kubernetes;
    const inside = settings.inCluster !== undefined;
    const config = new AuthBackendConfig(
        `${name}-auth-config`,
        {
            backend: paths.auth,
            kubernetesHost: host ?? (inside ? "https://kubernetes.default.svc:443" : apiServer),
            ...(ca !== undefined && { kubernetesCaCert: ca }),
            // A Vault that runs as a pod elsewhere would send the token of its own cluster.
            disableLocalCaJwt: !inside,
            // Left out, the provider sends false.
            disableIssValidation: true,
        },
        { ...child, dependsOn: backend },
    );
    const roles = logins.map(
        ({ id, role, policy }) =>
            new AuthBackendRole(
                `${name}-auth-${id}`,
                {
                    backend: paths.auth,
                    roleName: role,
                    boundServiceAccountNames: [reader.account],
                    boundServiceAccountNamespaces: [reader.namespace],
                    audience: VAULT_AUDIENCE,
                    ...tokenSettings(role),
                },
                { ...child, dependsOn: [backend, policy] },
            ),
    );
    return [config, ...roles];
}

/**
 * Vault checks the signature of a token, and never talks to the cluster. Source: docs/sources/identity.md#vault-logins.
 */
function jwtLogin(name: string, { settings, infrastructureName }: VaultStoreArgs, login: LoginParts): pulumi.Resource[] {
    const { paths, reader, logins, child } = login;
    const { discoveryUrl, publicKeys, issuer } = settings.jwt!;
    const backend = new JwtBackend(
        `${name}-jwt`,
        {
            type: "jwt",
            path: paths.auth,
            description: `Cluster ${infrastructureName}`,
            ...(discoveryUrl !== undefined && { oidcDiscoveryUrl: discoveryUrl }),
            ...(publicKeys !== undefined && { jwtValidationPubkeys: publicKeys }),
            boundIssuer: issuer ?? discoveryUrl ?? "https://kubernetes.default.svc",
        },
        child,
    );
    return logins.map(
        ({ id, role, policy }) =>
            new JwtRole(
                `${name}-jwt-${id}`,
                {
                    backend: paths.auth,
                    roleName: role,
                    roleType: "jwt",
                    userClaim: "sub",
                    boundAudiences: [VAULT_AUDIENCE],
                    boundSubject: pulumi.interpolate`system:serviceaccount:${reader.namespace}:${reader.account}`,
                    ...tokenSettings(role),
                },
                { ...child, dependsOn: [backend, policy] },
            ),
    );
}

/** HCL that lets one read the secrets at paths below a KV version 2 mount; their API path has `data` in it. */
export function readPolicy(mount: string, paths: readonly string[]): string {
    return paths.map((path) => `path "${mount}/data/${path}" {\n  capabilities = ["read"]\n}\n`).join("\n");
}

/** HCL with what External Secrets needs to write secrets: their versions, and a mark in their metadata. */
export function writePolicy(mount: string, path: string): string {
    return ["data", "metadata"]
        .map((api) => `path "${mount}/${api}/${path}" {\n  capabilities = ["create", "read", "update", "delete"]\n}\n`)
        .join("\n");
}

function vaultProvider(
    name: string,
    { namespace, login }: VaultSettings,
    address: pulumi.Input<string>,
    parent: pulumi.Resource,
): Provider {
    const credentials = login.method === "token" ? undefined : { role: login.role!, mount: login.mount ?? login.method };
    return new Provider(
        name,
        {
            address,
            ...(namespace !== undefined && { namespace }),
            ...(!login.childToken && { skipChildToken: true }),
            ...(login.method === "jwt" && { authLoginJwt: credentials! }),
            ...(login.method === "aws" && { authLoginAws: credentials! }),
        },
        { parent },
    );
}

/**
 * A mount of version 2 that has just been made refuses writes for a moment. Source:
 * docs/sources/identity.md#vault-secrets.
 */
function retryWhileUpgrading(name: string): pulumi.ErrorHook {
    return new pulumi.ErrorHook(`${name} is being made ready by Vault`, async ({ errors }) => {
        const wait = errors.length <= 10 && /from non-versioned to versioned/i.test(errors[0] ?? "");
        if (wait) {
            await new Promise((resolve) => setTimeout(resolve, 2000));
        }
        return wait;
    });
}
