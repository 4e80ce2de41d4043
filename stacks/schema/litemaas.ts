/** `litemaas`: a self-service portal with virtual keys and budgets in front of models, on LiteLLM. */
import { z } from "zod";

import { dnsLabel } from "../../kinds/common";
import { pinnedImage } from "./fields";
import { benchmarkSchema } from "./litemaasBenchmark";
import { backupSchema, databaseSchema, gatewayKeySchema, guardrailsSchema, mcpSchema, redisSchema } from "./litemaasData";
import { digestImage, hostPrefix, resources } from "./litemaasFields";
import { litemaasModelSchema } from "./litemaasModels";
import { portalSchema } from "./litemaasPortal";
import { workshopSchema } from "./workshops";

const proxySchema = z.strictObject({
    image: digestImage.describe(
        "Image of the LiteLLM proxy, by digest; the program knows none, so it has no default. Releases 1.82.7 and 1.82.8 were poisoned and are refused.",
    ),
    replicas: z.number().int().min(1).max(20).default(3).describe("Number of proxies. Default 3."),
    host: hostPrefix.default("litellm").describe("First label of the host of the API, below the apps domain. Default litellm."),
    timeoutSeconds: z
        .number()
        .int()
        .min(30)
        .max(3600)
        .default(600)
        .describe("Time that a request may take, in seconds, at the proxy and at its Route. Default 600."),
    connections: z
        .number()
        .int()
        .min(1)
        .max(100)
        .default(10)
        .describe("Connections of each proxy to the database. Default 10, as LiteLLM's own."),
    secrets: z
        .array(dnsLabel)
        .default([])
        .describe(
            "Secrets in the namespace whose keys become environment variables of the proxies: keys of providers, which `litemaas.models[].endpoints[].keyVariable` names. The program refers to them and never writes them. Default: none.",
        ),
    files: z
        .array(
            z.strictObject({
                secret: dnsLabel.describe("Name of the Secret in the namespace."),
                path: z
                    .string()
                    .regex(/^\/etc\/[a-z0-9-]+$/, "expected a folder such as /etc/vertex-credentials")
                    .describe("Folder in which the proxies see its keys as files."),
            }),
        )
        .default([])
        .describe("Secrets that the proxies see as files, such as service account keys of Vertex AI. Default: none."),
    licenseSecret: dnsLabel
        .optional()
        .describe("Secret in the namespace whose key LITELLM_LICENSE holds a license of LiteLLM. Default: none."),
    routing: z
        .strictObject({
            strategy: z
                .enum(["simple-shuffle", "least-busy", "usage-based-routing-v2", "latency-based-routing", "cost-based-routing"])
                .default("simple-shuffle")
                .describe(
                    "How the endpoints of one name share requests. simple-shuffle follows their weights and limits. Default simple-shuffle.",
                ),
            retries: z.number().int().min(0).max(10).default(3).describe("Further attempts after a failure. Default 3."),
            retryAfterSeconds: z.number().int().min(0).max(60).default(5).describe("Seconds between attempts. Default 5."),
            allowedFails: z
                .number()
                .int()
                .min(0)
                .max(100)
                .default(2)
                .describe("Failures of an endpoint in a minute before it is left out. Default 2."),
            cooldownSeconds: z
                .number()
                .int()
                .min(1)
                .max(3600)
                .default(60)
                .describe("How long an endpoint that fails is left out, in seconds. Default 60."),
        })
        .prefault({})
        .describe("Routing between endpoints. Redis shares its state between the proxies."),
    resources: resources({ cpu: "500m", memory: "1Gi" }, { cpu: "2", memory: "4Gi" }),
});

export const litemaasSchema = z
    .strictObject({
        namespace: dnsLabel
            .max(50)
            .default("litemaas")
            .describe("Namespace of the portal, the proxies and their databases. Default litemaas."),
        proxy: proxySchema.describe("The LiteLLM proxy: one OpenAI-compatible endpoint for all models."),
        portal: portalSchema,
        database: databaseSchema,
        redis: redisSchema,
        models: z
            .array(litemaasModelSchema)
            .default([])
            .describe("Models that the proxies offer, each with its endpoints. Default: the services of `predictive`."),
        workshops: z
            .array(workshopSchema)
            .default([])
            .describe("Workshops whose participants get a key each, until an end. Default: none."),
        registerServices: z
            .boolean()
            .default(true)
            .describe(
                "Whether each service of `predictive` that no entry of `models` names is published under its own name. Default true.",
            ),
        gatewayKey: gatewayKeySchema,
        guardrails: guardrailsSchema,
        mcp: mcpSchema,
        backup: backupSchema,
        benchmark: benchmarkSchema,
        metrics: z
            .boolean()
            .default(true)
            .describe("Whether Prometheus of user workloads scrapes the proxies and the services of `predictive`. Default true."),
        jobsImage: pinnedImage
            .default("registry.redhat.io/devspaces/udi-rhel9:3.25.0")
            .describe(
                "Image of the Jobs that keep models and keys in line: it must contain Node.js 18 or later and bash. Default registry.redhat.io/devspaces/udi-rhel9:3.25.0.",
            ),
        secretStore: z
            .enum(["cluster", "vault"])
            .default("cluster")
            .describe(
                "Where the generated secrets and the keys of workshops are kept. `cluster`: in Secrets. `vault`: in the Vault of `identity.vault` as well, to which External Secrets copies these Secrets, below <prefix>/litemaas. Default cluster.",
            ),
        removal: z
            .enum(["keep", "delete"])
            .default("keep")
            .describe(
                "What `pulumi destroy` does with the data. `keep`: the namespace stays with the volume of the databases and with the Secret of the keys, and the next `up` continues with both. `delete`: the namespace is deleted; run `up` with it before `destroy`. Default keep.",
            ),
    })
    .optional()
    .describe(
        "LiteMaaS: a portal where users subscribe to models and make keys, in front of LiteLLM. Independent of `tiers`. Default: none.",
    );

export type LitemaasSettings = NonNullable<z.output<typeof litemaasSchema>>;
