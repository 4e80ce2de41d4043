import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { routeAccepted } from "../openshift/http-routes";
import { K } from "../kind-names";
import { APPLICATIONS, RHOAI, serves } from "../openshift-ai";
import { makeChildren } from "./service-children";
import { accountsOf, GROUPS } from "./service-workload";
import { scale, SCALING_DEFINITIONS } from "./scaler";
import { type ConditionSpec, conditionOf, type Controller, isTrue, keyOf, type Pass, splitKey, type World } from "../world";

const FINALIZER = "serving.kserve.io/llmisvc-finalizer";
const CONTROLLER = "llmisvc-controller-manager";
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
            [K.LeaderWorkerSet]: owner,
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
        await makeChildren(this.world, service, refs);
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
        // Pods of an older version count as well.
        return isTrue(workload, "Available")
            ? yes()
            : no(
                  "MinimumReplicasUnavailable",
                  conditionOf(workload, "Available")?.message ?? "the Deployment does not exist yet",
              );
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
