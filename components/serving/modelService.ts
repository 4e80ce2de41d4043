import * as pulumi from "@pulumi/pulumi";

import { LLMInferenceService } from "../../kinds/serving.kserve.io";
import type { ModelSettings } from "../../stacks/schema";

/** Where a model is served. */
export interface ModelServiceArgs {
    readonly model: ModelSettings;
    readonly namespace: string;
    /** The gateway that governs it. */
    readonly gateway: { readonly name: string; readonly namespace: string };
    /** Labels of the nodes that serve it. */
    readonly nodeSelector: Readonly<Record<string, string>>;
}

/**
 * A model served by llm-d on the nodes of a GPU pool. Ready when it answers.
 * Source: facts/platform.md 9.3, facts/maas.md 29.
 */
export class ModelService extends pulumi.ComponentResource {
    constructor(
        name: string,
        { model, namespace, gateway, nodeSelector }: ModelServiceArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("maas:serving:ModelService", name, {}, opts);
        const gpus = { "nvidia.com/gpu": String(model.gpus) };
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
                        "opendatahub.io/model-type": "generative",
                        "openshift.io/display-name": model.displayName ?? model.name,
                        "security.opendatahub.io/enable-auth": "true",
                    },
                },
                spec: {
                    model: { name: model.name, uri: model.source },
                    replicas: model.replicas,
                    router: { gateway: { refs: [gateway] }, route: {}, scheduler: {} },
                    template: {
                        nodeSelector,
                        tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
                        containers: [
                            {
                                // The one that the release's preset knows, with its image and its probes.
                                name: "main",
                                ...(model.image !== undefined && { image: model.image }),
                                env: [{ name: "VLLM_ADDITIONAL_ARGS", value: vllmArguments(model).join(" ") }],
                                resources: { limits: { ...model.limits, ...gpus }, requests: { ...model.requests, ...gpus } },
                            },
                        ],
                    },
                },
            },
            { parent: this },
        );
        this.registerOutputs({});
    }
}

/** The arguments beside those of the release's preset. */
export function vllmArguments(model: Pick<ModelSettings, "gpus" | "args">): string[] {
    return [
        // Without it streams carry no usage, and token limits count nothing.
        "--enable-force-include-usage",
        // The preset does not derive it from the GPUs of the pod.
        ...(model.gpus > 1 ? [`--tensor-parallel-size=${model.gpus}`] : []),
        ...model.args,
    ];
}
