/** Vault keeps what users log in with. Loaded only by stacks that have one: the SDK costs start-up time. */
import * as pulumi from "@pulumi/pulumi";
import { AuthBackend } from "@pulumi/vault/authBackend";
import { AuthBackendConfig } from "@pulumi/vault/kubernetes/authBackendConfig";
import { AuthBackendRole } from "@pulumi/vault/kubernetes/authBackendRole";
import { SecretV2 } from "@pulumi/vault/kv/secretV2";
import { Mount } from "@pulumi/vault/mount";
import { Policy } from "@pulumi/vault/policy";
import { Provider } from "@pulumi/vault/provider";

import type { VaultSettings } from "../../stacks/schema";
import type { VaultAccess } from "./vaultAccess";
import { HTPASSWD_KEY } from "../../catalogue/identity";
import type { Credentials } from "./passwords";

/** The audience of the tokens with which External Secrets logs in. */
export const VAULT_AUDIENCE = "vault";

/** What External Secrets logs in as. */
export interface Reader {
    /** ServiceAccount. */
    readonly account: string;
    readonly namespace: string;
}

/** What is kept, and who may read it. */
export interface VaultStoreArgs {
    readonly settings: VaultAccess;
    /** Where it is reached, as soon as it can be. Default: what the settings say, at once. */
    readonly address?: pulumi.Output<string> | undefined;
    readonly credentials: Credentials;
    readonly reader: Reader;
    /** Paths below the mount that somebody else has filled, and that the reader may read, too. */
    readonly others: readonly string[];
    /** Name of the cluster, of which the names in Vault are made unless the settings say otherwise. */
    readonly infrastructureName: string;
    /** Address of the API server, from outside. */
    readonly apiServer: string;
}

/** Where the file of users is, and how to log in for it. */
export interface VaultPaths {
    /** The KV version 2 mount. */
    readonly mount: string;
    /** Below the mount, without `data/`. */
    readonly htpasswd: string;
    /** Path of the auth method, without `auth/`. */
    readonly auth: string;
    readonly role: string;
    /** Below the mount: where the password of each user is. */
    readonly users: string;
}

/** The names in Vault. A Vault serves many clusters, and overwrites policies of the same name without a word. */
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

/**
 * A mount, the secrets in it, and a login for External Secrets that reads the file of users and nothing else. The plain
 * passwords lie beside it, one secret a user, for those whom the second policy is given to.
 *
 * The token of the provider comes from the environment: in the settings or in the state it would be plain.
 * Source: docs/sources/identity.md#vault-secrets, #vault-logins.
 */
export class VaultStore extends pulumi.ComponentResource {
    /** The file of users can be read once these are there. */
    public readonly readable: readonly pulumi.Resource[];

    constructor(name: string, args: VaultStoreArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:identity:VaultStore", name, {}, opts);
        const { settings, credentials, reader, others } = args;
        const paths = vaultPaths(settings, args.infrastructureName);
        const provider = vaultProvider(`${name}-provider`, settings, args.address ?? settings.address, this);
        const child = { parent: this, provider };

        const mount =
            settings.mount === undefined
                ? [
                      new Mount(
                          `${name}-mount`,
                          {
                              path: paths.mount,
                              // Another type would replace the mount, and lose what is in it.
                              type: "kv",
                              options: { version: "2" },
                              description: "Users of Models-as-a-Service",
                          },
                          child,
                      ),
                  ]
                : [];
        const written = { ...child, dependsOn: mount, hooks: { onError: [whileUpgrading(name)] } };
        for (const user of credentials.users) {
            new SecretV2(
                `${name}-user-${user.slug}`,
                {
                    mount: paths.mount,
                    name: `${paths.users}/${user.slug}`,
                    dataJson: pulumi.jsonStringify({ username: user.name, password: user.password }),
                },
                written,
            );
        }
        const file = new SecretV2(
            `${name}-htpasswd`,
            {
                mount: paths.mount,
                name: paths.htpasswd,
                dataJson: pulumi.jsonStringify({ [HTPASSWD_KEY]: credentials.file }),
            },
            written,
        );

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
        const login = { paths, reader, reads, child };
        this.readable = [file, ...(settings.jwt === undefined ? asked(name, args, login) : signed(name, args, login))];
        this.registerOutputs({});
    }
}

/** What a login of External Secrets is made of. */
interface LoginParts {
    readonly paths: VaultPaths;
    readonly reader: Reader;
    /** The policy that a login gets. */
    readonly reads: Policy;
    readonly child: pulumi.CustomResourceOptions;
}

/** `default` comes with it: External Secrets looks its own token up, and gives it back. */
const tokenOf = ({ paths }: LoginParts) => ({ tokenPolicies: [paths.role], tokenTtl: 600, tokenMaxTtl: 1200 });

/** Vault asks the API server whose a token is. Source: docs/sources/identity.md#vault-logins. */
function asked(name: string, { settings, infrastructureName, apiServer }: VaultStoreArgs, login: LoginParts): pulumi.Resource[] {
    const { paths, reader, reads, child } = login;
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
    const role = new AuthBackendRole(
        `${name}-auth-role`,
        {
            backend: paths.auth,
            roleName: paths.role,
            boundServiceAccountNames: [reader.account],
            boundServiceAccountNamespaces: [reader.namespace],
            audience: VAULT_AUDIENCE,
            ...tokenOf(login),
        },
        { ...child, dependsOn: [backend, reads] },
    );
    return [config, role];
}

/**
 * Vault checks the signature of a token, and never talks to the cluster. Source: docs/sources/identity.md#vault-logins.
 */
function signed(name: string, { settings, infrastructureName }: VaultStoreArgs, login: LoginParts): pulumi.Resource[] {
    // Loaded here: few stacks have it.
    const { AuthBackend: JwtBackend } =
        require("@pulumi/vault/jwt/authBackend") as typeof import("@pulumi/vault/jwt/authBackend");
    const { AuthBackendRole: JwtRole } =
        require("@pulumi/vault/jwt/authBackendRole") as typeof import("@pulumi/vault/jwt/authBackendRole");
    const { paths, reader, reads, child } = login;
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
    const role = new JwtRole(
        `${name}-jwt-role`,
        {
            backend: paths.auth,
            roleName: paths.role,
            roleType: "jwt",
            userClaim: "sub",
            boundAudiences: [VAULT_AUDIENCE],
            boundSubject: `system:serviceaccount:${reader.namespace}:${reader.account}`,
            ...tokenOf(login),
        },
        { ...child, dependsOn: [backend, reads] },
    );
    return [role];
}

/** HCL that lets one read the secrets at paths below a KV version 2 mount; their API path has `data` in it. */
export function readPolicy(mount: string, paths: readonly string[]): string {
    return paths.map((path) => `path "${mount}/data/${path}" {\n  capabilities = ["read"]\n}\n`).join("\n");
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
function whileUpgrading(name: string): pulumi.ErrorHook {
    return new pulumi.ErrorHook(`${name} is being made ready by Vault`, async ({ errors }) => {
        const wait = errors.length <= 10 && /from non-versioned to versioned/i.test(errors[0] ?? "");
        if (wait) {
            await new Promise((resolve) => setTimeout(resolve, 2000));
        }
        return wait;
    });
}
