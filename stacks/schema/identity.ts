/** `identity`: who the users are, how they log in, where their passwords are kept, and who may do everything. */
import { z } from "zod";

import { dnsLabel, hostname, httpsUrl } from "../../kinds/common";

const groupName = z
    .string()
    .min(1)
    .max(63)
    .regex(/^[^"\\/%:]+$/, 'expected a name without ", \\, /, % and :');

/** A path in Vault, below a mount. */
const vaultPath = z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/, "expected a path such as team/keycloak, without / at either end");

export const userSchema = z.strictObject({
    name: z.string().min(1).max(253).describe("Name at login."),
    tier: z.string().min(1).describe("Tier of the user."),
    rotate: z
        .number()
        .int()
        .min(1)
        .max(1_000_000)
        .default(1)
        .describe("Raise this number to replace the user's password. Only with a `store`. Default 1."),
    existing: z
        .boolean()
        .default(false)
        .describe("The user logs in by other means: no password is generated, whatever the `store`. Default false."),
});

const identityProviderName = dnsLabel.describe(
    "Name on the login page. Renaming one locks its users out until their User and Identity objects are deleted.",
);

const provider = z
    .strictObject({
        name: dnsLabel
            .default("maas")
            .describe(
                "Name on the login page. Renaming it locks its users out until their User and Identity objects are deleted. Default maas.",
            ),
        mappingMethod: z
            .enum(["claim", "add", "lookup"])
            .default("claim")
            .describe(
                "What happens to a user whose name another provider has already claimed: `claim` refuses the user, `add` maps both to one user, `lookup` creates no users. Default claim.",
            ),
    })
    .prefault({})
    .describe("The identity provider of the users whose passwords are kept in `store`.");

const publicKey = z.string().regex(/^-----BEGIN [A-Z ]*PUBLIC KEY-----\s/, "expected a public key in PEM");

/** A Vault that this stack runs. Its keys are handed out once, to a person. */
const vaultInstall = z.strictObject({
    namespace: dnsLabel.default("vault").describe("Its namespace. Default vault."),
    replicas: z
        .union([z.literal(1), z.literal(3), z.literal(5)], { error: "expected 1, 3 or 5" })
        .default(3)
        .describe("Number of pods, each on its own node: 1, 3 or 5. Default 3."),
    storageGiB: z
        .number()
        .int()
        .min(1)
        .max(16_384)
        .default(10)
        .describe("Size in GiB of each pod's new volume; volumes remain after a destroy. Default 10."),
    storageClass: dnsLabel.default("gp3-csi").describe("StorageClass of the volumes. Default gp3-csi."),
    image: z
        .string()
        .regex(/^[a-z0-9][^\s@]*[:@][^\s]+$/, "expected an image with a tag or digest")
        .default("registry.connect.redhat.com/hashicorp/vault:2.0.4-ubi")
        .describe("Image of Vault. Default registry.connect.redhat.com/hashicorp/vault:2.0.4-ubi."),
    host: hostname.optional().describe("Host name of its Route. Default: vault.<apps domain>."),
    seal: z
        .strictObject({
            kmsKeyId: z
                .string()
                .regex(/^[A-Za-z0-9:/_-]+$/, "expected the id, ARN or alias of a KMS key")
                .describe("KMS key that unseals Vault. Without it, all data in Vault is lost."),
            region: z
                .string()
                .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "expected a region such as us-east-2")
                .describe("Region of the key."),
            roleArn: z
                .string()
                .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/, "expected the ARN of an IAM role")
                .optional()
                .describe(
                    "IAM role of the pods, on a cluster with AWS STS: kms:Encrypt, kms:Decrypt and kms:DescribeKey on the key. Default: the role of the node.",
                ),
        })
        .describe("AWS KMS unseals Vault after each start."),
});

/** How a Vault checks logins that cannot ask the API server. */
const vaultJwt = z
    .strictObject({
        discoveryUrl: httpsUrl
            .optional()
            .describe("Public issuer of the cluster's service accounts, on a cluster with AWS STS. Default: none."),
        publicKeys: z
            .array(publicKey)
            .min(1)
            .optional()
            .describe(
                "Public keys of the cluster's service accounts, in PEM: those of ConfigMap bound-sa-token-signing-certs in openshift-kube-apiserver. Default: none.",
            ),
        issuer: httpsUrl
            .optional()
            .describe("Issuer that tokens must name. Default: discoveryUrl, or https://kubernetes.default.svc with publicKeys."),
    })
    .refine(({ discoveryUrl, publicKeys }) => (discoveryUrl === undefined) !== (publicKeys === undefined), {
        error: "expected exactly one of discoveryUrl and publicKeys",
    });

const vault = z
    .strictObject({
        address: httpsUrl
            .optional()
            .describe(
                "Address of Vault for `pulumi up`. Credentials come from the environment (VAULT_TOKEN, or what `login` needs), never from the settings. Default: the Route of `install`.",
            ),
        namespace: z
            .string()
            .regex(/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/, "expected a namespace such as admin or admin/team")
            .optional()
            .describe("Namespace of Vault Enterprise or HCP Vault, where the topmost is `admin`. Default: none."),
        login: z
            .strictObject({
                method: z
                    .enum(["token", "jwt", "aws"])
                    .default("token")
                    .describe(
                        "`token`: VAULT_TOKEN or the token of `vault login`. `jwt`: the token in TERRAFORM_VAULT_AUTH_JWT. `aws`: AWS credentials of the environment. Default token.",
                    ),
                role: z.string().min(1).optional().describe("Role to log in as. Not with `token`. Default: none."),
                mount: z.string().min(1).optional().describe("Path of the auth method. Not with `token`. Default: the method."),
                childToken: z
                    .boolean()
                    .default(true)
                    .describe(
                        "Use a child of the token, which needs auth/token/create. Set to false for a batch token, which can have no child. Default true.",
                    ),
            })
            .prefault({})
            .describe("How `pulumi up` logs in to Vault."),
        prefix: dnsLabel
            .max(50)
            .optional()
            .describe("Prefix of all names in Vault: mount, policies, auth method, role. Default: maas-<infrastructure name>."),
        mount: vaultPath
            .optional()
            .describe(
                "Existing KV version 2 mount; secrets are stored below `prefix` in it. Default: the program creates a mount.",
            ),
        ca: z
            .strictObject({
                name: dnsLabel.describe("Name of the ConfigMap."),
                key: z.string().min(1).default("ca.crt").describe("Its key. Default ca.crt."),
                namespace: dnsLabel.default("openshift-config").describe("Its namespace. Default openshift-config."),
            })
            .optional()
            .describe(
                "ConfigMap with the authority of Vault's certificate, for the cluster. `pulumi up` reads it from VAULT_CACERT. Default: public authorities; the service CA for `inCluster`.",
            ),
        inCluster: z
            .strictObject({
                namespace: dnsLabel.default("vault").describe("Its namespace. Default vault."),
                address: httpsUrl
                    .default("https://vault.vault.svc:8200")
                    .describe("Address of Vault in the cluster. Default https://vault.vault.svc:8200."),
            })
            .optional()
            .describe("An existing Vault in the cluster. Default: Vault runs outside the cluster."),
        kubernetes: z
            .strictObject({
                host: httpsUrl
                    .optional()
                    .describe(
                        "Address of the API server for Vault. Default: https://api.<base domain>:6443; inside, its Service.",
                    ),
                ca: z
                    .string()
                    .regex(/^-----BEGIN CERTIFICATE-----\s/, "expected certificates in PEM")
                    .optional()
                    .describe(
                        "Authorities of the API server's certificate, in PEM. Default: public ones; inside, the cluster's.",
                    ),
                audience: z
                    .string()
                    .min(1)
                    .default("https://kubernetes.default.svc")
                    .describe(
                        "Audience of the API server: the service account issuer of a cluster that uses AWS STS. Default https://kubernetes.default.svc.",
                    ),
            })
            .prefault({})
            .describe("How Vault verifies the cluster's tokens."),
        install: vaultInstall
            .optional()
            .describe("Installs Vault in the cluster, instead of `address`. Default: an existing Vault."),
        jwt: vaultJwt
            .optional()
            .describe(
                "For a Vault that cannot reach the API server: it verifies the signature of the cluster's tokens itself. Default: TokenReview at the API server.",
            ),
    })
    .describe("The Vault that keeps the passwords: an existing one, HCP Vault, or one in the cluster.");

export const externalSecretsSchema = z
    .strictObject({
        operator: z
            .enum(["red-hat", "community"])
            .default("red-hat")
            .describe(
                "`red-hat`: OLM installs Red Hat's operator. `community`: the community's chart (version 0.17 or later), installed from `manifests`, or an existing installation. A cluster can have only one of them. Default red-hat.",
            ),
        namespace: dnsLabel
            .default("external-secrets")
            .describe("Namespace of its controllers; that of `red-hat` is fixed. Default external-secrets."),
        manifests: z
            .string()
            .min(1)
            .optional()
            .describe(
                "File of the rendered chart, which the stack installs; the path is relative to the folder of Pulumi.yaml. docs/identity.md describes how to render it. Only with `community`. Default: an existing installation.",
            ),
    })
    .prefault({})
    .describe("External Secrets, which copies secrets from Vault to the cluster.");

const clientSecret = z
    .strictObject({
        secret: dnsLabel.optional().describe("Secret in openshift-config with key clientSecret. Default: none."),
        vault: z
            .strictObject({
                path: vaultPath.describe("Path of the secret, below the mount."),
                property: z.string().min(1).default("clientSecret").describe("Field of the secret. Default clientSecret."),
            })
            .optional()
            .describe("An existing secret in Vault, instead of `secret`. Default: none."),
    })
    .refine(({ secret, vault: from }) => (secret === undefined) !== (from === undefined), {
        error: "expected exactly one of secret and vault",
    });

const claim = z.array(z.string().min(1)).min(1);
const authority = dnsLabel.optional().describe("ConfigMap in openshift-config with key ca.crt. Default: public authorities.");
const mappingMethod = z
    .enum(["claim", "add", "lookup"])
    .default("claim")
    .describe("Mapping method, as in `provider`. Default claim.");

/** Keycloak or another OpenID provider. */
const openId = z.strictObject({
    name: identityProviderName,
    mappingMethod,
    issuer: httpsUrl.describe(
        "Issuer, as in its tokens. The cluster must reach its discovery document; otherwise no identity provider changes.",
    ),
    clientId: z.string().min(1).describe("Client that is registered for the cluster."),
    clientSecret: clientSecret.describe("Location of the client secret, which the settings never contain."),
    ca: authority,
    claims: z
        .strictObject({
            preferredUsername: claim.default(["preferred_username"]).describe("Name of the user. Default [preferred_username]."),
            name: claim.default(["name"]).describe("Display name. Default [name]."),
            email: claim.default(["email"]).describe("Email address. Default [email]."),
            groups: claim
                .optional()
                .describe("Groups of the user, which OpenShift creates and fills at each login. Default: none."),
        })
        .prefault({})
        .describe("Claims of the token."),
    extraScopes: z.array(z.string().min(1)).default([]).describe("Scopes to request in addition to openid. Default: none."),
});

/** An LDAP directory, for logging in; groups come from `oc adm groups sync`. */
const ldap = z
    .strictObject({
        name: identityProviderName,
        mappingMethod,
        url: z
            .string()
            .regex(
                /^ldaps?:\/\/[^\s/]+\/\S+\?\S+$/,
                "expected an address such as ldaps://ldap.example.com/ou=people,dc=example,dc=com?uid",
            )
            .describe("URL with host, base, attribute of the user name and filter."),
        insecure: z.boolean().default(false).describe("Do not use TLS; only with ldap://. Default false."),
        bindDN: z.string().min(1).optional().describe("DN that searches the directory. Default: anonymous search."),
        bindSecret: dnsLabel.optional().describe("Secret in openshift-config with key bindPassword. Default: none."),
        ca: authority,
        attributes: z
            .strictObject({
                id: claim.default(["dn"]).describe("Attribute that identifies a user. Default [dn]."),
                preferredUsername: claim.default(["uid"]).describe("Name of the user. Default [uid]."),
                name: claim.default(["cn"]).describe("Display name. Default [cn]."),
                email: claim.default(["mail"]).describe("Email address. Default [mail]."),
            })
            .prefault({})
            .describe("Attributes of a user."),
    })
    .refine(({ bindDN, bindSecret }) => (bindDN === undefined) === (bindSecret === undefined), {
        path: ["bindSecret"],
        error: "bindDN and bindSecret go together",
    })
    .refine(({ url, insecure }) => insecure === url.startsWith("ldap://"), {
        path: ["insecure"],
        error: "expected true with ldap://, false with ldaps://",
    });

const admins = z.strictObject({
    group: groupName
        .default("platform-admins")
        .describe("OpenShift group that the program creates for them. Default platform-admins."),
    users: z.array(z.string().min(1).max(253)).min(1).describe("Names of the users."),
});

export const identitySchema = z
    .strictObject({
        users: z.array(userSchema).default([]).describe("Users and their tiers. A user has one tier."),
        usersFile: z
            .string()
            .min(1)
            .optional()
            .describe(
                "File with additional users, one line `name,tier` each; the path is relative to the folder of Pulumi.yaml. For thousands of users: Pulumi accepts settings of at most 128 KiB. Default: none.",
            ),
        groups: z
            .enum(["made", "shared", "existing"])
            .default("made")
            .describe(
                "The Groups of the tiers. `made`: created with exactly these users. `shared`: created with these users; later changes of members are kept. `existing`: not created, because an LDAP sync or the claims of a provider do so. Default made.",
            ),
        store: z
            .enum(["none", "vault", "kubernetes"])
            .default("none")
            .describe(
                "Where the passwords of the users are kept. `none`: users can log in already, no password is generated. `vault`: generated, stored in Vault, and copied to the OAuth server by External Secrets. `kubernetes`: the same in Secrets of the cluster, for trials; refused in production. Default none.",
            ),
        provider,
        vault: vault.optional(),
        externalSecrets: externalSecretsSchema,
        openid: z
            .array(openId)
            .default([])
            .describe("OpenID providers (Keycloak, Entra ID, Okta), in addition to existing identity providers. Default: none."),
        ldap: z.array(ldap).default([]).describe("LDAP directories, in addition to existing identity providers. Default: none."),
        admins: admins
            .optional()
            .describe(
                "Cluster administrators. The configuration of the policy `few-cluster-admins` must list their group. Default: none.",
            ),
        kubeadmin: z
            .enum(["keep", "remove"])
            .default("keep")
            .describe(
                "`remove` deletes the installer's account permanently, once another cluster-admin has logged in. Keep the installer's kubeconfig. Default keep.",
            ),
    })
    .prefault({})
    .describe("Users.");

export type UserSettings = z.output<typeof userSchema>;
export type IdentitySettings = z.output<typeof identitySchema>;
export type VaultSettings = z.output<typeof vault>;
export type VaultInstallSettings = z.output<typeof vaultInstall>;
