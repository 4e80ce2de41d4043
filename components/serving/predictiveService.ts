import * as pulumi from "@pulumi/pulumi";

import { InferenceService, ServingRuntime } from "../../kinds/serving.kserve.io";
import type { PredictiveSettings } from "../../stacks/schema";
import type { Placement } from "./modelService";
import { acceleratorOf, runtimeOf } from "../../catalogue/models/runtimes";

/** Where a model without a scheduler is served. */
export interface PredictiveServiceArgs {
    readonly service: PredictiveSettings;
    readonly namespace: string;
    /** The nodes of its pool; undefined without one. */
    readonly placement: Placement | undefined;
}

/**
 * A model on KServe's raw deployment, with a runtime of its own: plain vLLM, OpenVINO, text embeddings, Docling. Ready
 * when its pods answer.
 * Source: docs/sources/llm-d.md#plain-model-servers.
 */
export class PredictiveService extends pulumi.ComponentResource {
    constructor(name: string, { service, namespace, placement }: PredictiveServiceArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:serving:PredictiveService", name, {}, opts);
        const runtime = runtimeOf(service.runtime);
        const variant = runtime.accelerators[service.accelerator]!;
        const { resource, taint } = acceleratorOf(service.accelerator);
        const asked: Record<string, string> = resource === null ? {} : { [resource]: String(service.gpus) };
        const env = { ...runtime.env, ...variant.env, ...service.env };
        const split = service.runtime === "vllm" && service.gpus > 1 ? [`--tensor-parallel-size=${service.gpus}`] : [];
        const serving = new ServingRuntime(
            `${name}-runtime`,
            {
                metadata: {
                    name: service.name,
                    namespace,
                    labels: { "opendatahub.io/dashboard": "true" },
                    annotations: {
                        "openshift.io/display-name": runtime.displayName,
                        "opendatahub.io/apiProtocol": "REST",
                        ...(resource !== null && { "opendatahub.io/recommended-accelerators": JSON.stringify([resource]) }),
                    },
                },
                spec: {
                    multiModel: false,
                    annotations: { "prometheus.io/path": "/metrics", "prometheus.io/port": String(runtime.port) },
                    ...(runtime.protocol !== undefined && { protocolVersions: [runtime.protocol] }),
                    supportedModelFormats: [{ name: runtime.format, autoSelect: true }],
                    ...(variant.loadingMinutes !== undefined && {
                        builtInAdapter: { modelLoadingTimeoutMillis: variant.loadingMinutes * 60_000 },
                    }),
                    containers: [
                        {
                            name: "kserve-container",
                            image: service.image ?? variant.image!,
                            ...(runtime.command !== undefined && { command: [...runtime.command] }),
                            args: [...runtime.args],
                            env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
                            ports: [{ containerPort: runtime.port, protocol: "TCP" as const }],
                            volumeMounts: [{ name: "shm", mountPath: "/dev/shm" }],
                        },
                    ],
                    volumes: [{ name: "shm", emptyDir: { medium: "Memory", sizeLimit: "2Gi" } }],
                },
            },
            { parent: this },
        );
        const [scheme, ...path] = service.source.split("://");
        new InferenceService(
            `${name}-service`,
            {
                metadata: {
                    name: service.name,
                    namespace,
                    labels: { "opendatahub.io/dashboard": "true", "networking.kserve.io/visibility": "exposed" },
                    annotations: {
                        "serving.kserve.io/deploymentMode": "RawDeployment",
                        "openshift.io/display-name": service.displayName ?? service.name,
                    },
                },
                spec: {
                    predictor: {
                        minReplicas: service.replicas,
                        maxReplicas: service.replicas,
                        // A rolling update wants a spare accelerator, and would wait for it for ever.
                        ...(resource !== null && { deploymentStrategy: { type: "Recreate" as const } }),
                        nodeSelector: { ...(placement?.nodeSelector ?? service.nodeSelector) },
                        tolerations:
                            placement?.tolerations.map((toleration) => ({ ...toleration })) ??
                            (taint === null ? [] : [{ key: taint, operator: "Exists" as const, effect: "NoSchedule" as const }]),
                        model: {
                            runtime: service.name,
                            modelFormat: { name: runtime.format },
                            ...(scheme === "s3"
                                ? { storage: { key: service.connection!, path: path.join("://").split("/").slice(1).join("/") } }
                                : { storageUri: service.source }),
                            ...(split.length + service.args.length > 0 && { args: [...split, ...service.args] }),
                            resources: {
                                limits: { ...service.limits, ...asked },
                                requests: { ...service.requests, ...asked },
                            },
                        },
                    },
                },
            },
            { parent: this, dependsOn: [serving] },
        );
        this.registerOutputs({});
    }
}
