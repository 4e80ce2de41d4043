/** `gateway`: the gateways of models. */
import { z } from "zod";

import { dnsLabel, hostname } from "../../kinds/common";
import { gatewayClasses } from "../../catalogue/gatewayClasses";
import { cpuAndMemory } from "./servedModel";
import { hostedZoneId, inferenceGatewaySchema, issuerSchema } from "./inferenceGateway";

const additionalHost = z.strictObject({
    host: hostname.describe("Host name, e.g. inference.maas.<domain>."),
    certificateSecret: dnsLabel
        .optional()
        .describe(
            "TLS Secret in openshift-ingress that is valid for it. Default: the certificate of the gateway, which with `issuer` names all hosts.",
        ),
});

const loadBalancer = z.strictObject({
    hostedZoneId: hostedZoneId
        .optional()
        .describe(
            "Hosted zone of Route 53 that gets a record for each host. Default: none; OpenShift itself writes the records of hosts below the cluster's base domain, and one of ours in the same zone would be refused.",
        ),
    internal: z.boolean().default(false).describe("Whether it is reachable from the VPC only. Default false."),
});

export const gatewaySchema = z
    .strictObject({
        exposure: z
            .enum(["passthrough", "reencrypt", "loadBalancer"])
            .default("passthrough")
            .describe(
                "passthrough: a Route that passes TLS through. reencrypt: the router terminates TLS with its own certificate and connects to the gateway with a certificate of the cluster's service CA. loadBalancer: an AWS load balancer. Default passthrough.",
            ),
        loadBalancer: loadBalancer.optional().describe("The load balancer, if exposure is loadBalancer."),
        additionalHosts: z
            .array(additionalHost)
            .max(32)
            .default([])
            .describe("Additional host names, each with its own listener and, behind the router, its own Route. Default: none."),
        certificateSecret: dnsLabel
            .optional()
            .describe(
                "TLS Secret in openshift-ingress that is valid for maas.<domain>. Default: the certificate of the routes (`certificates`), else the router's own; with `issuer` maas-gateway-tls.",
            ),
        issuer: issuerSchema
            .optional()
            .describe(
                "Issuer of a certificate for all hosts of the gateway, e.g. a private CA. OpenShift AI is told to trust its authority, unless openshiftAi.trustedCa.managed is false. Default: an existing certificate.",
            ),
        allowedRoutes: z
            .enum(["namespaces", "label", "all"])
            .default("namespaces")
            .describe(
                'Namespaces whose routes may attach. namespaces: those of the platform, by name. label: all with maas.opendatahub.io/gateway-access: "true", which the platform\'s namespaces get. all: every namespace, which the policies of production refuse. Default namespaces.',
            ),
        className: z
            .enum(gatewayClasses)
            .default("openshift-default")
            .describe(
                "GatewayClass of the gateway. openshift-default: created by the program. data-science-gateway-class: that of OpenShift AI's own gateway, which its operator creates. Default openshift-default.",
            ),
        hostnames: z
            .boolean()
            .default(true)
            .describe(
                "Whether each host has a listener of its own, which answers that host alone. false: one listener answers every host that the Routes lead to it, with one certificate. From 3.5 on they are required. Default true.",
            ),
        replicas: z
            .number()
            .int()
            .min(1)
            .max(50)
            .optional()
            .describe("Replicas of its proxy (Envoy). Default: Istio's default, 1."),
        memoryGiB: z
            .number()
            .int()
            .min(1)
            .max(64)
            .optional()
            .describe("Memory limit of each of them in GiB; Connectivity Link 1.4 needs 2. Default: OpenShift's default, 1."),
        cpu: z
            .number()
            .min(0.1)
            .max(64)
            .optional()
            .describe("CPU limit of each of them in cores. Default: OpenShift's default, 2."),
        requests: cpuAndMemory
            .optional()
            .describe("CPU and memory requests of each of them. Default: OpenShift's default, 100m and 128Mi."),
        traces: z
            .boolean()
            .default(true)
            .describe(
                "Whether the gateways, that of llm-d and those of tenants too, send a span of each request where the stack has traces (`observability.traces`, else those of `openshiftAi.monitoring`). Default true.",
            ),
        inference: inferenceGatewaySchema.optional(),
    })
    .prefault({})
    .describe("The gateway of Models-as-a-Service: https://maas.<domain>.");

export type GatewaySettings = z.output<typeof gatewaySchema>;
