import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { K } from "../kind-names";
import { RHOAI, serves } from "../openshift-ai";
import {
    type ConditionSpec,
    conditionOf,
    type Controller,
    isTrue,
    keyOf,
    ownerOf,
    type Pass,
    splitKey,
    type World,
} from "../world";

const CONTROLLER = "kserve-controller-manager";

/** KServe's controller for InferenceService on raw deployments. Source: docs/sources/llm-d.md#plain-model-servers. */
export class InferenceServices implements Controller {
    readonly name = "inferenceservices";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const all = (): string[] => world.keys(K.InferenceService);
        this.watches = {
            [K.InferenceService]: (object) => [keyOf(object)],
            [K.ServingRuntime]: (runtime) => world.inNamespace(K.InferenceService, runtime.metadata.namespace!).map(keyOf),
            [K.Deployment]: (deployment) =>
                deployment.metadata.name === CONTROLLER
                    ? all()
                    : (deployment.metadata.ownerReferences ?? [])
                          .filter((owner) => owner.kind === "InferenceService")
                          .map((owner) => `${deployment.metadata.namespace}/${owner.name}`),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const service = this.world.get(K.InferenceService, ...splitKey(key));
        if (
            !service ||
            service.metadata.deletionTimestamp ||
            !serves(this.world, CONTROLLER) ||
            !this.world.operator(RHOAI) ||
            !pass.waited("reconcile", duration("kserve.reconcile"))
        ) {
            return;
        }
        const { name, namespace = "" } = service.metadata;
        const { predictor } = service.spec as { predictor: Record<string, any> };
        const runtime = this.world.get(K.ServingRuntime, namespace, predictor["model"].runtime as string);
        if (runtime === undefined) {
            await this.report(service, "RuntimeNotRecognized", `No ServingRuntimes with the name: ${predictor["model"].runtime}`);
            return;
        }
        await this.deploy(service, runtime);
        const pods = this.world.get(K.Deployment, namespace, `${name}-predictor`);
        const fault = this.world.faults.notReady("InferenceService", name);
        const up = isTrue(pods, "Available") && conditionOf(pods, "Progressing")?.reason === "NewReplicaSetAvailable";
        await (up && fault === undefined
            ? this.report(service)
            : this.report(
                  service,
                  fault ?? "MinimumReplicasUnavailable",
                  fault === undefined
                      ? (conditionOf(pods, "Available")?.message ?? "the Deployment does not exist yet")
                      : "the service is not ready in this rehearsal",
              ));
    }

    private async deploy(service: KubeObject, runtime: KubeObject): Promise<void> {
        const { name, namespace = "" } = service.metadata;
        const { predictor } = service.spec as { predictor: Record<string, any> };
        const { runtime: _, modelFormat: __, storage: ___, storageUri, ...overrides } = predictor["model"];
        const labels = { app: `isvc.${name}-predictor`, "serving.kserve.io/inferenceservice": name };
        const [container] = runtime.spec.containers as Record<string, any>[];
        const image = String(storageUri ?? "");
        const spec = {
            replicas: predictor["minReplicas"],
            selector: { matchLabels: labels },
            strategy: predictor["deploymentStrategy"],
            template: {
                metadata: { labels },
                spec: {
                    nodeSelector: predictor["nodeSelector"],
                    tolerations: predictor["tolerations"],
                    volumes: runtime.spec.volumes,
                    containers: [
                        { ...container, ...overrides, args: [...(container!["args"] ?? []), ...(overrides.args ?? [])] },
                        ...(image.startsWith("oci://") ? [{ name: "modelcar", image: image.slice("oci://".length) }] : []),
                    ],
                },
            },
        };
        const existing = this.world.get(K.Deployment, namespace, `${name}-predictor`);
        await (existing
            ? this.world.patch(existing, { spec })
            : this.world.ensure({
                  apiVersion: "apps/v1",
                  kind: "Deployment",
                  metadata: { name: `${name}-predictor`, namespace, labels, ownerReferences: [ownerOf(service)] },
                  spec,
              }));
        await this.world.ensure({
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: `${name}-predictor`, namespace, labels, ownerReferences: [ownerOf(service)] },
            spec: { clusterIP: "None", selector: labels, ports: [{ name: "http", port: 80, targetPort: 8080, protocol: "TCP" }] },
        });
    }

    private async report(service: KubeObject, reason?: string, message?: string): Promise<void> {
        const { name, namespace, generation } = service.metadata;
        const state: Omit<ConditionSpec, "type"> =
            reason === undefined ? { status: "True", reason: "" } : { status: "False", reason, message: message! };
        const url = `http://${name}-predictor.${namespace}.svc.cluster.local`;
        await this.world.setStatus(service, {
            observedGeneration: generation,
            ...(reason === undefined && { url, address: { url } }),
            conditions: [
                { type: "IngressReady", ...state },
                { type: "PredictorReady", ...state },
                { type: "Ready", ...state },
            ],
        });
    }
}
