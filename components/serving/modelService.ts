import { createHash } from "node:crypto";

import * as pulumi from "@pulumi/pulumi";

import { GPU_MEMORY_ANNOTATION, GPU_NOTES_ANNOTATION, UPDATE_STRATEGY_ANNOTATION } from "../../catalogue/labels";
import type { Served } from "../../catalogue/models/canary";
import { memoryLine, type ModelPlan, mostCopies, planModel, PRESET_STARTUP_SECONDS } from "../../catalogue/models/modelPlan";
import { ACCELERATOR_LABEL, scalingSpec } from "../../catalogue/models/scaling";
import { endpointPicker } from "../../catalogue/models/scheduler";
import { notesOf } from "../../catalogue/models/support";
import { isDownloaded } from "../../catalogue/proxy";
import type { Release } from "../../catalogue/releases";
import { LLMInferenceService, LLMInferenceServiceV1Alpha1 } from "../../kinds/serving.kserve.io";
import type { ModelSettings } from "../../stacks/schema";
import { describedBy } from "../component";
import { downloader, weightsCache } from "./download";
import { modelRolledOut } from "./modelRolledOut";
import type { GatewayReference, Placement } from "./placement";
import { downloadedWith, podSpec, type PodRole } from "./podSpec";
import { traced } from "./tracing";

/** Arguments of {@link ModelService}. */
export interface ModelServiceArgs {
    /** The model. Plain: its settings decide which objects exist. */
    readonly model: Served<ModelSettings>;
    readonly release: Release;
    /** Namespace of the model. Plain: a gate looks for the token in it. */
    readonly namespace: string;
    /** The gateways of its route; at least one. */
    readonly gateways: readonly GatewayReference[];
    /** Whether callers must authenticate. */
    readonly authentication: boolean;
    /** URL to which vLLM and the scheduler send traces: OTLP over gRPC. Plain: it decides how vLLM is called. Default: none. */
    readonly traces?: string | undefined;
    /** Variables by which the download of the weights finds the cluster's proxy. Plain: part of the pods. Default: none. */
    readonly proxy?: Readonly<Record<string, string>> | undefined;
    /** By name of the pool. */
    readonly placements: ReadonlyMap<string, Placement>;
}

/** The time that a pod may need beside its start-up: for a new node, and for the pull of an image and of weights of tens of GB. */
const BESIDE_STARTUP_MINUTES = 50;

const CONNECTIONS = "opendatahub.io/connections";
const CONNECTION_PATH = "opendatahub.io/connection-path";
/** Annotation of a model whose prompts are prefilled in pods of their own. */
const PREFILL = "maas-platform.io/prefill";
/**
 * Fields whose change makes a new object. The size of a group never changes. Whoever takes a connection away, or another,
 * loses `spec.model` to OpenShift AI's webhook. With prefill pods the others are labelled as those that decode, and what a
 * Deployment selects never changes.
 * Source: docs/sources/llm-d.md#model-service, #sources-of-weights.
 */
const REPLACED = [
    "spec.parallelism",
    "spec.prefill.parallelism",
    `metadata.annotations["${CONNECTIONS}"]`,
    `metadata.annotations["${CONNECTION_PATH}"]`,
    `metadata.annotations["${PREFILL}"]`,
];
/** Fields that pods are made from: with `updateStrategy: recreate` a change of them makes a new object, whose pods find the GPUs free. */
const PODS = [
    "spec.tracing",
    "spec.model",
    "spec.template",
    "spec.worker",
    "spec.labels",
    "spec.prefill.template",
    "spec.prefill.worker",
];

/**
 * A model served by llm-d on the nodes of a GPU pool. Ready when it answers.
 * Source: docs/sources/llm-d.md#model-service, #presets.
 */
export class ModelService extends pulumi.ComponentResource {
    /** Name of the LLMInferenceService. */
    public readonly service: pulumi.Output<string>;
    /** Its namespace. */
    public readonly namespace: pulumi.Output<string>;

    constructor(name: string, args: ModelServiceArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:serving:ModelService", name, describedBy(args), opts);
        const { model, namespace, authentication } = args;
        const plan = planModel(model);
        const download = downloader(name, args, { parent: this });
        const cache = weightsCache(name, args, { parent: this });
        const minutes = plan.startupSeconds && BESIDE_STARTUP_MINUTES + Math.ceil(plan.startupSeconds / 60);
        const spec = serviceSpec(args, plan, download?.account);
        const service = new LLMInferenceService(
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
                    annotations: { ...gpuAnnotations(args, plan), ...annotationsOf(model, plan, authentication) },
                },
                spec,
            },
            {
                parent: this,
                dependsOn: [...(download?.resources ?? []), ...cache],
                replaceOnChanges: [...REPLACED, ...(model.updateStrategy === "recreate" ? PODS : [])],
                // Two objects cannot have one name.
                deleteBeforeReplace: true,
                ...(minutes !== undefined && { customTimeouts: { create: `${minutes}m`, update: `${minutes}m` } }),
                // A stack of release 3.3 has the same object in an older version of its kind.
                aliases: [{ type: LLMInferenceServiceV1Alpha1.type }],
            },
        );
        const { router: _, ...pods } = spec as { router: unknown };
        modelRolledOut(
            `${name}-rolled-out`,
            {
                service: model.name,
                namespace,
                version: createHash("sha256").update(JSON.stringify(pods)).digest("hex").slice(0, 16),
                grouped: plan.podsPerCopy > 1,
                prefill: model.prefill !== undefined,
                // One copy after the other.
                minutes:
                    BESIDE_STARTUP_MINUTES +
                    Math.ceil((plan.startupSeconds ?? PRESET_STARTUP_SECONDS) / 60) *
                        Math.max(1, mostCopies(model), model.prefill === undefined ? 0 : mostCopies(model.prefill)),
            },
            { parent: this, dependsOn: service },
        );
        this.service = service.metadata.name;
        this.namespace = service.metadata.namespace;
        this.registerOutputs({ service: this.service, namespace: this.namespace });
    }
}

/** Annotations about the memory of its GPUs, and the features that they do not support well. */
function gpuAnnotations({ model, placements }: ModelServiceArgs, plan: ModelPlan): Record<string, string> {
    const { pool, prefill } = model;
    const pools = prefill === undefined ? [pool] : [pool, prefill.pool ?? pool];
    const notes = notesOf(
        model,
        plan,
        pools.map((name) => placements.get(name)!),
    );
    return {
        [GPU_MEMORY_ANNOTATION]: memoryLine(plan, placements.get(pool)!.gpuMemoryGiB),
        ...(notes !== undefined && { [GPU_NOTES_ANNOTATION]: notes }),
    };
}

function annotationsOf(model: Served<ModelSettings>, plan: ModelPlan, authentication: boolean): Record<string, string> {
    return {
        "opendatahub.io/model-type": "generative",
        "openshift.io/display-name": model.displayName ?? model.name,
        "security.opendatahub.io/enable-auth": String(authentication),
        ...(model.updateStrategy !== undefined && { [UPDATE_STRATEGY_ANNOTATION]: model.updateStrategy }),
        ...connectionAnnotations(model, plan),
        ...(model.prefill !== undefined && { [PREFILL]: "apart" }),
        ...(model.hardwareProfile !== undefined && {
            "opendatahub.io/hardware-profile-name": model.hardwareProfile,
            "opendatahub.io/hardware-profile-namespace": "redhat-ods-applications",
        }),
    };
}

/** The connection, and the path within its bucket: by them OpenShift AI's webhook writes the address again. */
function connectionAnnotations({ connection }: Served<ModelSettings>, { uri = "" }: ModelPlan): Record<string, string> {
    const path = /^s3:\/\/[^/]+\/(.+)$/.exec(uri)?.[1];
    return connection === undefined ? {} : { [CONNECTIONS]: connection, ...(path !== undefined && { [CONNECTION_PATH]: path }) };
}

type ServiceSpec = ConstructorParameters<typeof LLMInferenceService>[1]["spec"];

function serviceSpec(
    { model, release, gateways, placements, traces, proxy }: ModelServiceArgs,
    untraced: ModelPlan,
    serviceAccount: string | undefined,
): ServiceSpec {
    const { plan, spec: tracing, scheduler } = traced(release, model, untraced, traces);
    const downloads = isDownloaded(plan.uri) ? proxy : undefined;
    const workload = (of: Replicated, pool: string, role: PodRole) => {
        const placement = placements.get(pool)!;
        const pod = { model, plan, placement, role, downloads, serviceAccount };
        const several = plan.podsPerCopy > 1;
        return {
            ...replicasOf(of, placement),
            ...(several && { parallelism: ranks(plan) }),
            template: podSpec(pod) as never,
            ...(several && { worker: podSpec({ ...pod, worker: true }) as never }),
        };
    };
    const { prefill, routing } = model;
    const picker = endpointPicker(release, model);
    return {
        model: { name: model.servedName ?? model.name, uri: plan.uri! },
        ...workload(model, model.pool, prefill === undefined ? "main" : "decode"),
        ...tracing,
        router: {
            gateway: { refs: [...gateways] },
            route: {},
            scheduler: {
                // Stated always: the API server refuses a struct that loses its last field.
                replicas: routing.replicas,
                ...(picker !== undefined && { config: { inline: picker } }),
                ...scheduler,
                // The pods of the scheduler download the tokenizer's files.
                ...(downloads !== undefined && {
                    template: { containers: [{ name: "main" as const }], ...downloadedWith(downloads) },
                }),
            },
        },
        ...(prefill !== undefined && { prefill: workload(prefill, prefill.pool ?? model.pool, "prefill") }),
    };
}

type Replicated = Pick<Served<ModelSettings>, "replicas" | "scaling">;

/** A fixed number of replicas, which the program owns, or bounds, within which the autoscaler owns it. */
function replicasOf(
    { replicas, scaling }: Replicated,
    { gpuName }: Placement,
): { replicas: number } | { scaling: never; labels?: Record<string, string> } {
    return scaling === undefined
        ? { replicas }
        : {
              scaling: scalingSpec(scaling) as never,
              ...(gpuName !== undefined && { labels: { [ACCELERATOR_LABEL]: gpuName.replace(/[^A-Za-z0-9._-]+/g, "-") } }),
          };
}

/** Ranks that the preset for several nodes turns into flags of vLLM. */
function ranks({ tensor, data, dataLocal, expert }: ModelPlan) {
    return { tensor, data, dataLocal, expert };
}
