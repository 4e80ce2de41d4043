import { PersistentVolumeClaim, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { LLMInferenceService, LLMInferenceServiceV1Alpha1 } from "../../kinds/serving.kserve.io";
import { gate } from "../gate";
import { GPU_MEMORY_ANNOTATION } from "../../catalogue/labels";
import type { ModelSettings } from "../../stacks/schema";
import type { Release } from "../../catalogue/releases";
import type { Served } from "../../catalogue/models/canary";
import { adapterClaims, memoryLine, type ModelPlan, planModel } from "../../catalogue/models/modelPlan";
import { ACCELERATOR_LABEL, scalingSpec } from "../../catalogue/models/scaling";
import { endpointPicker } from "../../catalogue/models/scheduler";

/** Nodes that a pod is put on. */
export interface Placement {
    readonly nodeSelector: Readonly<Record<string, string>>;
    readonly tolerations: readonly Toleration[];
    /** Memory of one of their GPUs in GiB; undefined when unknown. */
    readonly gpuMemoryGiB: number | undefined;
    /** What they are called: `NVIDIA L40S`; undefined when unknown. */
    readonly gpuName: string | undefined;
}

/** What a pod puts up with. */
export interface Toleration {
    readonly key: string;
    readonly operator: "Exists" | "Equal";
    readonly value?: string;
    readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** Where and how a model is served. */
export interface ModelServiceArgs {
    readonly model: Served<ModelSettings>;
    readonly release: Release;
    readonly namespace: string;
    /** The gateway that it is reached through. */
    readonly gateway: { readonly name: string; readonly namespace: string };
    /** Whether callers must prove who they are. */
    readonly authentication: boolean;
    /** By name of the pool. */
    readonly placements: ReadonlyMap<string, Placement>;
}

/** The key that KServe's downloader reads of a Secret of the pod's ServiceAccount. */
const TOKEN_KEY = "HF_TOKEN";
const TOKEN_MINUTES = 5;
const PERIOD_SECONDS = 10;
/** What a pod may take beside its start-up: a node that comes, and an image and weights of tens of GB that are pulled. */
const BESIDE_STARTUP_MINUTES = 50;

/**
 * A model served by llm-d on the nodes of a GPU pool. Ready when it answers.
 * Source: docs/sources/llm-d.md#model-service, #presets.
 */
export class ModelService extends pulumi.ComponentResource {
    constructor(name: string, args: ModelServiceArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:serving:ModelService", name, {}, opts);
        const { model, release, namespace, gateway, authentication, placements } = args;
        const plan = planModel(model);
        const token = this.token(name, args);
        const cache = this.cache(name, args);
        const identity = token.account;
        const picker = endpointPicker(release, model);
        const pods = (pool: string, role: "main" | "decode" | "prefill"): object =>
            podSpec(model, plan, placements.get(pool)!, { role, ...(identity !== undefined && { identity }) });
        const main = pods(model.pool, model.prefill === undefined ? "main" : "decode");
        const groups = plan.podsPerCopy > 1;
        const prefill = model.prefill && pods(model.prefill.pool ?? model.pool, "prefill");
        const minutes = plan.startupSeconds && BESIDE_STARTUP_MINUTES + Math.ceil(plan.startupSeconds / 60);
        const longer = minutes === undefined ? undefined : { create: `${minutes}m`, update: `${minutes}m` };
        new LLMInferenceService(
            `${name}-service`,
            {
                metadata: {
                    name: model.name,
                    namespace,
                    labels: {
                        "networking.kserve.io/visibility": "exposed",
                        "opendatahub.io/dashboard": "true",
                        "opendatahub.io/genai-asset": "true",
                        "monitoring.opendatahub.io/scrape": "true",
                    },
                    annotations: {
                        [GPU_MEMORY_ANNOTATION]: memoryLine(plan, placements.get(model.pool)!.gpuMemoryGiB),
                        "opendatahub.io/model-type": "generative",
                        "openshift.io/display-name": model.displayName ?? model.name,
                        "security.opendatahub.io/enable-auth": String(authentication),
                        ...(model.connection !== undefined && { "opendatahub.io/connections": model.connection }),
                        ...(model.hardwareProfile !== undefined && {
                            "opendatahub.io/hardware-profile-name": model.hardwareProfile,
                            "opendatahub.io/hardware-profile-namespace": "redhat-ods-applications",
                        }),
                    },
                },
                spec: {
                    model: { name: model.name, uri: plan.uri! },
                    ...copies(model, placements.get(model.pool)!),
                    ...(groups && { parallelism: ranks(plan, plan.tensor) }),
                    router: {
                        gateway: { refs: [gateway] },
                        route: {},
                        scheduler: {
                            ...(model.routing.replicas > 1 && { replicas: model.routing.replicas }),
                            ...(picker !== undefined && { config: { inline: picker } }),
                        },
                    },
                    template: main as never,
                    ...(groups && { worker: main as never }),
                    ...(prefill !== undefined && {
                        prefill: {
                            ...copies(model.prefill!, placements.get(model.prefill!.pool ?? model.pool)!),
                            ...(groups && { parallelism: ranks(plan, plan.tensor) }),
                            template: prefill as never,
                            ...(groups && { worker: prefill as never }),
                        },
                    }),
                },
            },
            {
                parent: this,
                dependsOn: [...token.resources, ...cache],
                ...(longer !== undefined && { customTimeouts: longer }),
                // A stack that moves on from release 3.3 has the same object in the older version of its kind.
                aliases: [{ type: LLMInferenceServiceV1Alpha1.type }],
            },
        );
        this.registerOutputs({});
    }

    /** A ServiceAccount that lists the Secret with the token: the downloader reads it there, and not in the pod. */
    private token(name: string, { model, namespace }: ModelServiceArgs): { account?: string; resources: pulumi.Resource[] } {
        const secret = model.tokenSecret;
        if (secret === undefined) {
            return { resources: [] };
        }
        const account = `${model.name}-downloader`;
        const serviceAccount = new ServiceAccount(
            `${name}-downloader`,
            { metadata: { name: account, namespace }, secrets: [{ name: secret }] },
            { parent: this },
        );
        const there = gate(
            `${name}-token`,
            {
                kind: "secret-exists",
                until: `Secret ${secret} holds the Hugging Face token of ${model.name}`,
                record: { secret: `${namespace}/${secret}`, key: TOKEN_KEY },
                check: async (kube) => {
                    const found = await kube.until(
                        { apiVersion: "v1", plural: "secrets", namespace },
                        secret,
                        (object) =>
                            (object?.["data"] as Record<string, string> | undefined)?.[TOKEN_KEY] === undefined
                                ? undefined
                                : true,
                        (await kube.now()) + TOKEN_MINUTES * 60_000,
                    );
                    if (found === undefined) {
                        throw new Error(
                            `Secret ${secret} with key ${TOKEN_KEY} is not in namespace ${namespace} after ${TOKEN_MINUTES} minutes: ` +
                                `the files of ${model.name} could not be downloaded; put it there, or bring it by an ExternalSecret`,
                        );
                    }
                },
            },
            { parent: this, dependsOn: [serviceAccount] },
        );
        return { account, resources: [serviceAccount, there] };
    }

    /** The volume that keeps downloaded weights. */
    private cache(name: string, { model, namespace }: ModelServiceArgs): pulumi.Resource[] {
        const { cache } = model;
        if (cache === undefined) {
            return [];
        }
        return [
            new PersistentVolumeClaim(
                `${name}-cache`,
                {
                    metadata: {
                        name: cacheClaim(model),
                        namespace,
                        // It is bound when the pod that mounts it is placed, and that comes later.
                        annotations: { "pulumi.com/skipAwait": "true" },
                    },
                    spec: {
                        accessModes: [cache.shared ? "ReadWriteMany" : "ReadWriteOnce"],
                        resources: { requests: { storage: `${cache.sizeGiB}Gi` } },
                        ...(cache.storageClass !== undefined && { storageClassName: cache.storageClass }),
                    },
                },
                { parent: this },
            ),
        ];
    }
}

/** How many copies: a number that is the program's, or bounds within which it is the autoscaler's, and never both. */
function copies(
    { replicas, scaling }: Pick<Served<ModelSettings>, "replicas" | "scaling">,
    { gpuName }: Placement,
): { replicas: number } | { scaling: never; labels?: Record<string, string> } {
    return scaling === undefined
        ? { replicas }
        : {
              scaling: scalingSpec(scaling) as never,
              ...(gpuName !== undefined && { labels: { [ACCELERATOR_LABEL]: gpuName.replace(/[^A-Za-z0-9._-]+/g, "-") } }),
          };
}

function cacheClaim(model: Served<ModelSettings>): string {
    return `${model.name}-cache`;
}

/** What the release's preset for several nodes makes flags of. */
function ranks({ data, dataLocal, expert }: ModelPlan, tensor: number): Record<string, number | boolean> {
    return { tensor, data, dataLocal, expert };
}

function podSpec(
    model: Served<ModelSettings>,
    plan: ModelPlan,
    { nodeSelector, tolerations }: Placement,
    { role, identity }: { readonly role: "main" | "decode" | "prefill"; readonly identity?: string },
): object {
    const args = role === "prefill" ? plan.prefillArgs : plan.args;
    const claims = adapterClaims(model);
    const gpusOfPod = role === "prefill" ? plan.prefillGpus : model.gpus;
    const gpus = { "nvidia.com/gpu": String(gpusOfPod) };
    const volumes = [
        // GPUs that talk to each other do it through this; the 1 GiB of the preset for one node is for one GPU.
        ...(gpusOfPod > 1 && plan.podsPerCopy === 1
            ? [{ name: "dshm", emptyDir: { medium: "Memory", sizeLimit: `${Math.min(8, 2 * gpusOfPod)}Gi` } }]
            : []),
        // Of this name is the volume that the downloader fills.
        ...(model.cache === undefined
            ? []
            : [{ name: "kserve-provision-location", persistentVolumeClaim: { claimName: cacheClaim(model) } }]),
        ...claims.map((claimName) => ({ name: `adapters-${claimName}`, persistentVolumeClaim: { claimName } })),
    ];
    return {
        nodeSelector: { ...nodeSelector },
        tolerations: tolerations.map((toleration) => ({ ...toleration })),
        ...(identity !== undefined && { serviceAccountName: identity }),
        ...(model.vllm.shutdownTimeoutSeconds !== undefined && {
            terminationGracePeriodSeconds: model.vllm.shutdownTimeoutSeconds + 15,
        }),
        ...(volumes.length > 0 && { volumes }),
        containers: [
            {
                // The one that the release's preset knows, with its image and its probes.
                name: "main",
                ...(model.image !== undefined && { image: model.image }),
                env: [
                    ...Object.entries(plan.env).map(([key, value]) => ({ name: key, value })),
                    ...(role === "main"
                        ? []
                        : // Where the other side of a KV transfer finds this pod.
                          [{ name: "VLLM_NIXL_SIDE_CHANNEL_HOST", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }]),
                    { name: "VLLM_ADDITIONAL_ARGS", value: args.join(" ") },
                ],
                resources: { limits: { ...plan.limits, ...gpus }, requests: { ...plan.requests, ...gpus } },
                ...(plan.startupSeconds !== undefined && {
                    startupProbe: {
                        // A sidecar that routes KV transfers has the usual port of pods that decode.
                        httpGet: { path: "/health", port: role === "decode" ? 8001 : 8000, scheme: "HTTPS" },
                        periodSeconds: PERIOD_SECONDS,
                        timeoutSeconds: 10,
                        failureThreshold: Math.ceil(plan.startupSeconds / PERIOD_SECONDS),
                    },
                }),
                ...(claims.length > 0 && {
                    volumeMounts: claims.map((claim) => ({
                        name: `adapters-${claim}`,
                        mountPath: `/mnt/adapters/${claim}`,
                        readOnly: true,
                    })),
                }),
            },
        ],
    };
}
