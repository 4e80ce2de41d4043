import { Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";

import { LLMInferenceServiceV1Alpha1 } from "../../kinds/serving.kserve.io";
import type { ModelSettings } from "../../stacks/schema";
import { memoryLine, planModel } from "../../catalogue/models/modelPlan";
import { GPU_MEMORY_ANNOTATION } from "../../catalogue/labels";
import type { Placement } from "./modelService";

/** The port that every probe and route expects. */
const PORT = 8000;
/** The annotation that opens a model to tiers: a list of some; an empty list would open it to all of them. */
const TIERS_ANNOTATION = "alpha.maas.opendatahub.io/tiers";

/** Where and how a model is served. */
export interface PlainModelServiceArgs {
    readonly model: ModelSettings;
    /** The vLLM of the release. */
    readonly image: string;
    readonly namespace: string;
    /** The gateway that it is reached through. */
    readonly gateway: { readonly name: string; readonly namespace: string };
    /** Names of the tiers that may call it; with none nobody may. */
    readonly tiers: readonly string[];
    /** Nodes of its pool. */
    readonly placement: Placement;
}

/**
 * A model of release 3.3: vLLM behind the gateway of tiers, without a scheduler in front of its copies. It opens itself to
 * tiers by an annotation, from which OpenShift AI makes the right to call it; the right to see it in the list of models is
 * made here. Ready when it answers.
 * Source: docs/sources/llm-d.md#model-servers-of-33, docs/sources/maas.md#tiers-of-33.
 */
export class PlainModelService extends pulumi.ComponentResource {
    constructor(name: string, args: PlainModelServiceArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:serving:ModelService", name, {}, opts);
        const { model, image, namespace, gateway, tiers, placement } = args;
        const plan = planModel(model);
        const gpus = { "nvidia.com/gpu": String(model.gpus) };
        const probe = { httpGet: { path: "/health", port: PORT, scheme: "HTTPS" as const } };
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
                        "opendatahub.io/model-type": "generative",
                        "openshift.io/display-name": model.displayName ?? model.name,
                        "security.opendatahub.io/enable-auth": "true",
                    },
                },
                spec: {
                    model: { name: model.name, uri: plan.uri! },
                    replicas: model.replicas,
                    router: { gateway: { refs: [gateway] }, route: {} },
                    template: {
                        nodeSelector: { ...placement.nodeSelector },
                        tolerations: placement.tolerations.map((toleration) => ({ ...toleration })),
                        volumes: [{ name: "shm", emptyDir: { medium: "Memory", sizeLimit: "2Gi" } }],
                        containers: [
                            {
                                name: "main",
                                image: model.image ?? image,
                                command: ["python", "-m", "vllm.entrypoints.openai.api_server"],
                                args: [
                                    `--served-model-name=${model.name}`,
                                    "--model=/mnt/models",
                                    "--enable-ssl-refresh",
                                    "--ssl-certfile=/var/run/kserve/tls/tls.crt",
                                    "--ssl-keyfile=/var/run/kserve/tls/tls.key",
                                    ...plan.args.flatMap(words),
                                ],
                                env: Object.entries(plan.env).map(([key, value]) => ({ name: key, value })),
                                ports: [{ containerPort: PORT, name: "http", protocol: "TCP" }],
                                resources: { limits: { ...plan.limits, ...gpus }, requests: { ...plan.requests, ...gpus } },
                                livenessProbe: probe,
                                readinessProbe: probe,
                                // The weights load before it answers; liveness alone would restart it meanwhile.
                                startupProbe: {
                                    ...probe,
                                    periodSeconds: 10,
                                    failureThreshold: Math.ceil((plan.startupSeconds ?? 600) / 10),
                                },
                                volumeMounts: [{ name: "shm", mountPath: "/dev/shm" }],
                            },
                        ],
                    },
                },
            },
            { parent: this },
        );
        if (tiers.length > 0) {
            this.listed(name, args, service);
        }
        this.registerOutputs({});
    }

    /** Lets the ServiceAccounts of the tiers read the service: models that a token may not read are not listed to it. */
    private listed(name: string, { model, namespace, gateway, tiers }: PlainModelServiceArgs, service: pulumi.Resource): void {
        const role = new Role(
            `${name}-view`,
            {
                metadata: { name: `${model.name}-view-role`, namespace },
                rules: [
                    {
                        apiGroups: ["serving.kserve.io"],
                        resources: ["llminferenceservices"],
                        resourceNames: [model.name],
                        verbs: ["get"],
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
                    name: `system:serviceaccounts:${gateway.name}-tier-${tier}`,
                })),
            },
            { parent: this },
        );
    }
}

/** The words of an argument that is quoted for a shell, as a list of arguments has them. */
export function words(arg: string): string[] {
    return (arg.match(/(?:'[^']*'|[^\s'])+/g) ?? []).map((word) => word.replaceAll("'", ""));
}
