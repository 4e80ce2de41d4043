import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { routeAccepted } from "../openshift/ingress";
import { K } from "../kind-names";
import { APPLICATIONS, RHOAI, serves } from "../openshift-ai";
import { scale, SCALING_DEFINITIONS } from "./scaling";
import { WEIGHTS } from "../openshift/workloads";
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

const FINALIZER = "serving.kserve.io/llmisvc-finalizer";
const CONTROLLER = "llmisvc-controller-manager";
/** Where the program says how large the weights are. */
const GPU_MEMORY = "maas-platform.io/gpu-memory";
const GROUPS = "leaderworkersets.leaderworkerset.x-k8s.io";
const DEFAULT_GATEWAY = { name: "openshift-ai-inference", namespace: "openshift-ingress" };

/**
 * KServe's controller for LLMInferenceService: workload, endpoint picker, pool and route. Source:
 * docs/sources/llm-d.md#what-it-makes.
 */
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
            [K.StatefulSet]: owner,
            [K.ServiceAccount]: (account) =>
                world
                    .inNamespace(K.LLMInferenceService, account.metadata.namespace!)
                    .filter((service) => accountsOf(service).includes(account.metadata.name))
                    .map(keyOf),
            [K.HTTPRoute]: owner,
            [K.InferencePool]: owner,
            [K.Gateway]: all,
            [K.CustomResourceDefinition]: (crd) => (SCALING_DEFINITIONS.includes(crd.metadata.name) ? all() : []),
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
        const account = accountsOf(service).find((wanted) => !this.world.get(K.ServiceAccount, namespace, wanted));
        if (account !== undefined) {
            const missing = no(
                "ReconcileError",
                `failed to fetch existing single node main service account ${namespace}/${account}: serviceaccounts "${account}" not found`,
            );
            await this.world.setStatus(service, {
                observedGeneration: service.metadata.generation,
                conditions: [
                    { type: "PresetsCombined", ...yes() },
                    { type: "WorkloadsReady", ...missing },
                    { type: "Ready", ...missing },
                ],
            });
            return;
        }
        await this.children(service, refs);
        const unscaled = await scale(this.world, service, this.world.get(K.ConfigMap, APPLICATIONS, "inferenceservice-config"));
        if (unscaled !== undefined) {
            const failed = no("ReconcileError", unscaled);
            await this.world.setStatus(service, {
                observedGeneration: service.metadata.generation,
                conditions: [
                    { type: "PresetsCombined", ...yes() },
                    { type: "WorkloadsReady", ...failed },
                    { type: "Ready", ...failed },
                ],
            });
            return;
        }
        const picker = this.world.get(K.Deployment, namespace, `${name}-kserve-router-scheduler`);
        const route = this.world.get(K.HTTPRoute, namespace, `${name}-kserve-route`);
        const fault = this.world.faults.notReady("LLMInferenceService", name);
        const main = this.running(namespace, `${name}-kserve`, service.spec.worker !== undefined);
        const prefill: Of | undefined =
            service.spec.prefill === undefined
                ? undefined
                : this.running(namespace, `${name}-kserve-prefill`, service.spec.prefill.worker !== undefined, "-mn-prefill");
        const gateways: Of = absent
            ? no("RefsInvalid", `Managed gateway references do not exist: ${absent.namespace}/${absent.name}`)
            : yes();
        const routes: Of = routeAccepted(route)
            ? yes()
            : no("HTTPRoutesNotReady", `HTTPRoute ${namespace}/${name}-kserve-route is not accepted${rejection(route)}`);
        const scheduled = service.spec.router?.scheduler !== undefined;
        const scheduler =
            !scheduled || isTrue(picker, "Available")
                ? yes()
                : no("MinimumReplicasUnavailable", "the scheduler Deployment does not have minimum availability");
        const pool: Of = !scheduled || routeAccepted(route) ? yes() : no("WaitingForGateway", "no parent status yet");
        const router = [gateways, routes, scheduler, pool].find((condition) => condition.status !== "True") ?? yes();
        const slowest = [main, prefill].find((of) => of !== undefined && of.status !== "True") ?? main;
        const workloads = fault === undefined ? slowest : no(fault, "the workload is not ready in this rehearsal");
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
                ...(prefill === undefined ? [] : [{ type: "PrefillWorkloadReady", ...prefill }]),
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

    /** The pods of a service: a Deployment, or a LeaderWorkerSet where a copy is several pods. */
    private async workload(
        service: KubeObject,
        part: Part,
        as: { readonly name: string; readonly group: string; readonly labels: Record<string, string> },
    ): Promise<void> {
        const { namespace = "", name } = service.metadata;
        const uri = String(service.spec.model?.uri ?? "");
        const weights = weightsOf(service);
        const pod = {
            metadata: {
                labels: as.labels,
                ...(weights !== undefined && { annotations: { [WEIGHTS]: weights.toFixed(1) } }),
            },
            spec: {
                ...part.template,
                containers: [
                    ...(part.template?.containers ?? [{ name: "main" }]).map((container, i) => ({
                        image: "registry.redhat.io/rhaii/vllm-cuda-rhel9",
                        ...(i === 0 && { args: [`--served-model-name=${service.spec.model?.name ?? name}`] }),
                        ...container,
                    })),
                    // The weights come as an image, next to the server.
                    ...(uri.startsWith("oci://") ? [{ name: "modelcar", image: uri.slice("oci://".length) }] : []),
                ],
            },
        };
        // What an autoscaler has set stays; until then there is one.
        const set = this.world.get(K.Deployment, namespace, as.name)?.spec.replicas as number | undefined;
        const replicas = part.scaling === undefined ? (part.replicas ?? 1) : (set ?? 1);
        const metadata = { namespace, labels: as.labels, ownerReferences: [ownerOf(service)] };
        const size =
            part.worker === undefined
                ? 1
                : (part.parallelism?.pipeline ?? Math.ceil((part.parallelism?.data ?? 1) / (part.parallelism?.dataLocal ?? 1)));
        const put = async (object: KubeObject): Promise<void> => {
            const existing = this.world.get(`${object.apiVersion}/${object.kind}`, namespace, object.metadata.name);
            await (existing ? this.world.patch(existing, { spec: object.spec }) : this.world.ensure(object));
        };
        if (part.worker === undefined) {
            await put({
                apiVersion: "apps/v1",
                kind: "Deployment",
                metadata: { ...metadata, name: as.name },
                spec: { replicas, selector: { matchLabels: as.labels }, template: pod },
            });
        } else if (this.world.defined(GROUPS)) {
            await put({
                apiVersion: "leaderworkerset.x-k8s.io/v1",
                kind: "LeaderWorkerSet",
                metadata: { ...metadata, name: as.group },
                spec: {
                    replicas,
                    startupPolicy: "LeaderCreated",
                    leaderWorkerTemplate: {
                        size,
                        restartPolicy: "RecreateGroupOnPodRestart",
                        leaderTemplate: pod,
                        workerTemplate: pod,
                    },
                },
            });
            // Leaders and workers in one: what counts is that each pod finds its GPUs.
            await put({
                apiVersion: "apps/v1",
                kind: "StatefulSet",
                metadata: { ...metadata, name: as.group },
                spec: {
                    replicas: replicas * size,
                    serviceName: as.group,
                    selector: { matchLabels: as.labels },
                    template: pod,
                },
            });
        }
    }

    private running(namespace: string, name: string, grouped: boolean, suffix = "-mn"): Of {
        if (grouped) {
            const group = `${name.replace(/-prefill$/, "")}${suffix}`;
            const pods = this.world.get(K.StatefulSet, namespace, group);
            const ready = Number(pods?.status?.readyReplicas ?? 0);
            return pods !== undefined && ready === Number(pods.spec.replicas)
                ? yes()
                : no(
                      "MinimumReplicasUnavailable",
                      this.world.defined(GROUPS)
                          ? `LeaderWorkerSet ${group} has ${ready} of ${pods?.spec.replicas ?? "?"} pods ready`
                          : 'no matches for kind "LeaderWorkerSet" in version "leaderworkerset.x-k8s.io/v1"',
                  );
        }
        const workload = this.world.get(K.Deployment, namespace, name);
        return isTrue(workload, "Available") && conditionOf(workload, "Progressing")?.reason === "NewReplicaSetAvailable"
            ? yes()
            : no(
                  "MinimumReplicasUnavailable",
                  conditionOf(workload, "Available")?.message ?? "the Deployment does not exist yet",
              );
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
        await this.workload(service, service.spec as Part, {
            name: `${name}-kserve`,
            group: `${name}-kserve-mn`,
            labels: { ...workload, "llm-d.ai/role": service.spec.prefill === undefined ? "both" : "decode" },
        });
        if (service.spec.prefill !== undefined) {
            await this.workload(service, service.spec.prefill as Part, {
                name: `${name}-kserve-prefill`,
                group: `${name}-kserve-mn-prefill`,
                labels: {
                    ...labels("llminferenceservice-workload-prefill"),
                    "kserve.io/component": "workload",
                    "llm-d.ai/role": "prefill",
                },
            });
        }
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
        // Without a scheduler the route leads to the copies themselves.
        const scheduled = service.spec.router?.scheduler !== undefined;
        if (scheduled) {
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
                        spec: {
                            containers: [{ name: "main", image: "registry.redhat.io/rhaii/llm-d-inference-scheduler-rhel9" }],
                        },
                    },
                },
            });
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
        }
        const path = (suffix: string): object => ({ path: { type: "PathPrefix", value: `/${namespace}/${name}${suffix}` } });
        await this.world.ensure({
            apiVersion: "gateway.networking.k8s.io/v1",
            kind: "HTTPRoute",
            metadata: meta(`${name}-kserve-route`, labels("llminferenceservice-router")),
            spec: {
                parentRefs: refs.map((ref) => ({ group: "gateway.networking.k8s.io", kind: "Gateway", ...ref })),
                rules: [
                    ...(scheduled
                        ? [
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
                          ]
                        : []),
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

/** The pods of a service, or those that prefill for it. */
interface Part {
    readonly replicas?: number;
    readonly scaling?: object;
    readonly template?: { readonly containers?: readonly object[]; readonly serviceAccountName?: string };
    readonly worker?: object;
    readonly parallelism?: { readonly data?: number; readonly dataLocal?: number; readonly pipeline?: number };
}

/** The ServiceAccounts that pods of a service run as, where it names them. */
function accountsOf({ spec }: KubeObject): string[] {
    return [spec.template, spec.prefill?.template].flatMap((template: Part["template"]) => template?.serviceAccountName ?? []);
}

/** GiB that one pod loads, as far as the service tells: the weights on each GPU times its GPUs. */
function weightsOf(service: KubeObject): number | undefined {
    const told = /weights (?:at least )?([\d.]+)/.exec(service.metadata.annotations?.[GPU_MEMORY] ?? "")?.[1];
    const gpus = Number(service.spec.template?.containers?.[0]?.resources?.limits?.["nvidia.com/gpu"] ?? 1);
    return told === undefined ? undefined : Number(told) * gpus;
}

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
