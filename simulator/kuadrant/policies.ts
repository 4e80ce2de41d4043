import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { K } from "../kind-names";
import { gatewaysOf, routeAccepted } from "../openshift/http-routes";
import { type Controller, type World, keyOf, type Pass, splitKey, conditionOf, type ConditionSpec, isTrue } from "../world";

const POLICIES = [
    K.AuthPolicy,
    K.RateLimitPolicy,
    K.TokenRateLimitPolicy,
    "kuadrant.io/v1/DNSPolicy",
    "kuadrant.io/v1/TLSPolicy",
    "extensions.kuadrant.io/v1alpha1/TelemetryPolicy",
    "extensions.kuadrant.io/v1alpha1/PlanPolicy",
    "extensions.kuadrant.io/v1alpha1/OIDCPolicy",
] as const;
/**
 * Kuadrant's policies: accepted when their target exists, enforced when Kuadrant and the gateway are ready. Source:
 * Kuadrant/kuadrant-operator@v1.3.1:internal/controller/ratelimit_policy_status_updater.go.
 */
export class KuadrantPolicies implements Controller {
    readonly name = "kuadrant-policies";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const all = (): string[] => POLICIES.flatMap((kind) => world.keys(kind).map((key) => `${kind}|${key}`));
        const targeting = (kind: string) => (object: KubeObject) => {
            const affected = kind === "HTTPRoute" ? [keyOf(object), ...gatewaysOf(object)] : [keyOf(object)];
            return POLICIES.flatMap((policyKind) =>
                world
                    .all(policyKind)
                    .filter((policy) => affected.includes(`${policy.metadata.namespace}/${policy.spec?.targetRef?.name}`))
                    .map((policy) => `${policyKind}|${keyOf(policy)}`),
            );
        };
        this.watches = {
            ...Object.fromEntries(POLICIES.map((kind) => [kind, (object: KubeObject) => [`${kind}|${keyOf(object)}`]])),
            [K.Kuadrant]: all,
            [K.Gateway]: targeting("Gateway"),
            [K.HTTPRoute]: targeting("HTTPRoute"),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const at = key.indexOf("|");
        const policy = this.world.get(key.slice(0, at), ...splitKey(key.slice(at + 1)));
        if (
            !policy ||
            policy.metadata.deletionTimestamp ||
            !this.world.operator("rhcl-operator") ||
            !pass.waited("accept", duration("kuadrant.policy"))
        ) {
            return;
        }
        const kuadrant = this.world.all(K.Kuadrant)[0];
        const missing =
            conditionOf(kuadrant, "Ready")?.reason === "MissingDependency" ? conditionOf(kuadrant, "Ready")!.message : undefined;
        const { kind, name } = policy.spec.targetRef as { kind: string; name: string };
        const namespace = policy.metadata.namespace!;
        const target = this.world.get(kind === "Gateway" ? K.Gateway : K.HTTPRoute, namespace, name);
        const fault = this.world.faults.notReady(policy.kind, policy.metadata.name);
        const accepted: Omit<ConditionSpec, "type"> = missing
            ? { status: "False", reason: "MissingDependency", message: missing }
            : target
              ? { status: "True", reason: "Accepted", message: `${policy.kind} has been accepted` }
              : { status: "False", reason: "TargetNotFound", message: `${policy.kind} target ${name} was not found` };
        const routes =
            kind === "Gateway"
                ? this.world.all(K.HTTPRoute).filter((route) => gatewaysOf(route).includes(`${namespace}/${name}`))
                : target
                  ? [target]
                  : [];
        let enforced: Omit<ConditionSpec, "type"> | undefined;
        if (accepted.status === "True") {
            const gateways =
                kind === "Gateway"
                    ? [target]
                    : gatewaysOf(target!).map((gateway) => this.world.get(K.Gateway, ...splitKey(gateway)));
            if (fault !== undefined) {
                enforced = { status: "False", reason: fault, message: `${policy.kind} is not enforced in this rehearsal` };
            } else if (!isTrue(kuadrant, "Ready")) {
                enforced = {
                    status: "False",
                    reason: "Unknown",
                    message: `${policy.kind} has encountered some issues: Kuadrant is not ready`,
                };
            } else if (!routes.some(routeAccepted)) {
                enforced = {
                    status: "False",
                    reason: "Unknown",
                    message: `${policy.kind} is not in the path to any existing routes`,
                };
            } else if (!gateways.some((gateway) => isTrue(gateway, "Programmed"))) {
                enforced = {
                    status: "False",
                    reason: "Unknown",
                    message: `${policy.kind} has encountered some issues: no gateway is programmed`,
                };
            } else if (pass.waited("enforce", duration("kuadrant.enforce"))) {
                enforced = { status: "True", reason: "Enforced", message: `${policy.kind} has been successfully enforced` };
            } else {
                enforced = {
                    status: "False",
                    reason: "Unknown",
                    message: `${policy.kind} waiting for the following components to sync: [WasmPlugin]`,
                };
            }
        }
        await this.world.setStatus(policy, {
            observedGeneration: policy.metadata.generation,
            conditions: [{ type: "Accepted", ...accepted }, ...(enforced ? [{ type: "Enforced", ...enforced }] : [])],
        });
    }
}
