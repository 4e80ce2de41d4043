import type { KubeObject } from "../cluster/cluster";
import { duration } from "./durations";
import { routeAccepted } from "./ingress";
import { K } from "./kind-names";
import { RHOAI, serves } from "./rhoai";
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
} from "./world";

const FINALIZER = "serving.kserve.io/llmisvc-finalizer";
const CONTROLLER = "llmisvc-controller-manager";
const DEFAULT_GATEWAY = { name: "openshift-ai-inference", namespace: "openshift-ingress" };

/** KServe's controller for LLMInferenceService: workload, endpoint picker, pool and route. Source: facts/platform.md 9.4. */
export class LlmServices implements Controller {
    readonly name = "llmisvc";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const all = (): string[] => world.keys(K.LLMInferenceService);
        const owner = (object: KubeObject): string[] =>
            (object.metadata.ownerReferences ?? [])
                .filter((o) => o.kind === "LLMInferenceService")
                .map((o) => `${object.metadata.namespace}/${o.name}`);
        this.watches = {
            [K.LLMInferenceService]: (object) => [keyOf(object)],
            [K.Deployment]: (deployment) => (deployment.metadata.name === CONTROLLER ? all() : owner(deployment)),
            [K.HTTPRoute]: owner,
            [K.InferencePool]: owner,
            [K.Gateway]: all,
            "networking.istio.io/v1/DestinationRule": () => [],
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const service = this.world.get(K.LLMInferenceService, ...splitKey(key));
        if (!service || !serves(this.world, CONTROLLER) || !this.world.operator(RHOAI)) {
            return;
        }
        if (service.metadata.deletionTimestamp) {
            if (pass.waited("release", duration("finalizer.release"))) {
                await this.world.unfinalize(service, FINALIZER);
            }
            return;
        }
        await this.world.finalize(service, FINALIZER);
        if (!pass.waited("reconcile", duration("kserve.reconcile"))) {
            return;
        }
        const { name = "", namespace = "" } = service.metadata;
        const refs = (service.spec.router?.gateway?.refs as { name: string; namespace: string }[] | undefined) ?? [
            DEFAULT_GATEWAY,
        ];
        const absent = refs.find((ref) => !this.world.get(K.Gateway, ref.namespace, ref.name));
        await this.children(service, refs);
        const workload = this.world.get(K.Deployment, namespace, `${name}-kserve`);
        const picker = this.world.get(K.Deployment, namespace, `${name}-kserve-router-scheduler`);
        const route = this.world.get(K.HTTPRoute, namespace, `${name}-kserve-route`);
        const fault = this.world.faults.notReady("LLMInferenceService", name);
        const running =
            isTrue(workload, "Available") && conditionOf(workload, "Progressing")?.reason === "NewReplicaSetAvailable";
        const main: Of = running
            ? yes()
            : no(
                  "MinimumReplicasUnavailable",
                  conditionOf(workload, "Available")?.message ?? "the Deployment does not exist yet",
              );
        const gateways: Of = absent
            ? no("RefsInvalid", `Managed gateway references do not exist: ${absent.namespace}/${absent.name}`)
            : yes();
        const routes: Of = routeAccepted(route)
            ? yes()
            : no("HTTPRoutesNotReady", `HTTPRoute ${namespace}/${name}-kserve-route is not accepted${rejection(route)}`);
        const scheduler = isTrue(picker, "Available")
            ? yes()
            : no("MinimumReplicasUnavailable", "the scheduler Deployment does not have minimum availability");
        const pool: Of = routeAccepted(route) ? yes() : no("WaitingForGateway", "no parent status yet");
        const router = [gateways, routes, scheduler, pool].find((condition) => condition.status !== "True") ?? yes();
        const workloads = fault === undefined ? main : no(fault, "the workload is not ready in this rehearsal");
        const ready = workloads.status === "True" ? router : workloads;
        const hostname = refs
            .flatMap(
                (ref) =>
                    (this.world.get(K.Gateway, ref.namespace, ref.name)?.spec.listeners as { hostname?: string }[] | undefined) ??
                    [],
            )
            .find((listener) => listener.hostname !== undefined)?.hostname;
        const url = `https://${hostname ?? "inference.invalid"}/${namespace}/${name}`;
        await this.world.setStatus(service, {
            observedGeneration: service.metadata.generation,
            ...(ready.status === "True" && { url, addresses: [{ url }] }),
            conditions: [
                { type: "PresetsCombined", ...yes() },
                { type: "MainWorkloadReady", ...main },
                { type: "WorkloadsReady", ...workloads },
                { type: "GatewaysReady", ...gateways },
                { type: "HTTPRoutesReady", ...routes },
                { type: "SchedulerWorkloadReady", ...scheduler },
                { type: "InferencePoolReady", ...pool },
                { type: "RouterReady", ...router },
                { type: "Ready", ...ready },
            ],
        });
    }

    private async children(service: KubeObject, refs: readonly { name: string; namespace: string }[]): Promise<void> {
        const { name, namespace = "" } = service.metadata;
        const labels = (component: string): Record<string, string> => ({
            "app.kubernetes.io/name": name,
            "app.kubernetes.io/part-of": "llminferenceservice",
            "app.kubernetes.io/component": component,
        });
        const workload = {
            ...labels("llminferenceservice-workload"),
            "kserve.io/component": "workload",
            "llm-d.ai/role": "both",
        };
        const picker = labels("llminferenceservice-router-scheduler");
        const meta = (child: string, own: Record<string, string>): KubeObject["metadata"] => ({
            name: child,
            namespace,
            labels: own,
            ownerReferences: [ownerOf(service)],
        });
        await this.world.ensure({
            apiVersion: "v1",
            kind: "Secret",
            type: "kubernetes.io/tls",
            metadata: meta(`${name}-kserve-self-signed-certs`, labels("llminferenceservice")),
            data: {
                "tls.crt": Buffer.from("rehearsal").toString("base64"),
                "tls.key": Buffer.from("rehearsal").toString("base64"),
            },
        });
        const template = service.spec.template as { containers?: object[] } | undefined;
        const pod = {
            metadata: { labels: workload },
            spec: {
                ...template,
                containers: (template?.containers ?? [{ name: "main" }]).map((container, i) => ({
                    image: "registry.redhat.io/rhaii/vllm-cuda-rhel9",
                    ...(i === 0 && { args: [`--served-model-name=${service.spec.model?.name ?? name}`] }),
                    ...container,
                })),
            },
        };
        const existing = this.world.get(K.Deployment, namespace, `${name}-kserve`);
        if (existing) {
            await this.world.patch(existing, { spec: { replicas: service.spec.replicas ?? 1, template: pod } });
        } else {
            await this.world.ensure({
                apiVersion: "apps/v1",
                kind: "Deployment",
                metadata: meta(`${name}-kserve`, workload),
                spec: { replicas: service.spec.replicas ?? 1, selector: { matchLabels: workload }, template: pod },
            });
        }
        await this.world.ensure({
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: meta(`${name}-kserve-router-scheduler`, picker),
            spec: {
                replicas: 1,
                selector: { matchLabels: picker },
                strategy: { type: "Recreate" },
                template: {
                    metadata: { labels: picker },
                    spec: { containers: [{ name: "main", image: "registry.redhat.io/rhaii/llm-d-inference-scheduler-rhel9" }] },
                },
            },
        });
        const service8000 = (
            child: string,
            selector: Record<string, string>,
            ports: readonly (readonly [string, number])[],
        ): KubeObject => ({
            apiVersion: "v1",
            kind: "Service",
            metadata: meta(child, labels("llminferenceservice")),
            spec: {
                selector,
                ports: ports.map(([port, number]) => ({ name: port, port: number, targetPort: number, protocol: "TCP" })),
            },
        });
        await this.world.ensure(service8000(`${name}-kserve-workload-svc`, workload, [["https", 8000]]));
        await this.world.ensure(
            service8000(`${name}-epp-service`, picker, [
                ["grpc", 9002],
                ["grpc-health", 9003],
                ["metrics", 9090],
                ["zmq", 5557],
            ]),
        );
        await this.world.ensure({
            apiVersion: "inference.networking.k8s.io/v1",
            kind: "InferencePool",
            metadata: meta(`${name}-inference-pool`, labels("llminferenceservice")),
            spec: {
                selector: { matchLabels: workload },
                targetPorts: [{ number: 8000 }],
                endpointPickerRef: {
                    name: `${name}-epp-service`,
                    kind: "Service",
                    port: { number: 9002 },
                    failureMode: "FailOpen",
                },
            },
        });
        const path = (suffix: string): object => ({ path: { type: "PathPrefix", value: `/${namespace}/${name}${suffix}` } });
        await this.world.ensure({
            apiVersion: "gateway.networking.k8s.io/v1",
            kind: "HTTPRoute",
            metadata: meta(`${name}-kserve-route`, labels("llminferenceservice-router")),
            spec: {
                parentRefs: refs.map((ref) => ({ group: "gateway.networking.k8s.io", kind: "Gateway", ...ref })),
                rules: [
                    {
                        matches: [path("/v1/completions"), path("/v1/chat/completions"), path("/v1/responses")],
                        backendRefs: [
                            {
                                group: "inference.networking.k8s.io",
                                kind: "InferencePool",
                                name: `${name}-inference-pool`,
                                port: 8000,
                                weight: 1,
                            },
                        ],
                    },
                    {
                        matches: [path("")],
                        backendRefs: [{ group: "", kind: "Service", name: `${name}-kserve-workload-svc`, port: 8000, weight: 1 }],
                    },
                ],
            },
        });
    }
}

type Of = Omit<ConditionSpec, "type">;

function yes(): Of {
    return { status: "True", reason: "Ready" };
}

function no(reason: string, message: string): Of {
    return { status: "False", reason, message };
}

function rejection(route: KubeObject | undefined): string {
    const parent = (route?.status?.parents as { conditions: ConditionSpec[] }[] | undefined)?.[0];
    const refused = parent?.conditions.find((condition) => condition.type === "Accepted" && condition.status === "False");
    return refused ? `: ${refused.reason}: ${refused.message ?? ""}` : "";
}
