/** Certificates: who issues them, and for which names. */
import { z } from "zod";

import { dnsLabel, hostname, text } from "./common";
import { defineKind } from "./kind";
import { condition } from "./readiness";

const secretKey = z.strictObject({ name: dnsLabel, key: z.string().min(1) });

const route53Region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "expected an AWS region such as us-east-2");

/** The login that answers a DNS-01 challenge in Route 53: a key that a Secret holds, or a role that a ServiceAccount assumes. */
const route53 = z.union([
    z.strictObject({
        region: route53Region,
        hostedZoneID: z.string().min(1).optional(),
        accessKeyIDSecretRef: secretKey,
        secretAccessKeySecretRef: secretKey,
    }),
    z.strictObject({
        region: route53Region,
        hostedZoneID: z.string().min(1).optional(),
        role: z.string().min(1),
        auth: z.strictObject({
            kubernetes: z.strictObject({
                serviceAccountRef: z.strictObject({ name: dnsLabel, audiences: z.array(z.string().min(1)).min(1) }),
            }),
        }),
    }),
]);

const acme = z.strictObject({
    server: text<`https://${string}`>(/^https:\/\/\S+$/, "the https:// address of an ACME directory"),
    email: z.string().optional(),
    privateKeySecretRef: z.strictObject({ name: dnsLabel }),
    solvers: z.array(z.strictObject({ dns01: z.strictObject({ route53 }) })).min(1),
});

/** An authority that signs certificates for every namespace. Its own Secrets are in namespace cert-manager. */
export const ClusterIssuer = defineKind({
    apiVersion: "cert-manager.io/v1",
    kind: "ClusterIssuer",
    plural: "clusterissuers",
    scope: "Cluster",
    operator: "openshift-cert-manager-operator",
    body: z.strictObject({
        spec: z.union([
            z.strictObject({ acme }),
            z.strictObject({ ca: z.strictObject({ secretName: dnsLabel }) }),
            z.strictObject({ selfSigned: z.strictObject({}) }),
        ]),
    }),
    ready: [condition("Ready")],
    source: "docs/sources/openshift.md#issued-certificates, #private-authority, docs/sources/aws.md#route-53",
});

/** An authority that signs certificates of its namespace. */
export const Issuer = defineKind({
    apiVersion: "cert-manager.io/v1",
    kind: "Issuer",
    plural: "issuers",
    scope: "Namespaced",
    operator: "openshift-cert-manager-operator",
    body: z.strictObject({
        spec: z.union([
            z.strictObject({ ca: z.strictObject({ secretName: dnsLabel }) }),
            z.strictObject({ selfSigned: z.strictObject({}) }),
        ]),
    }),
    ready: [condition("Ready")],
    source: "docs/sources/gateways.md#gateway-of-llm-d",
});

/** Hours, as cert-manager writes them: `87600h`. */
const hours = text<`${number}h`>(/^[1-9][0-9]{0,6}h$/, "a number of hours such as 2160h");

/** A name that a certificate is valid for, with or without a wildcard in front. */
const certifiedName = z.union([
    hostname,
    z
        .string()
        .max(253)
        .regex(/^\*(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/, "expected *.<host name>"),
]);

/** A certificate that is issued, renewed, and kept in a TLS Secret. */
export const Certificate = defineKind({
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    plural: "certificates",
    scope: "Namespaced",
    operator: "openshift-cert-manager-operator",
    body: z.strictObject({
        spec: z.strictObject({
            secretName: dnsLabel,
            issuerRef: z.strictObject({
                name: dnsLabel,
                kind: z.enum(["Issuer", "ClusterIssuer"]),
                group: z.literal("cert-manager.io").optional(),
            }),
            isCA: z.boolean().optional(),
            // 64 characters are all that a common name may have.
            commonName: z.string().max(64).optional(),
            dnsNames: z.array(certifiedName).optional(),
            duration: hours.optional(),
            renewBefore: hours.optional(),
            privateKey: z
                .strictObject({
                    algorithm: z.enum(["RSA", "ECDSA", "Ed25519"]).optional(),
                    size: z.number().int().optional(),
                    rotationPolicy: z.enum(["Never", "Always"]).optional(),
                })
                .optional(),
        }),
    }),
    ready: [condition("Ready")],
    readyWithinMinutes: 15,
    source: "docs/sources/openshift.md#issued-certificates, #private-authority",
});
