/* eslint-disable max-lines -- one file for each API group */
/** KServe: models that are served. */
import { z } from "zod";

import { container, dnsLabel, excluding, podSpec, quantity, rising, since, stringMap, text, toleration } from "./common";
import { defineKind } from "./kind";
import { condition } from "./readiness";

const count = z.number().int().min(1);

/** Ranks of a model. `data` without all of them in one pod makes a group of pods; `dataLocal` comes with it. */
const parallelism = z
    .strictObject({
        tensor: count.optional(),
        pipeline: count.optional(),
        data: count.optional(),
        dataLocal: count.optional(),
        dataRPCPort: z.number().int().min(1).max(65535).optional(),
        expert: z.boolean().optional(),
    })
    .refine((p) => p.pipeline === undefined || p.data === undefined, {
        path: ["pipeline"],
        error: "excludes data: the webhook refuses both together",
    })
    .refine((p) => (p.data === undefined) === (p.dataLocal === undefined), {
        path: ["dataLocal"],
        error: "data and dataLocal come together",
    });

const pace = z.strictObject({
    stabilizationWindowSeconds: z.number().int().min(0).max(3600).optional(),
    selectPolicy: z.enum(["Max", "Min", "Disabled"]).optional(),
    policies: z
        .array(
            z.strictObject({
                type: z.enum(["Pods", "Percent"]),
                value: count,
                periodSeconds: z.number().int().min(1).max(1800),
            }),
        )
        .optional(),
});

/** Copies between two bounds, as the variant autoscaler asks for; KEDA or a HorizontalPodAutoscaler sees to it. */
const scaling = z
    .strictObject({
        minReplicas: count,
        maxReplicas: count,
        wva: z
            .strictObject({
                variantCost: text<`${number}`>(/^\d+(\.\d+)?$/, "a decimal number such as 10.0").optional(),
                hpa: z
                    .strictObject({
                        behavior: z.strictObject({ scaleUp: pace.optional(), scaleDown: pace.optional() }).optional(),
                    })
                    .optional(),
                // Without `advanced`: the rules of the CRD refuse every value of it.
                keda: z
                    .strictObject({
                        pollingInterval: count.optional(),
                        cooldownPeriod: z.number().int().min(0).optional(),
                        initialCooldownPeriod: z.number().int().min(0).optional(),
                        idleReplicaCount: count.optional(),
                        fallback: z
                            .strictObject({
                                failureThreshold: count,
                                replicas: count,
                                behavior: z
                                    .enum(["static", "currentReplicas", "currentReplicasIfHigher", "currentReplicasIfLower"])
                                    .optional(),
                            })
                            .optional(),
                    })
                    .optional(),
            })
            .refine((wva) => (wva.hpa === undefined) !== (wva.keda === undefined), { error: "expected one of hpa and keda" })
            .meta(excluding("hpa", "keda")),
    })
    .refine((s) => s.minReplicas <= s.maxReplicas, { path: ["minReplicas"], error: "is more than maxReplicas" })
    .refine((s) => (s.wva.keda?.idleReplicaCount ?? 0) < s.minReplicas, {
        path: ["wva", "keda", "idleReplicaCount"],
        error: "expected fewer than minReplicas",
    })
    .meta(rising("minReplicas", "maxReplicas"));

/** Pods that serve: one to a copy, or a leader and workers over several nodes. */
const workload = {
    replicas: z.number().int().min(0).optional(),
    scaling: scaling.optional(),
    parallelism: parallelism.optional(),
    labels: stringMap.optional(),
    annotations: stringMap.optional(),
    template: podSpec,
    worker: podSpec.optional(),
};

const grouped = (spec: { worker?: unknown; parallelism?: { pipeline?: unknown; data?: unknown } | undefined }): boolean =>
    spec.worker === undefined || spec.parallelism?.pipeline !== undefined || spec.parallelism?.data !== undefined;
const ungrouped = { path: ["worker"], error: "needs parallelism with pipeline or data: the webhook refuses it otherwise" };

type Scaled = { scaling?: unknown; replicas?: unknown; worker?: unknown };
const fixed = (spec: Scaled): boolean => spec.scaling === undefined || (spec.replicas === undefined && spec.worker === undefined);
const notFixed = { path: ["scaling"], error: "excludes replicas and worker: the API server refuses them together" };

/** The webhook refuses two means at once. */
const sameMeans = (spec: {
    scaling?: { wva: object } | undefined;
    prefill?: { scaling?: { wva: object } | undefined } | undefined;
}): boolean =>
    spec.scaling === undefined ||
    spec.prefill?.scaling === undefined ||
    "keda" in spec.scaling.wva === "keda" in spec.prefill.scaling.wva;

const plugin = z.strictObject({
    type: z.string().min(1),
    name: z.string().min(1).optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
});

/** The plugins by which the endpoint picker chooses; the API server takes anything here, so what is wrong would show in its log only. */
const endpointPickerConfig = z
    .strictObject({
        apiVersion: z.literal("inference.networking.x-k8s.io/v1alpha1"),
        kind: z.literal("EndpointPickerConfig"),
        featureGates: z.array(z.string()).optional(),
        plugins: z.array(plugin).min(1),
        schedulingProfiles: z
            .array(
                z.strictObject({
                    name: z.string().min(1),
                    plugins: z.array(z.strictObject({ pluginRef: z.string().min(1), weight: z.number().min(0).optional() })),
                }),
            )
            .min(1),
    })
    .superRefine((config, context) => {
        const declared = new Set(config.plugins.map((p) => p.name ?? p.type));
        config.schedulingProfiles.forEach((profile, i) =>
            profile.plugins.forEach(({ pluginRef }, j) => {
                if (!declared.has(pluginRef)) {
                    context.addIssue({
                        code: "custom",
                        path: ["schedulingProfiles", i, "plugins", j, "pluginRef"],
                        message: `${JSON.stringify(pluginRef)} is not among plugins: the scheduler would not start`,
                    });
                }
            }),
        );
        config.plugins.forEach(({ parameters }, i) => {
            for (const gone of ["hashBlockSize", "blockSize"]) {
                if (parameters?.[gone] !== undefined) {
                    context.addIssue({
                        code: "custom",
                        path: ["plugins", i, "parameters", gone],
                        message: "the scheduler does not know it any more; it is called blockSizeTokens",
                    });
                }
            }
        });
    });

/** A model served by llm-d: vLLM pods, an endpoint picker in front of them, and a route on a gateway. */
export const LLMInferenceService = defineKind(
    {
        apiVersion: "serving.kserve.io/v1alpha2",
        kind: "LLMInferenceService",
        plural: "llminferenceservices",
        scope: "Namespaced",
        operator: "rhods-operator",
        body: z.strictObject({
            spec: z
                .strictObject({
                    // Without a name the dashboard's generative AI pages crash.
                    model: z.strictObject({
                        name: z.string().min(1),
                        uri: z.string().regex(/^(oci|hf|s3|pvc):\/\/\S+$/, "expected oci://, hf://, s3:// or pvc://"),
                    }),
                    ...workload,
                    tracing: since(
                        "3.5",
                        z
                            .strictObject({
                                exporterEndpoint: z.string().regex(/^http:\/\/\S+$/, "expected the URL of a collector"),
                                sampler: z.string().min(1),
                                samplerArg: z.string().min(1),
                            })
                            .optional(),
                    ),
                    router: z.strictObject({
                        gateway: z.strictObject({
                            refs: z.array(z.strictObject({ name: z.string().min(1).max(253), namespace: dnsLabel })).optional(),
                        }),
                        route: z.strictObject({}),
                        scheduler: z
                            .strictObject({
                                replicas: count.optional(),
                                config: z.strictObject({ inline: endpointPickerConfig }).optional(),
                                // It is merged with the pod of the preset, container by container.
                                template: z
                                    .strictObject({
                                        containers: z
                                            .array(
                                                z.strictObject({
                                                    name: z.literal("main"),
                                                    env: z
                                                        .array(z.strictObject({ name: z.string().min(1), value: z.string() }))
                                                        .optional(),
                                                }),
                                            )
                                            .length(1),
                                        initContainers: podSpec.shape.initContainers,
                                    })
                                    .optional(),
                            })
                            .optional(),
                    }),
                    prefill: z
                        .strictObject(workload)
                        .refine(grouped, ungrouped)
                        .refine(fixed, notFixed)
                        .meta(excluding("scaling", "replicas", "worker"))
                        .optional(),
                })
                .refine(grouped, ungrouped)
                .refine(fixed, notFixed)
                .refine(sameMeans, { path: ["prefill", "scaling"], error: "must be by the same means as the model's own" })
                .meta(excluding("scaling", "replicas", "worker")),
        }),
        ready: [condition("Ready")],
        // A first pull of an image of tens of GB, then the load into GPU memory.
        readyWithinMinutes: 60,
        source: "docs/sources/llm-d.md#model-service",
    },
    {} as { url?: string },
);

/** The same of release 3.3: without a scheduler, and the pod says in full how vLLM is started. */
export const LLMInferenceServiceV1Alpha1 = defineKind(
    {
        apiVersion: "serving.kserve.io/v1alpha1",
        kind: "LLMInferenceService",
        plural: "llminferenceservices",
        scope: "Namespaced",
        operator: "rhods-operator",
        body: z.strictObject({
            spec: z.strictObject({
                model: z.strictObject({
                    name: z.string().min(1),
                    uri: z.string().regex(/^(oci|hf|s3|pvc):\/\/\S+$/, "expected oci://, hf://, s3:// or pvc://"),
                }),
                replicas: z.number().int().min(0).optional(),
                template: podSpec,
                router: z.strictObject({
                    gateway: z.strictObject({
                        refs: z.array(z.strictObject({ name: z.string().min(1).max(253), namespace: dnsLabel })).min(1),
                    }),
                    route: z.strictObject({}),
                }),
            }),
        }),
        ready: [condition("Ready")],
        readyWithinMinutes: 60,
        source: "docs/sources/llm-d.md#model-servers-of-33",
    },
    {} as { url?: string },
);

const servingContainer = container.omit({ env: true }).extend({
    name: z.literal("kserve-container"),
    image: z.string().min(1),
    env: z.array(z.strictObject({ name: z.string().min(1), value: z.string() })).optional(),
});

/** A server for models of some formats, that InferenceServices name. */
export const ServingRuntime = defineKind({
    apiVersion: "serving.kserve.io/v1alpha1",
    kind: "ServingRuntime",
    plural: "servingruntimes",
    scope: "Namespaced",
    operator: "rhods-operator",
    body: z.strictObject({
        spec: z.strictObject({
            multiModel: z.literal(false),
            annotations: stringMap.optional(),
            protocolVersions: z.array(z.enum(["v1", "v2", "grpc-v2"])).optional(),
            supportedModelFormats: z
                .array(
                    z.strictObject({
                        name: z.string().min(1),
                        version: z.string().optional(),
                        autoSelect: z.boolean().optional(),
                    }),
                )
                .min(1),
            builtInAdapter: z.strictObject({ modelLoadingTimeoutMillis: z.number().int().min(0) }).optional(),
            containers: z.array(servingContainer).min(1).max(1),
            volumes: podSpec.shape.volumes,
        }),
    }),
    source: "docs/sources/llm-d.md#plain-model-servers",
});

/** A model of one runtime, without a scheduler: KServe's raw deployment. */
export const InferenceService = defineKind(
    {
        apiVersion: "serving.kserve.io/v1beta1",
        kind: "InferenceService",
        plural: "inferenceservices",
        scope: "Namespaced",
        operator: "rhods-operator",
        body: z.strictObject({
            spec: z.strictObject({
                predictor: z.strictObject({
                    minReplicas: z.number().int().min(0),
                    maxReplicas: count,
                    deploymentStrategy: z.strictObject({ type: z.enum(["RollingUpdate", "Recreate"]) }).optional(),
                    nodeSelector: stringMap.optional(),
                    tolerations: z.array(toleration).optional(),
                    serviceAccountName: z.string().optional(),
                    model: z.strictObject({
                        runtime: dnsLabel,
                        modelFormat: z.strictObject({ name: z.string().min(1) }),
                        storageUri: z
                            .string()
                            .regex(/^(oci|hf|pvc):\/\/\S+$/, "expected oci://, hf:// or pvc://")
                            .optional(),
                        storage: z.strictObject({ key: z.string().min(1), path: z.string().min(1) }).optional(),
                        args: z.array(z.string()).optional(),
                        env: z.array(z.strictObject({ name: z.string().min(1), value: z.string() })).optional(),
                        resources: z
                            .strictObject({
                                limits: z.record(z.string(), quantity).optional(),
                                requests: z.record(z.string(), quantity).optional(),
                            })
                            .optional(),
                    }),
                }),
            }),
        }),
        ready: [condition("Ready")],
        readyWithinMinutes: 60,
        source: "docs/sources/llm-d.md#plain-model-servers",
    },
    {} as { url?: string },
);
