import * as pulumi from "@pulumi/pulumi";

import { acceleratorOf, runtimeOf } from "../../catalogue/models/runtimes";
import { InferenceService, ServingRuntime } from "../../kinds/serving.kserve.io";
import type { PredictiveSettings } from "../../stacks/schema";
import { describedBy } from "../component";
import type { Placement } from "./placement";

/** Arguments of {@link PredictiveService}. */
export interface PredictiveServiceArgs {
    /** The model. Plain: its runtime and its accelerator decide what is created. */
    readonly service: PredictiveSettings;
    readonly namespace: pulumi.Input<string>;
    /** Nodes of its pool. Default: those that its settings select. */
    readonly placement?: Placement | undefined;
}

/**
 * A model on KServe's raw deployment with a ServingRuntime of its own: plain vLLM, OpenVINO, text embeddings, Docling. Ready
 * when its pods answer.
 * Source: docs/sources/llm-d.md#plain-model-servers.
 */
export class PredictiveService extends pulumi.ComponentResource {
    /** Name of the InferenceService. */
    public readonly service: pulumi.Output<string>;
    /** Its namespace. */
    public readonly namespace: pulumi.Output<string>;

    constructor(name: string, args: PredictiveServiceArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:serving:PredictiveService", name, describedBy(args), opts);
        const { service, namespace } = args;
        const { resource } = acceleratorOf(service.accelerator);
        const { displayName } = runtimeOf(service.runtime);
        const runtime = new ServingRuntime(
            `${name}-runtime`,
            {
                metadata: {
                    name: service.name,
                    namespace,
                    labels: { "opendatahub.io/dashboard": "true" },
                    annotations: {
                        "openshift.io/display-name": displayName,
                        "opendatahub.io/apiProtocol": "REST",
                        ...(resource !== null && { "opendatahub.io/recommended-accelerators": JSON.stringify([resource]) }),
                    },
                },
                spec: runtimeSpec(service),
            },
            { parent: this },
        );
        const inference = new InferenceService(
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
                spec: { predictor: predictor(args) },
            },
            { parent: this, dependsOn: [runtime] },
        );
        this.service = inference.metadata.name;
        this.namespace = inference.metadata.namespace;
        this.registerOutputs({ service: this.service, namespace: this.namespace });
    }
}

/** The server of a model, on the port and with the image of its accelerator. */
function runtimeSpec(service: PredictiveSettings): ConstructorParameters<typeof ServingRuntime>[1]["spec"] {
    const runtime = runtimeOf(service.runtime);
    const variant = runtime.accelerators[service.accelerator]!;
    const env = { ...runtime.env, ...variant.env, ...service.env };
    return {
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
                ports: [{ containerPort: runtime.port, protocol: "TCP" }],
                volumeMounts: [{ name: "shm", mountPath: "/dev/shm" }],
            },
        ],
        volumes: [{ name: "shm", emptyDir: { medium: "Memory", sizeLimit: "2Gi" } }],
    };
}

/** The pods of a model: their number, nodes, files and resources. */
function predictor({ service, placement }: PredictiveServiceArgs) {
    const { resource, taint } = acceleratorOf(service.accelerator);
    const accelerators: Record<string, string> = resource === null ? {} : { [resource]: String(service.gpus) };
    const split = service.runtime === "vllm" && service.gpus > 1 ? [`--tensor-parallel-size=${service.gpus}`] : [];
    const args = [...split, ...service.args];
    const [scheme, ...path] = service.source.split("://");
    return {
        minReplicas: service.replicas,
        maxReplicas: service.replicas,
        // A rolling update would wait for a spare accelerator for ever.
        ...(resource !== null && { deploymentStrategy: { type: "Recreate" as const } }),
        nodeSelector: { ...(placement?.nodeSelector ?? service.nodeSelector) },
        tolerations:
            placement?.tolerations.map((toleration) => ({ ...toleration })) ??
            (taint === null ? [] : [{ key: taint, operator: "Exists" as const, effect: "NoSchedule" as const }]),
        model: {
            runtime: service.name,
            modelFormat: { name: runtimeOf(service.runtime).format },
            ...(scheme === "s3"
                ? { storage: { key: service.connection!, path: path.join("://").split("/").slice(1).join("/") } }
                : { storageUri: service.source }),
            ...(args.length > 0 && { args }),
            resources: {
                limits: { ...service.limits, ...accelerators },
                requests: { ...service.requests, ...accelerators },
            },
        },
    };
}
