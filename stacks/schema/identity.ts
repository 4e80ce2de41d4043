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
        .describe("Raise it to give the user a new password. Only with a `store`. Default 1."),
    existing: z
        .boolean()
        .default(false)
        .describe("The user logs in by other means: no password is made, whatever the `store`. Default false."),
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
                "What happens to a user whose name another provider has already claimed: `claim` refuses, `add` lets both in as one. `lookup` makes no users. Default claim.",
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
        .describe("Pods, each on a node of its own: 1, 3 or 5. Default 3."),
    storageGiB: z
        .number()
        .int()
        .min(1)
        .max(16_384)
        .default(10)
        .describe("Size in GiB of the volume of each pod, when it is made; volumes outlive a destroy. Default 10."),
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
                .describe("Key that unseals Vault. Whoever deletes it has deleted what is in Vault."),
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
                "Where `pulumi up` reaches Vault. How it logs in is said by the environment (VAULT_TOKEN, or what `login` needs), never here. Default: the Route of `install`.",
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
                        "`token`: VAULT_TOKEN or what `vault login` left. `jwt`: the token in TERRAFORM_VAULT_AUTH_JWT. `aws`: AWS credentials of the environment. Default token.",
                    ),
                role: z.string().min(1).optional().describe("Role to log in as. Not with `token`. Default: none."),
                mount: z.string().min(1).optional().describe("Path of the auth method. Not with `token`. Default: the method."),
                childToken: z
                    .boolean()
                    .default(true)
                    .describe(
                        "Work with a child of the token, which needs auth/token/create. A batch token can have none: false. Default true.",
                    ),
            })
            .prefault({})
            .describe("How `pulumi up` logs in to Vault."),
        prefix: dnsLabel
            .max(50)
            .optional()
            .describe(
                "What everything that is made in Vault is called by: mount, policies, auth method, role. Default: maas-<infrastructure name>.",
            ),
        mount: vaultPath
            .optional()
            .describe("KV version 2 mount that exists already; secrets are below `prefix` there. Default: one is made."),
        ca: z
            .strictObject({
                name: dnsLabel.describe("Name of the ConfigMap."),
                key: z.string().min(1).default("ca.crt").describe("Its key. Default ca.crt."),
                namespace: dnsLabel.default("openshift-config").describe("Its namespace. Default openshift-config."),
            })
            .optional()
            .describe(
                "ConfigMap with the authority of Vault's certificate, for the cluster. `pulumi up` takes it from VAULT_CACERT. Default: public authorities; the service CA for `inCluster`.",
            ),
        inCluster: z
            .strictObject({
                namespace: dnsLabel.default("vault").describe("Its namespace. Default vault."),
                address: httpsUrl
                    .default("https://vault.vault.svc:8200")
                    .describe("Where the cluster reaches it. Default https://vault.vault.svc:8200."),
            })
            .optional()
            .describe("Vault runs in the cluster itself; somebody else installed it. Default: it runs elsewhere."),
        kubernetes: z
            .strictObject({
                host: httpsUrl
                    .optional()
                    .describe(
                        "Where Vault reaches the API server. Default: https://api.<base domain>:6443; inside, its Service.",
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
            .describe("How Vault checks the tokens with which the cluster logs in."),
        install: vaultInstall
            .optional()
            .describe("Runs Vault in the cluster, instead of `address`. Default: somebody else runs it."),
        jwt: vaultJwt
            .optional()
            .describe(
                "For a Vault that cannot reach the API server: it checks the signature of the cluster's tokens itself. Default: it asks the API server.",
            ),
    })
    .describe("The Vault that keeps the passwords: an existing one, HCP Vault, or one in the cluster.");

export const externalSecretsSchema = z
    .strictObject({
        operator: z
            .enum(["red-hat", "community"])
            .default("red-hat")
            .describe(
                "`red-hat` is installed by OLM. `community` comes of its own chart (version 0.17 or later): installed from `manifests`, or there already and only checked. Never both in one cluster. Default red-hat.",
            ),
        namespace: dnsLabel
            .default("external-secrets")
            .describe("Namespace of its controllers; that of `red-hat` is fixed. Default external-secrets."),
        manifests: z
            .string()
            .min(1)
            .optional()
            .describe(
                "File of the rendered chart, which the stack installs, with its path from the folder of Pulumi.yaml; docs/identity.md says how to render it. Only with `community`. Default: it is there already.",
            ),
    })
    .prefault({})
    .describe("External Secrets, which copies from Vault into the cluster.");

const clientSecret = z
    .strictObject({
        secret: dnsLabel.optional().describe("Secret in openshift-config with key clientSecret. Default: none."),
        vault: z
            .strictObject({
                path: vaultPath.describe("Path of the secret, below the mount."),
                property: z.string().min(1).default("clientSecret").describe("Its field. Default clientSecret."),
            })
            .optional()
            .describe("Read from Vault instead; somebody else has put it there. Default: none."),
    })
    .refine(({ secret, vault: from }) => (secret === undefined) !== (from === undefined), {
        error: "expected exactly one of secret and vault",
    });

const claim = z.array(z.string().min(1)).min(1);
const authority = dnsLabel.optional().describe("ConfigMap in openshift-config with key ca.crt. Default: public authorities.");
const mappingMethod = z.enum(["claim", "add", "lookup"]).default("claim").describe("As that of `provider`. Default claim.");

/** Keycloak or another OpenID provider. */
const openId = z.strictObject({
    name: identityProviderName,
    mappingMethod,
    issuer: httpsUrl.describe(
        "Its issuer, as it stands in its tokens. The cluster must reach its discovery page: otherwise no provider changes.",
    ),
    clientId: z.string().min(1).describe("Client that is registered for the cluster."),
    clientSecret: clientSecret.describe("Where its secret is; it never stands here."),
    ca: authority,
    claims: z
        .strictObject({
            preferredUsername: claim.default(["preferred_username"]).describe("Name of the user. Default [preferred_username]."),
            name: claim.default(["name"]).describe("Name that is shown. Default [name]."),
            email: claim.default(["email"]).describe("Address. Default [email]."),
            groups: claim
                .optional()
                .describe("Groups of the user, which OpenShift then makes and fills at each login. Default: none."),
        })
        .prefault({})
        .describe("Claims of the token."),
    extraScopes: z.array(z.string().min(1)).default([]).describe("Scopes that are asked for beside openid. Default: none."),
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
            .describe("Host, base, attribute of the name and filter."),
        insecure: z.boolean().default(false).describe("Without TLS; only with ldap://. Default false."),
        bindDN: z.string().min(1).optional().describe("Who searches. Default: anybody may."),
        bindSecret: dnsLabel.optional().describe("Secret in openshift-config with key bindPassword. Default: none."),
        ca: authority,
        attributes: z
            .strictObject({
                id: claim.default(["dn"]).describe("What identifies a user. Default [dn]."),
                preferredUsername: claim.default(["uid"]).describe("Name of the user. Default [uid]."),
                name: claim.default(["cn"]).describe("Name that is shown. Default [cn]."),
                email: claim.default(["mail"]).describe("Address. Default [mail]."),
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
    group: groupName.default("platform-admins").describe("OpenShift group that is made for them. Default platform-admins."),
    users: z.array(z.string().min(1).max(253)).min(1).describe("Their names at login."),
});

export const identitySchema = z
    .strictObject({
        users: z.array(userSchema).default([]).describe("Users and their tiers. A user has one tier."),
        usersFile: z
            .string()
            .min(1)
            .optional()
            .describe(
                "File with further users, a line `name,tier` each; its path is from the folder of Pulumi.yaml. For thousands: an engine takes settings of 128 KiB at most. Default: none.",
            ),
        groups: z
            .enum(["made", "shared", "existing"])
            .default("made")
            .describe(
                "The Groups of the tiers. `made`: with exactly these users. `shared`: with these users to begin with, and whoever changes the members later is left alone. `existing`: none is made, since an LDAP sync or the claims of a provider do. Default made.",
            ),
        store: z
            .enum(["none", "vault", "kubernetes"])
            .default("none")
            .describe(
                "Where the passwords of the users are kept. `none`: they log in already, no password is made. `vault`: made, kept in Vault and brought to the login page by External Secrets. `kubernetes`: the same in Secrets of the cluster, for trials; refused in production. Default none.",
            ),
        provider,
        vault: vault.optional(),
        externalSecrets: externalSecretsSchema,
        openid: z
            .array(openId)
            .default([])
            .describe(
                "OpenID providers (Keycloak, Entra ID, Okta) to log in by, beside what is configured already. Default: none.",
            ),
        ldap: z
            .array(ldap)
            .default([])
            .describe("LDAP directories to log in by, beside what is configured already. Default: none."),
        admins: admins
            .optional()
            .describe(
                "Users who may do everything. The policy pack must list the group, too (`few-cluster-admins`). Default: none.",
            ),
        kubeadmin: z
            .enum(["keep", "remove"])
            .default("keep")
            .describe(
                "`remove` deletes the installer's account, for ever, once another cluster-admin has logged in. Keep the installer's kubeconfig. Default keep.",
            ),
    })
    .prefault({})
    .describe("Users.");

export type UserSettings = z.output<typeof userSchema>;
export type IdentitySettings = z.output<typeof identitySchema>;
export type VaultSettings = z.output<typeof vault>;
export type VaultInstallSettings = z.output<typeof vaultInstall>;
