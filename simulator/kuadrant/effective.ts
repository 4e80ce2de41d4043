/** The choice of the policy that holds for a request, where several could. */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import { gatewaysOf } from "../openshift/http-routes";
import { isTrue, keyOf, splitKey, type World } from "../world";

/** Kinds with one effective policy for each path. */
export const LAYERED = [K.AuthPolicy, K.RateLimitPolicy, K.TokenRateLimitPolicy] as const;
export type Layered = (typeof LAYERED)[number];

/** A way that requests take: through a gateway, along a route. */
export interface Path {
    readonly gateway: KubeObject;
    readonly route: KubeObject;
}

/** The ways that a policy of the kind could be for: those through its gateway, or along its route. */
export function pathsOf(world: World, policy: KubeObject): Path[] {
    return world
        .all(K.HTTPRoute)
        .filter((route) => !route.metadata.deletionTimestamp)
        .flatMap((route) =>
            gatewaysOf(route).flatMap((key) => {
                const gateway = world.get(K.Gateway, ...splitKey(key));
                const path = gateway && { gateway, route };
                return path && targets(policy, path) !== undefined ? [path] : [];
            }),
        );
}

/**
 * The policy of a kind that holds on a way. That of the route takes the place of the gateway's, unless the gateway's overrides; of two
 * on one target the newer holds.
 *
 * @param own one that has just been accepted, whatever its status still says
 *
 * Source: Kuadrant/kuadrant-operator@v1.3.1:internal/controller/auth_policy_status_updater.go, docs/sources/connectivity-link.md#policies.
 */
export function effective(world: World, kind: Layered, path: Path, own?: KubeObject): KubeObject | undefined {
    const of = (target: "Gateway" | "HTTPRoute"): KubeObject[] =>
        world
            .all(kind)
            .filter(
                (policy) =>
                    !policy.metadata.deletionTimestamp &&
                    targets(policy, path) === target &&
                    (isTrue(policy, "Accepted") || (own !== undefined && keyOf(policy) === keyOf(own))),
            )
            .sort((a, b) => (age(a) < age(b) ? 1 : -1));
    const gateway = of("Gateway");
    return gateway.find(({ spec }) => spec.overrides !== undefined) ?? of("HTTPRoute")[0] ?? gateway[0];
}

/** Whether a policy asks for `auth`, which exists only where a policy authenticates. */
export function asksForAuth({ spec }: KubeObject): boolean {
    const limits = (spec.limits ?? spec.defaults?.limits ?? spec.overrides?.limits ?? {}) as Record<
        string,
        { when?: readonly { predicate: string }[] }
    >;
    return Object.values(limits).some(({ when = [] }) => when.some(({ predicate }) => /\bauth\./.test(predicate)));
}

function targets(policy: KubeObject, { gateway, route }: Path): "Gateway" | "HTTPRoute" | undefined {
    const { kind, name } = policy.spec.targetRef as { kind: string; name: string };
    const key = `${policy.metadata.namespace}/${name}`;
    return kind === "Gateway" && key === keyOf(gateway)
        ? "Gateway"
        : kind === "HTTPRoute" && key === keyOf(route)
          ? "HTTPRoute"
          : undefined;
}

function age({ metadata }: KubeObject): string {
    return `${metadata.creationTimestamp as string} ${metadata.name}`;
}
