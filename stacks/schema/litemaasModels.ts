/** `litemaas.models`: what the proxy of LiteMaaS offers, and the endpoints behind each name. */
import { z } from "zod";

/** Parameters that hold secrets, or that have a field of their own. */
const OWN_FIELD = ["model", "api_base", "api_key", "weight", "rpm", "tpm", "cooldown_time"];
const SECRET = /(^|_)(key|secret|password|token|credentials?)($|_)|access_key/;

/** Parameters whose names look like secrets, and which name files of the proxy. */
const FILES = ["vertex_credentials"];

const parameterName = z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/, "expected a parameter of LiteLLM, such as vertex_project")
    .refine((name) => !OWN_FIELD.includes(name), `expected the endpoint's own field for ${OWN_FIELD.join(", ")}`)
    .refine(
        (name) => FILES.includes(name) || !SECRET.test(name),
        "expected no secret: name the variable of the proxy with keyVariable",
    );

const endpointSchema = z
    .strictObject({
        predictive: z.string().min(1).optional().describe("Service of `predictive` of this stack."),
        model: z
            .string()
            .min(1)
            .optional()
            .describe("Model of `models` of this stack. `litemaas.gatewayKey` gives the key of its tier."),
        url: z
            .string()
            .regex(/^https?:\/\/[^\s@?#]+$/, "expected an address without credentials, such as https://host.example.com/v1")
            .optional()
            .describe("Address of an OpenAI-compatible API: of a provider, or of another cluster."),
        provider: z
            .string()
            .regex(/^[a-z0-9_]+$/, "expected a provider of LiteLLM, such as openai, hosted_vllm, vertex_ai or bedrock")
            .default("openai")
            .describe("LiteLLM's name of the provider. vertex_ai and bedrock need no url. Default openai."),
        servedName: z.string().min(1).max(253).optional().describe("Name of the model there. Default: the name of the model."),
        keyVariable: z
            .string()
            .regex(/^[A-Z][A-Z0-9_]*$/, "expected the name of an environment variable of the proxy, such as AZURE_API_KEY")
            .optional()
            .describe("Environment variable of the proxy that holds the key of the API. Default: none is sent."),
        params: z
            .record(parameterName, z.union([z.string(), z.number(), z.boolean()]))
            .default({})
            .describe("Further parameters of LiteLLM; no secrets. Default: none."),
        weight: z
            .number()
            .int()
            .min(1)
            .max(1000)
            .optional()
            .describe("Share of the requests, relative to the other endpoints. Default: equal shares."),
        requestsPerMinute: z
            .number()
            .int()
            .positive()
            .optional()
            .describe("Requests per minute that it takes. Default: no limit."),
        tokensPerMinute: z.number().int().positive().optional().describe("Tokens per minute that it takes. Default: no limit."),
        cooldownSeconds: z
            .number()
            .int()
            .min(1)
            .max(3600)
            .optional()
            .describe("Seconds without requests after it failed. Default: that of the proxy."),
    })
    .superRefine((endpoint, context) => {
        const named = (["predictive", "model", "url"] as const).filter((key) => endpoint[key] !== undefined);
        const cloud = ["vertex_ai", "bedrock", "sagemaker", "azure_ai"].includes(endpoint.provider);
        if (named.length > 1 || (named.length === 0 && !cloud)) {
            context.addIssue({
                code: "custom",
                message: `expected one of predictive, model and url${named.length > 1 ? `, got ${named.join(" and ")}` : ""}`,
            });
        }
    })
    .describe("Where the model is served.");

export const litemaasModelSchema = z
    .strictObject({
        name: z
            .string()
            .max(200)
            .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, "expected a name such as granite-3-2-8b-instruct")
            .describe("Name by which users call the model."),
        mode: z
            .enum(["chat", "completion", "embedding", "rerank", "audio_transcription", "image_generation"])
            .default("chat")
            .describe("What the model is for. Default chat."),
        contextLength: z
            .number()
            .int()
            .min(1)
            .optional()
            .describe("Tokens of its context, as the portal shows them. Default: none."),
        supports: z
            .array(
                z.enum([
                    "vision",
                    "function_calling",
                    "parallel_function_calling",
                    "tool_choice",
                    "embeddings",
                    "tokenize",
                    "convert",
                ]),
            )
            .default([])
            .describe("What the portal says that it can. Default: nothing."),
        inputPrice: z.number().min(0).max(10_000).default(0).describe("USD for a million tokens of input. Default 0."),
        outputPrice: z.number().min(0).max(10_000).default(0).describe("USD for a million tokens of output. Default 0."),
        fallbacks: z
            .array(z.string().min(1))
            .default([])
            .describe("Models that answer when none of the endpoints does, in this order. Default: none."),
        endpoints: z.array(endpointSchema).min(1).max(64).describe("Endpoints that share the requests."),
    })
    .describe("A model of the proxy.");

export type LitemaasModelSettings = z.output<typeof litemaasModelSchema>;
export type LitemaasEndpointSettings = LitemaasModelSettings["endpoints"][number];
