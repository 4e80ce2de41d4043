import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { routeAccepted } from "../openshift/http-routes";
import { K } from "../kind-names";
import { APPLICATIONS, RHOAI, serves } from "../openshift-ai";
import { childName } from "./child";
import { makeChildren } from "./service-children";
import { accountsOf, GROUPS } from "./service-workload";
import { scale, SCALING_DEFINITIONS } from "./scaler";
import { type ConditionSpec, conditionOf, type Controller, isTrue, keyOf, type Pass, splitKey, type World } from "../world";

const FINALIZER = "serving.kserve.io/llmisvc-finalizer";
const CONTROLLER = "llmisvc-controller-manager";
/** The presets that a service was combined with; their names carry the version of the operator. */
const PRESETS = Object.fromEntries(
    [
        "decode-template",
        "decode-worker-data-parallel",
        "prefill-template",
        "prefill-worker-data-parallel",
        "router-route",
        "scheduler",
        "template",
        "worker-data-parallel",
    ].map((preset) => [`serving.kserve.io/config-llm-${preset}`, `v3-4-1-kserve-config-llm-${preset}`]),
);
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
            [K.ServiceAccount]: (account) => [
                ...owner(account),
                ...world
                    .inNamespace(K.LLMInferenceService, account.metadata.namespace!)
                    .filter((service) => accountsOf(service).includes(account.metadata.name))
                    .map(keyOf),
            ],
            [K.LeaderWorkerSet]: owner,
            [K.HTTPRoute]: owner,
            [K.InferencePool]: owner,
            [K.Gateway]: all,
            [K.CustomResourceDefinition]: (crd) => (SCALING_DEFINITIONS.includes(crd.metadata.name) ? all() : []),
            // Objects that an earlier service has left go, and are made again.
            "networking.istio.io/v1/DestinationRule": owner,
            "inference.networking.x-k8s.io/v1alpha2/InferencePool": owner,
            [K.Secret]: owner,
            [K.Service]: owner,
            [K.Role]: owner,
            [K.RoleBinding]: owner,
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
        const absent = refs.filter((ref) => !this.world.get(K.Gateway, ref.namespace, ref.name));
        const account = accountsOf(service).find((wanted) => !this.world.get(K.ServiceAccount, namespace, wanted));
        if (account !== undefined) {
            await this.fail(
                service,
                "ReconcileSingleNodeWorkloadError",
                `failed to reconcile service account: failed to get expected main deployment: failed to fetch existing single node main service account ${namespace}/${account}: ServiceAccount "${account}" not found`,
            );
            return;
        }
        await makeChildren(this.world, service, refs);
        const unscaled = await scale(this.world, service, this.world.get(K.ConfigMap, APPLICATIONS, "inferenceservice-config"));
        if (unscaled !== undefined) {
            await this.fail(service, "ReconcileScalingError", unscaled);
            return;
        }
        const picker = this.world.get(K.Deployment, namespace, childName(name, "-kserve-router-scheduler"));
        const route = this.world.get(K.HTTPRoute, namespace, childName(name, "-kserve-route"));
        const fault = this.world.faults.notReady("LLMInferenceService", name);
        const [main, prefill] = this.workloads(service);
        const gateways: Of =
            absent.length === 0
                ? yes()
                : no(
                      "RefsInvalid",
                      `Managed gateway references do not exist: ${absent.map((ref) => `Gateway ${ref.namespace}/${ref.name} does not exist`).join("; ")}`,
                  );
        const routes: Of = routeAccepted(route)
            ? yes()
            : no(
                  "HTTPRoutesNotReady",
                  `The following HTTPRoutes are not ready: [${namespace}/${childName(name, "-kserve-route")}${rejection(route)}]`,
              );
        const scheduled = service.spec.router?.scheduler !== undefined;
        // Of several one is active, and the others are not ready.
        const scheduler =
            Number(picker?.status?.availableReplicas ?? 0) > 0
                ? yes()
                : no("MinimumReplicasUnavailable", "Deployment does not have minimum availability.");
        const pool: Of = routeAccepted(route) ? yes() : no("WaitingForGateway", "no parent status yet");
        const router =
            [gateways, routes, ...(scheduled ? [pool, scheduler] : [])].find((condition) => condition.status !== "True") ?? yes();
        const slowest = [main, prefill].find((of) => of !== undefined && of.status !== "True") ?? yes();
        const workloads = fault === undefined ? slowest : no(fault, "the workload is not ready in this rehearsal");
        const ready = router.status === "True" ? workloads : router;
        const hostname = refs
            .flatMap(
                (ref) =>
                    (this.world.get(K.Gateway, ref.namespace, ref.name)?.spec.listeners as { hostname?: string }[] | undefined) ??
                    [],
            )
            .find((listener) => listener.hostname !== undefined)?.hostname;
        const url = `https://${hostname ?? "inference.invalid"}/${namespace}/${name}`;
        const grouped = (part: { worker?: object }): string => (part.worker === undefined ? "" : "Worker");
        await this.world.setStatus(service, {
            observedGeneration: service.metadata.generation,
            // As soon as there is a route, whether anything answers or not.
            ...(routeAccepted(route) && { url, addresses: [{ name: "gateway-external", url }] }),
            annotations: PRESETS,
            conditions: [
                part("PresetsCombined", yes()),
                part(service.spec.worker === undefined ? "MainWorkloadReady" : "WorkerWorkloadReady", main),
                ...(prefill === undefined ? [] : [part(`Prefill${grouped(service.spec.prefill)}WorkloadReady`, prefill)]),
                { type: "WorkloadsReady", ...workloads },
                part("GatewaysReady", gateways),
                part("HTTPRoutesReady", routes),
                ...(scheduled ? [part("SchedulerWorkloadReady", scheduler), part("InferencePoolReady", pool)] : []),
                { type: "RouterReady", ...router },
                { type: "Ready", ...ready },
            ],
        });
    }

    /** A reconciliation that ends at its workload. */
    private async fail(service: KubeObject, reason: string, message: string): Promise<void> {
        const failed = no(reason, message);
        await this.world.setStatus(service, {
            observedGeneration: service.metadata.generation,
            annotations: PRESETS,
            conditions: [
                part("PresetsCombined", yes()),
                part("MainWorkloadReady", failed),
                { type: "WorkloadsReady", ...failed },
                { type: "Ready", ...failed },
            ],
        });
    }

    /** The main pods, and those that prefill. */
    private workloads({ metadata, spec }: KubeObject): [Of, Of | undefined] {
        const { name, namespace = "" } = metadata;
        const of = (part: { worker?: object } | undefined, single: string, group: string): Of | undefined =>
            part &&
            this.running(namespace, childName(name, part.worker === undefined ? single : group), part.worker !== undefined);
        return [
            of(spec as { worker?: object }, "-kserve", "-kserve-mn")!,
            of(spec.prefill as { worker?: object } | undefined, "-kserve-prefill", "-kserve-mn-prefill"),
        ];
    }

    private running(namespace: string, name: string, grouped: boolean): Of {
        if (grouped) {
            const group = this.world.get(K.LeaderWorkerSet, namespace, name);
            const available = conditionOf(group, "Available");
            return available?.status === "True"
                ? yes()
                : no(
                      available?.reason ?? "Progressing",
                      available?.message ??
                          (this.world.defined(GROUPS)
                              ? "LWS is progressing"
                              : 'no matches for kind "LeaderWorkerSet" in version "leaderworkerset.x-k8s.io/v1"'),
                  );
        }
        const workload = this.world.get(K.Deployment, namespace, name);
        // Pods of an older version count as well.
        return isTrue(workload, "Available")
            ? yes()
            : no(
                  "MinimumReplicasUnavailable",
                  conditionOf(workload, "Available")?.message ?? "the Deployment does not exist yet",
              );
    }
}

type Of = Omit<ConditionSpec, "type" | "reason"> & { readonly reason?: string };

/** A condition that is True has no reason. */
function yes(): Of {
    return { status: "True" };
}

/** A condition that others are made from. */
function part(type: string, of: Of): object {
    return { type, severity: "Info", ...of };
}

function no(reason: string, message: string): Of {
    return { status: "False", reason, message };
}

function rejection(route: KubeObject | undefined): string {
    const parent = (route?.status?.parents as { conditions: ConditionSpec[] }[] | undefined)?.[0];
    const refused = parent?.conditions.find((condition) => condition.type === "Accepted" && condition.status === "False");
    return refused ? `: ${refused.reason}: ${refused.message ?? ""}` : "";
}
