/** `tenant` and `tenants`: the default tenant of Models-as-a-Service, and from 3.5 on additional ones. */
import { z } from "zod";

import { dnsLabel, hostname } from "../../kinds/common";

const telemetrySchema = z
    .strictObject({
        user: z
            .boolean()
            .default(false)
            .describe(
                "Whether metrics have a label for the user, which the usage dashboard needs; this is personal data. Default false.",
            ),
        group: z
            .boolean()
            .default(false)
            .describe(
                "Whether metrics have a label for the groups, which creates many series; releases 3.4 and 3.5 read it from a property that their filter does not set, so that it stays empty. Default false.",
            ),
        organization: z
            .boolean()
            .default(true)
            .describe("Whether metrics have a label for the organization of a tier. Default true."),
        model: z.boolean().default(true).describe("Whether metrics have a label for the model. Default true."),
    })
    .describe("Metrics of usage.");

const oidcSchema = z.strictObject({
    issuerUrl: z
        .string()
        .max(2048)
        .regex(/^https:\/\/\S+$/, "expected an https URL such as https://id.example.com/realms/maas")
        .describe("URL of the identity provider, which serves /.well-known/openid-configuration there."),
    clientId: z
        .string()
        .max(256)
        .regex(/^\S+$/, "expected a name without spaces, such as maas-portal")
        .describe("Client whose tokens are accepted: the value of azp, and on 3.4 of aud."),
    ttlSeconds: z
        .number()
        .int()
        .min(30)
        .max(86_400)
        .optional()
        .describe("Time for which the provider's keys are cached, in seconds. Default 300."),
});

const common = {
    keyDays: z
        .number()
        .int()
        .min(1)
        .max(3650)
        .optional()
        .describe("Maximum and default lifetime of an API key, in days. Default 90."),
    oidc: oidcSchema
        .optional()
        .describe(
            "An identity provider whose tokens may create API keys, in addition to the cluster's tokens; its groups select tiers. Default: none.",
        ),
    telemetry: telemetrySchema
        .optional()
        .describe(
            "Metrics of usage, by tier. Default: by tier, organization and model where the stack has `observability` or a tier has a cost, else none.",
        ),
};

export const tenantSchema = z
    .strictObject({
        ...common,
        usageLogging: z
            .boolean()
            .optional()
            .describe(
                "Whether each call of the product's own tenant is logged for usage pages, with user, key, model and tokens. From 3.5 on. Installs the OpenTelemetry operator. Logs are kept by a LokiStack `usage`, which you bring with its operator and a bucket (docs/dashboards.md#usage-logs-of-35); until then they are dropped. Default false.",
            ),
    })
    .prefault({})
    .describe("Models-as-a-Service as a whole.");

export const tenantsSchema = z
    .array(
        z.strictObject({
            name: dnsLabel.max(41).describe("Name of the tenant, of its gateway, and of its namespace ai-tenant-<name>."),
            host: hostname.optional().describe("Its host. Default: <name>-maas.<domain>."),
            certificateSecret: dnsLabel
                .optional()
                .describe("TLS Secret in openshift-ingress that is valid for its host. Default: that of the gateway."),
            admins: z
                .array(z.string().min(1))
                .default([])
                .describe("Groups that manage its tiers. Default: only the cluster's administrators."),
            ...common,
        }),
    )
    .default([])
    .describe(
        "Additional tenants, each with its own gateway, API, keys and tiers (`tiers[].tenant`). From 3.5 on, as a technology preview. Default: none.",
    );

export type TenantSettings = z.output<typeof tenantSchema>;
export type FurtherTenantSettings = z.output<typeof tenantsSchema>[number];
