import { Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";

import { GPU_MEMORY_ANNOTATION, GPU_NOTES_ANNOTATION, UPDATE_STRATEGY_ANNOTATION } from "../../catalogue/labels";
import { memoryLine, type ModelPlan, planModel } from "../../catalogue/models/modelPlan";
import { notesOf } from "../../catalogue/models/support";
import { LLMInferenceServiceV1Alpha1 } from "../../kinds/serving.kserve.io";
import type { ModelSettings } from "../../stacks/schema";
import { describedBy } from "../component";
import type { GatewayReference, Placement } from "./placement";

/** Port of the server; routes and probes expect it. */
const PORT = 8000;
/** Annotation with the list of tiers that may call a model; an empty list admits every tier. */
const TIERS_ANNOTATION = "alpha.maas.opendatahub.io/tiers";

/** Arguments of {@link PlainModelService}. */
export interface PlainModelServiceArgs {
    /** The model. Plain: its settings decide what its pods look like. */
    readonly model: ModelSettings;
    /** The vLLM of the release, for a model without an image of its own. */
    readonly image: pulumi.Input<string>;
    readonly namespace: pulumi.Input<string>;
    /** The gateway of its route. */
    readonly gateway: GatewayReference;
    /** Names of the tiers that may call it. Plain: with none, nobody may and no role exists. */
    readonly tiers: readonly string[];
    /** Nodes of its pool. */
    readonly placement: Placement;
}

/**
 * A model of release 3.3: vLLM behind the gateway of tiers, without a scheduler in front of its replicas. An annotation names
 * its tiers, from which OpenShift AI derives the right to call it; this component grants the right to see it in the list of
 * models. Ready when it answers.
 * Source: docs/sources/llm-d.md#model-servers-of-33, docs/sources/maas.md#tiers-of-33.
 */
export class PlainModelService extends pulumi.ComponentResource {
    /** Name of the LLMInferenceService. */
    public readonly service: pulumi.Output<string>;
    /** Its namespace. */
    public readonly namespace: pulumi.Output<string>;

    constructor(name: string, args: PlainModelServiceArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:serving:ModelService", name, describedBy(args), opts);
        const { model, image, namespace, gateway, tiers, placement } = args;
        const plan = planModel(model);
        const notes = notesOf(model, plan, [placement]);
        const service = new LLMInferenceServiceV1Alpha1(
            `${name}-service`,
            {
                metadata: {
                    name: model.name,
                    namespace,
                    labels: { "opendatahub.io/dashboard": "true", "opendatahub.io/genai-asset": "true" },
                    annotations: {
                        ...(tiers.length > 0 && { [TIERS_ANNOTATION]: JSON.stringify(tiers) }),
                        [GPU_MEMORY_ANNOTATION]: memoryLine(plan, placement.gpuMemoryGiB),
                        ...(notes !== undefined && { [GPU_NOTES_ANNOTATION]: notes }),
                        ...(model.updateStrategy !== undefined && { [UPDATE_STRATEGY_ANNOTATION]: model.updateStrategy }),
                        "opendatahub.io/model-type": "generative",
                        "openshift.io/display-name": model.displayName ?? model.name,
                        "security.opendatahub.io/enable-auth": "true",
                    },
                },
                spec: {
                    model: { name: model.servedName ?? model.name, uri: plan.uri! },
                    replicas: model.replicas,
                    router: { gateway: { refs: [gateway] }, route: {} },
                    template: {
                        nodeSelector: { ...placement.nodeSelector },
                        tolerations: placement.tolerations.map((toleration) => ({ ...toleration })),
                        volumes: [{ name: "shm", emptyDir: { medium: "Memory", sizeLimit: "2Gi" } }],
                        containers: [container(model, plan, image)],
                    },
                },
            },
            {
                parent: this,
                ...(model.updateStrategy === "recreate" && {
                    replaceOnChanges: ["spec.model", "spec.template"],
                    deleteBeforeReplace: true,
                }),
            },
        );
        if (tiers.length > 0) {
            this.grantView(name, args, service);
        }
        this.service = service.metadata.name;
        this.namespace = service.metadata.namespace;
        this.registerOutputs({ service: this.service, namespace: this.namespace });
    }

    /** Lets the ServiceAccounts of the tiers read the service: a token sees only models that it may read. */
    private grantView(name: string, args: PlainModelServiceArgs, service: pulumi.Resource): void {
        const { model, namespace, gateway, tiers } = args;
        const role = new Role(
            `${name}-view`,
            {
                metadata: { name: `${model.name}-view-role`, namespace },
                rules: [
                    {
                        apiGroups: ["serving.kserve.io"],
                        resources: ["llminferenceservices"],
                        resourceNames: [model.name],
                        // The list of models asks the gateway whether a token may call the model, and the gateway asks for post.
                        verbs: ["get", "post"],
                    },
                ],
            },
            { parent: this, dependsOn: service },
        );
        new RoleBinding(
            `${name}-view-tiers`,
            {
                metadata: { name: `${model.name}-model-get`, namespace },
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
                subjects: tiers.map((tier) => ({
                    apiGroup: "rbac.authorization.k8s.io",
                    kind: "Group",
                    name: pulumi.interpolate`system:serviceaccounts:${gateway.name}-tier-${tier}`,
                })),
            },
            { parent: this },
        );
    }
}

/** vLLM itself, without a preset of the release. */
function container(model: ModelSettings, plan: ModelPlan, image: pulumi.Input<string>) {
    const gpus = { "nvidia.com/gpu": String(model.gpus) };
    const probe = { httpGet: { path: "/health", port: PORT, scheme: "HTTPS" as const } };
    return {
        name: "main",
        image: model.image ?? image,
        command: ["python", "-m", "vllm.entrypoints.openai.api_server"],
        args: [
            `--served-model-name=${model.servedName ?? model.name}`,
            "--model=/mnt/models",
            "--enable-ssl-refresh",
            "--ssl-certfile=/var/run/kserve/tls/tls.crt",
            "--ssl-keyfile=/var/run/kserve/tls/tls.key",
            ...plan.args.flatMap(words),
        ],
        env: Object.entries(plan.env).map(([key, value]) => ({ name: key, value })),
        ports: [{ containerPort: PORT, name: "http", protocol: "TCP" as const }],
        resources: { limits: { ...plan.limits, ...gpus }, requests: { ...plan.requests, ...gpus } },
        livenessProbe: probe,
        readinessProbe: probe,
        // It answers after the weights are loaded; the liveness probe alone would restart it before.
        startupProbe: { ...probe, periodSeconds: 10, failureThreshold: Math.ceil((plan.startupSeconds ?? 600) / 10) },
        volumeMounts: [{ name: "shm", mountPath: "/dev/shm" }],
    };
}

/** Splits an argument that is quoted for a shell into words. */
export function words(arg: string): string[] {
    return (arg.match(/(?:'[^']*'|[^\s'])+/g) ?? []).map((word) => word.replaceAll("'", ""));
}
