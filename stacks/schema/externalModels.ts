/** `externalModels`: models of providers elsewhere, published beside those of the cluster. */
import { z } from "zod";

import { dnsLabel } from "../../kinds/common";
import { providerHost } from "../../kinds/maas.opendatahub.io";

const providerSchema = z.strictObject({
    provider: z
        .string()
        .min(1)
        .max(63)
        .describe("Whose API it is: openai, anthropic, azure-openai, vertex-openai, bedrock-openai."),
    endpoint: providerHost.describe("Host of the API, without scheme and path: api.openai.com."),
    targetModel: z.string().min(1).max(253).describe("Name of the model there."),
    secret: dnsLabel.describe(
        "Secret in the namespace of the models whose key api-key holds the provider's key. It is named here, never written.",
    ),
    weight: z
        .number()
        .int()
        .min(0)
        .max(100)
        .optional()
        .describe("Its share of the requests beside the other providers. From 3.5 on. Default 1."),
    apiFormat: z
        .string()
        .min(1)
        .max(63)
        .optional()
        .describe("Form of its API; tokens are counted for openai-chat alone. From 3.5 on. Default openai-chat."),
    path: z
        .string()
        .max(512)
        .regex(/^\//, "expected a path that begins with /")
        .optional()
        .describe("Path of its API. From 3.5 on. Default /v1/chat/completions."),
    auth: z.enum(["apikey", "simple", "sigv4", "oauth2"]).optional().describe("How it is called. From 3.5 on. Default apikey."),
    config: z
        .record(z.string(), z.string())
        .optional()
        .describe("What its API needs beside: project, region. From 3.5 on. Default: nothing."),
    port: z.number().int().min(1).max(65_535).optional().describe("Port of the API. On 3.4. Default 443."),
    tls: z
        .boolean()
        .optional()
        .describe("Whether it is called with TLS; without, the key travels in the clear. On 3.4. Default true."),
});

export const externalModelSchema = z.strictObject({
    name: dnsLabel.describe("Name, as tiers refer to it."),
    displayName: z.string().min(1).optional().describe("Name in the dashboard. Default: the name."),
    description: z.string().min(1).optional().describe("What it is, in the dashboard. Default: nothing."),
    providers: z
        .array(providerSchema)
        .min(1)
        .max(64)
        .describe("Who serves it. One on 3.4; from 3.5 on several share its requests by weight."),
});

export type ExternalModelSettings = z.output<typeof externalModelSchema>;
