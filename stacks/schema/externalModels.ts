/** `externalModels`: models of external providers, published like models of the cluster. */
import { z } from "zod";

import { dnsLabel, httpsUrl } from "../../kinds/common";
import { providerHost } from "../../kinds/maas.opendatahub.io";

const providerSchema = z.strictObject({
    provider: z
        .string()
        .min(1)
        .max(63)
        .describe("Type of the provider's API: openai, anthropic, azure-openai, vertex-openai, bedrock-openai."),
    endpoint: providerHost.describe("Host of the API, without scheme and path: api.openai.com."),
    targetModel: z.string().min(1).max(253).describe("Name of the model at the provider."),
    secret: dnsLabel.describe(
        "Secret in the namespace of the models whose key api-key holds the provider's key. The program refers to it and never writes it.",
    ),
    weight: z
        .number()
        .int()
        .min(0)
        .max(100)
        .optional()
        .describe("Share of the requests, relative to the other providers. From 3.5 on. Default 1."),
    apiFormat: z
        .string()
        .min(1)
        .max(63)
        .optional()
        .describe("Format of the API; tokens are counted for openai-chat only. From 3.5 on. Default openai-chat."),
    path: z
        .string()
        .max(512)
        .regex(/^\//, "expected a path that begins with /, such as /v1")
        .optional()
        .describe("Path of the API. From 3.5 on. Default /v1/chat/completions."),
    auth: z
        .enum(["apikey", "simple", "sigv4", "oauth2"])
        .optional()
        .describe("Authentication at the provider. From 3.5 on. Default apikey."),
    config: z
        .record(z.string(), z.string())
        .optional()
        .describe("Additional parameters of the API: project, region. From 3.5 on. Default: none."),
    port: z.number().int().min(1).max(65_535).optional().describe("Port of the API. On 3.4. Default 443."),
    tls: z.boolean().optional().describe("Whether to use TLS; without TLS, the key is sent unencrypted. On 3.4. Default true."),
});

export const externalModelSchema = z.strictObject({
    name: dnsLabel.describe("Name of the model in tiers."),
    displayName: z.string().min(1).optional().describe("Name in the dashboard. Default: the name."),
    description: z.string().min(1).optional().describe("Description in the dashboard. Default: none."),
    endpointOverride: httpsUrl
        .optional()
        .describe(
            "Address that lists of models show for it, where callers reach it by another than the gateway's. From 3.4 on. Default: the gateway's.",
        ),
    providers: z
        .array(providerSchema)
        .min(1)
        .max(64)
        .describe("Providers that serve it: one on 3.4; from 3.5 on several, which share requests by weight."),
});

export type ExternalModelSettings = z.output<typeof externalModelSchema>;
