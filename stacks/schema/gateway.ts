/** `gateway`: where requests come in. */
import { z } from "zod";

import { dnsLabel, hostname } from "../../kinds/common";
import { inferenceGatewaySchema, issuerSchema } from "./inferenceGateway";

const additionalHost = z.strictObject({
    host: hostname.describe("Its name, e.g. inference.maas.<domain>."),
    certificateSecret: dnsLabel
        .optional()
        .describe(
            "TLS Secret in openshift-ingress that is valid for it. Default: the certificate of the gateway, which with `issuer` names all hosts.",
        ),
});

const loadBalancer = z.strictObject({
    hostedZoneId: z
        .string()
        .regex(/^Z[A-Z0-9]{5,31}$/, "expected the id of a hosted zone of Route 53, such as Z0123456789ABCDEFGHIJ")
        .optional()
        .describe("Hosted zone of Route 53 that gets a record for each host. Default: DNS is somebody else's to set."),
    internal: z.boolean().default(false).describe("Whether it is reached from the VPC alone. Default false."),
});

export const gatewaySchema = z
    .strictObject({
        exposure: z
            .enum(["passthrough", "reencrypt", "loadBalancer"])
            .default("passthrough")
            .describe(
                "passthrough: behind the router, which passes TLS on. reencrypt: the router ends TLS with its own certificate and speaks to the gateway with one of the cluster's service CA. loadBalancer: an AWS load balancer of its own. Default passthrough.",
            ),
        loadBalancer: loadBalancer.optional().describe("How it is, when exposure is loadBalancer."),
        additionalHosts: z
            .array(additionalHost)
            .max(32)
            .default([])
            .describe("Further names, each with a listener and, behind the router, a Route of its own. Default: none."),
        certificateSecret: dnsLabel
            .optional()
            .describe(
                "TLS Secret in openshift-ingress that is valid for maas.<domain>. Default: the certificate of the routes (`certificates`), else the router's own; with `issuer` maas-gateway-tls.",
            ),
        issuer: issuerSchema
            .optional()
            .describe(
                "Who signs a certificate of its own for all its hosts, e.g. a private CA. The dashboard must trust it (openshiftAi.trustedCa). Default: an existing one is used.",
            ),
        allowedRoutes: z
            .enum(["namespaces", "label"])
            .default("namespaces")
            .describe(
                'From where routes may attach. namespaces: those of the platform, by name. label: all with maas.opendatahub.io/gateway-access: "true", which the platform\'s get. Default namespaces.',
            ),
        replicas: z
            .number()
            .int()
            .min(1)
            .max(50)
            .optional()
            .describe("Copies of its proxy (Envoy). Default: one, as Istio has it."),
        inference: inferenceGatewaySchema.optional(),
    })
    .prefault({})
    .describe("Where requests come in: https://maas.<domain>.");

export type GatewaySettings = z.output<typeof gatewaySchema>;
