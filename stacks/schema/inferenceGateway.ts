/** `gateway.inference`: the gateway of models that no tier names. */
import { z } from "zod";

import { dnsLabel, hostname } from "../../kinds/common";

/** A hosted zone of Route 53, by its id. */
export const hostedZoneId = z
    .string()
    .regex(/^Z[A-Z0-9]{5,31}$/, "expected the id of a hosted zone of Route 53, such as Z0123456789ABCDEFGHIJ");

export const issuerSchema = z
    .strictObject({
        kind: z
            .enum(["ClusterIssuer", "Issuer", "selfSigned"])
            .default("ClusterIssuer")
            .describe(
                "Kind of the issuer: an existing ClusterIssuer, an existing Issuer in openshift-ingress, or selfSigned. Default ClusterIssuer.",
            ),
        name: dnsLabel.optional().describe("Name of the issuer, e.g. local-ca. Leave out for selfSigned."),
    })
    .refine((issuer) => (issuer.kind === "selfSigned") === (issuer.name === undefined), {
        path: ["name"],
        error: (issue) =>
            (issue.input as { kind?: string }).kind === "selfSigned"
                ? "applies only to ClusterIssuer and Issuer; expected no value with selfSigned"
                : "is missing; expected the name of the issuer",
    });

export const inferenceGatewaySchema = z
    .strictObject({
        exposure: z
            .enum(["route", "loadBalancer"])
            .default("route")
            .describe("route: a passthrough Route. loadBalancer: an AWS load balancer. Default route."),
        hostedZoneId: hostedZoneId
            .optional()
            .describe(
                "Hosted zone of Route 53 that gets a record for the host of the load balancer. Default: none; OpenShift itself writes the record of a host below the cluster's base domain.",
            ),
        host: hostname.optional().describe("Its host. Default: inference.<domain>."),
        certificateSecret: dnsLabel
            .optional()
            .describe(
                "TLS Secret in openshift-ingress that is valid for the host and exists. Default: the router's wildcard certificate, or with issuer openshift-ai-inference-tls.",
            ),
        issuer: issuerSchema.optional().describe("Issuer of a certificate for this gateway. Default: an existing certificate."),
        models: z
            .enum(["untiered", "all"])
            .default("untiered")
            .describe(
                "Models that are attached to it. untiered: those that no tier names. all: those of tiers too, beside the gateway of Models-as-a-Service: callers need their keys here as well, token limits count both gateways together, request limits each by itself. Only in release 3.4, whose policies are on the route of a model. Default untiered.",
            ),
        authentication: z
            .boolean()
            .default(true)
            .describe(
                "Whether callers of models that no tier names need a token of the cluster that may read the model's service. Default true.",
            ),
    })
    .refine((gateway) => gateway.exposure === "loadBalancer" || gateway.hostedZoneId === undefined, {
        path: ["hostedZoneId"],
        error: "is for exposure loadBalancer; a Route needs no record",
    })
    .refine((gateway) => !(gateway.exposure === "loadBalancer" && gateway.issuer !== undefined), {
        path: ["issuer"],
        error: "applies only to exposure route; a load balancer needs an existing certificate (certificateSecret)",
    })
    .describe(
        "The gateway of llm-d, for models that no tier names, and with `models: all` for those of tiers too. Default: there is none.",
    );

export type InferenceGatewaySettings = z.output<typeof inferenceGatewaySchema>;
