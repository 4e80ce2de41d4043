/** `certificates`: the certificates of the API server and the routes. */
import { z } from "zod";

import { dnsLabel, hostname } from "../../kinds/common";

const letsEncrypt = z
    .strictObject({
        environment: z
            .enum(["staging", "production"])
            .describe(
                "`staging` is for tests: clients do not trust its certificates. `production` limits the certificates per week for the same names.",
            ),
        stagingIssuer: z
            .boolean()
            .default(false)
            .describe(
                "Whether there is a ClusterIssuer letsencrypt-staging too, for certificates of your own trials. Default false.",
            ),
        email: z.email().optional().describe("Contact address of the Let's Encrypt account. Default: none."),
        hostedZoneId: z
            .string()
            .regex(/^Z[A-Z0-9]{5,31}$/, "expected the id of a Route 53 hosted zone such as Z0123456789ABCDEFGHIJ")
            .optional()
            .describe(
                "Public hosted zone of the cluster's domain; cert-manager may then change that zone only. Default: found by name.",
            ),
        oidcProvider: z
            .string()
            .regex(
                /^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/\S+$/,
                "expected the ARN of an IAM OIDC provider such as arn:aws:iam::123456789012:oidc-provider/oidc.example.com/abc",
            )
            .optional()
            .describe(
                "OIDC provider of a cluster that uses AWS STS: the program creates a role for cert-manager instead of a key. Default: OpenShift creates a key (credentials mode Mint).",
            ),
        credentialsSecret: dnsLabel
            .optional()
            .describe(
                "Secret in namespace cert-manager with aws_access_key_id and aws_secret_access_key, if neither Mint nor STS is available. Default: none.",
            ),
    })
    .refine((given) => given.oidcProvider === undefined || given.credentialsSecret === undefined, {
        path: ["credentialsSecret"],
        error: "excludes oidcProvider, because a role needs no key; expected one of the two",
    });

const privateCa = z.strictObject({
    bundle: dnsLabel
        .default("user-ca-bundle")
        .describe(
            "ConfigMap in openshift-config with the trusted authorities of the cluster; existing content remains. Default user-ca-bundle.",
        ),
    years: z.number().int().min(1).max(30).default(10).describe("Validity of the authority in years. Default 10."),
});

const existing = z
    .strictObject({
        apiServer: dnsLabel.optional().describe("TLS Secret in openshift-config, valid for the API's host name. Default: none."),
        ingress: dnsLabel.optional().describe("TLS Secret in openshift-ingress, valid for *.<apps domain>. Default: none."),
    })
    .refine((given) => given.apiServer !== undefined || given.ingress !== undefined, {
        error: "has no Secret; expected apiServer, ingress or both",
    });

export const certificatesSchema = z
    .strictObject({
        letsEncrypt: letsEncrypt
            .optional()
            .describe("Certificates of Let's Encrypt, with the DNS-01 challenge in Route 53. Default: not used."),
        privateCa: privateCa
            .optional()
            .describe("Certificates of a private authority, which the cluster then trusts. Default: not used."),
        existing: existing.optional().describe("Existing certificates, as TLS Secrets. Default: not used."),
        ownerReferences: z
            .boolean()
            .default(false)
            .describe(
                "Whether cert-manager deletes the Secret of a certificate together with its Certificate, for all certificates of the cluster. Default false: Secrets stay.",
            ),
        apiServer: z
            .boolean()
            .default(true)
            .describe("Whether the API server gets a certificate. Default true; with `existing`, if it names one."),
        ingress: z
            .boolean()
            .default(true)
            .describe("Whether the routes get a certificate. Default true; with `existing`, if it names one."),
        apiHostname: hostname
            .refine(
                (name) => !name.startsWith("api-int."),
                "the nodes use the certificate of api-int, which must not change; expected another host",
            )
            .optional()
            .describe("Host name of the API. Default: the apps domain with api in place of apps."),
    })
    .refine((given) => [given.letsEncrypt, given.privateCa, given.existing].filter((one) => one !== undefined).length === 1, {
        error: "expected exactly one of letsEncrypt, privateCa and existing",
    })
    .describe("Certificates of the API server and of the routes. Default: unchanged.");

export type CertificateSettings = z.output<typeof certificatesSchema>;
