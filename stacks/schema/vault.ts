/** `identity.vault`: the Vault that stores the passwords. */
import { z } from "zod";

import { dnsLabel, hostname, httpsUrl } from "../../kinds/common";

/** A path in Vault below a mount. */
export const vaultPath = z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/, "expected a path such as team/keycloak, without / at either end");

const publicKey = z
    .string()
    .regex(/^-----BEGIN [A-Z ]*PUBLIC KEY-----\s/, "expected a public key in PEM, which begins with -----BEGIN PUBLIC KEY-----");

const kmsSeal = z
    .strictObject({
        kmsKeyId: z
            .string()
            .regex(/^[A-Za-z0-9:/_-]+$/, "expected the id, ARN or alias of a KMS key, such as alias/vault-unseal")
            .describe("KMS key that unseals Vault. Without it, all data in Vault is lost."),
        region: z
            .string()
            .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "expected a region such as us-east-2")
            .describe("Region of the key."),
        roleArn: z
            .string()
            .regex(
                /^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/,
                "expected the ARN of an IAM role such as arn:aws:iam::123456789012:role/vault-unseal",
            )
            .optional()
            .describe(
                "IAM role of the pods, on a cluster with AWS STS: kms:Encrypt, kms:Decrypt and kms:DescribeKey on the key. Default: the role of the node.",
            ),
    })
    .describe("AWS KMS unseals Vault after each start.");

/** A Vault that this stack installs. A person must initialize it, and gets its keys once. */
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
        .describe(
            "Size in GiB of each pod's volume; a larger size enlarges existing volumes. Volumes remain after a destroy. Default 10.",
        ),
    storageClass: dnsLabel
        .default("gp3-csi")
        .describe("StorageClass of new volumes; existing ones keep theirs. Default gp3-csi."),
    image: z
        .string()
        .regex(/^[a-z0-9][^\s@]*[:@][^\s]+$/, "expected an image with a tag or digest, such as docker.io/hashicorp/vault:2.0.4")
        .default("registry.connect.redhat.com/hashicorp/vault:2.0.4-ubi")
        .describe("Image of Vault. Default registry.connect.redhat.com/hashicorp/vault:2.0.4-ubi."),
    host: hostname.optional().describe("Host name of its Route. Default: vault.<apps domain>."),
    seal: z
        .union([z.literal("shares"), kmsSeal], { error: 'expected a KMS key (kmsKeyId, region), or "shares" for a trial' })
        .describe(
            'What unseals Vault after each start: a KMS key of AWS, or "shares": a person, pod by pod, with shares of the key that its initialization prints. That is for trials, and refused in production.',
        ),
});

/** The keys by which a Vault that cannot reach the API server verifies logins. */
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

export const vaultSchema = z
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
                    .regex(
                        /^-----BEGIN CERTIFICATE-----\s/,
                        "expected certificates in PEM, each between -----BEGIN CERTIFICATE----- and -----END CERTIFICATE-----",
                    )
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

export type VaultSettings = z.output<typeof vaultSchema>;
export type VaultInstallSettings = z.output<typeof vaultInstall>;
