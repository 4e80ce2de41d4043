import { createHash } from "node:crypto";

import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { K } from "../kind-names";
import { gatewaysOf, routeAccepted } from "../openshift/http-routes";
import { type ConditionSpec, conditionOf, type Controller, isTrue, keyOf, type Pass, splitKey, type World } from "../world";
import { asksForAuth, effective, LAYERED, type Layered, type Path, pathsOf } from "./effective";

const POLICIES = [
    ...LAYERED,
    "kuadrant.io/v1/DNSPolicy",
    "kuadrant.io/v1/TLSPolicy",
    "extensions.kuadrant.io/v1alpha1/TelemetryPolicy",
    "extensions.kuadrant.io/v1alpha1/PlanPolicy",
    "extensions.kuadrant.io/v1alpha1/OIDCPolicy",
] as const;

type Condition = Omit<ConditionSpec, "type">;

/**
 * Kuadrant's policies: accepted when their target exists; enforced when Kuadrant is ready and they hold for a route, with what they ask
 * for. Source: Kuadrant/kuadrant-operator@v1.3.1:internal/controller/ratelimit_policy_status_updater.go,
 * Kuadrant/kuadrant-operator@v1.3.1:internal/controller/auth_policy_status_updater.go,
 * Kuadrant/kuadrant-operator@v1.3.1:internal/controller/istio_extension_reconciler.go.
 */
export class KuadrantPolicies implements Controller {
    readonly name = "kuadrant-policies";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const keys = (kinds: readonly string[]): string[] =>
            kinds.flatMap((kind) => world.keys(kind).map((key) => `${kind}|${key}`));
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
            // It takes the place of another, or gives limits what they ask for.
            [K.AuthPolicy]: (policy) => [`${K.AuthPolicy}|${keyOf(policy)}`, ...keys(LAYERED)],
            [K.Kuadrant]: () => keys(POLICIES),
            [K.Gateway]: targeting("Gateway"),
            [K.HTTPRoute]: targeting("HTTPRoute"),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const at = key.indexOf("|");
        const policyKind = key.slice(0, at);
        const policy = this.world.get(policyKind, ...splitKey(key.slice(at + 1)));
        if (
            !policy ||
            policy.metadata.deletionTimestamp ||
            !this.world.operator("rhcl-operator") ||
            !pass.waited(`accept ${policy.metadata.uid}`, duration("kuadrant.policy"))
        ) {
            return;
        }
        const accepted = this.accepted(policy);
        const layered = LAYERED.find((kind) => kind === policyKind);
        const enforced =
            accepted.status === "True"
                ? (this.obstacle(policy) ??
                  (layered ? this.layered(layered, policy) : this.reached(policy)) ??
                  this.synced(policy, pass))
                : undefined;
        await this.world.setStatus(policy, {
            observedGeneration: policy.metadata.generation,
            conditions: [{ type: "Accepted", ...accepted }, ...(enforced ? [{ type: "Enforced", ...enforced }] : [])],
        });
    }

    private accepted(policy: KubeObject): Condition {
        const kuadrant = this.world.all(K.Kuadrant)[0];
        const { kind, name } = policy.spec.targetRef as { kind: string; name: string };
        const target = this.world.get(kind === "Gateway" ? K.Gateway : K.HTTPRoute, policy.metadata.namespace!, name);
        return conditionOf(kuadrant, "Ready")?.reason === "MissingDependency"
            ? { status: "False", reason: "MissingDependency", message: conditionOf(kuadrant, "Ready")!.message! }
            : target
              ? { status: "True", reason: "Accepted", message: `${policy.kind} has been accepted` }
              : { status: "False", reason: "TargetNotFound", message: `${policy.kind} target ${name} was not found` };
    }

    private obstacle({ kind, metadata }: KubeObject): Condition | undefined {
        const fault = this.world.faults.notReady(kind, metadata.name);
        if (fault !== undefined) {
            return { status: "False", reason: fault, message: `${kind} is not enforced in this rehearsal` };
        }
        return isTrue(this.world.all(K.Kuadrant)[0], "Ready")
            ? undefined
            : {
                  status: "False",
                  reason: "Unknown",
                  message: `${kind} has encountered some issues: Kuadrant is not ready`,
              };
    }

    /** Why a policy is not enforced, if one policy of its kind holds for each path. */
    private layered(kind: Layered, policy: KubeObject): Condition | undefined {
        const paths = pathsOf(this.world, policy);
        const open = paths.filter(isReady);
        const holding = open.map((path) => effective(this.world, kind, path, policy));
        if (!holding.some((held) => held !== undefined && keyOf(held) === keyOf(policy))) {
            const others = [...new Set(holding.flatMap((held) => (held ? [keyOf(held)] : [])))];
            return others.length > 0
                ? { status: "False", reason: "Overridden", message: `${policy.kind} is overridden by [${others.join(" ")}]` }
                : noRoute(policy);
        }
        const blind =
            kind === K.AuthPolicy
                ? []
                : paths.filter((path) => {
                      const held = effective(this.world, kind, path, policy);
                      return held !== undefined && asksForAuth(held) && !effective(this.world, K.AuthPolicy, path);
                  });
        return blind.length > 0
            ? {
                  status: "False",
                  reason: "InvalidCelExpression",
                  message: `validation issues: [${blind.map(() => "ERROR: <input>:1:1: undeclared reference to 'auth' (in container '')").join(" ")}]`,
              }
            : undefined;
    }

    private reached(policy: KubeObject): Condition | undefined {
        return pathsOf(this.world, policy).some(isReady) ? undefined : noRoute(policy);
    }

    /** A policy is out of force for a moment after each change. */
    private synced(policy: KubeObject, pass: Pass): Condition {
        return pass.waited(`enforce ${policy.metadata.uid} ${policy.metadata.generation ?? 0}`, duration("kuadrant.enforce"))
            ? { status: "True", reason: "Enforced", message: `${policy.kind} has been successfully enforced` }
            : {
                  status: "False",
                  reason: "Unknown",
                  message: `${policy.kind} waiting for the following components to sync: [${this.parts(policy).join(" ")}]`,
              };
    }

    private parts(policy: KubeObject): string[] {
        return policy.kind === "AuthPolicy"
            ? pathsOf(this.world, policy).flatMap(({ gateway, route }) =>
                  (route.spec.rules as unknown[]).map(
                      (_, rule) =>
                          `AuthConfig (${createHash("sha256")
                              .update(`${keyOf(gateway)} ${keyOf(route)} ${rule}`)
                              .digest("hex")})`,
                  ),
              )
            : ["WasmPlugin"];
    }
}

function isReady({ gateway, route }: Path): boolean {
    return isTrue(gateway, "Programmed") && routeAccepted(route);
}

function noRoute({ kind }: KubeObject): Condition {
    return { status: "False", reason: "Unknown", message: `${kind} is not in the path to any existing routes` };
}
