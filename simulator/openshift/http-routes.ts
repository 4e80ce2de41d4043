import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { K } from "../kind-names";
import { type Controller, type World, keyOf, itself, type Pass, splitKey, isTrue } from "../world";
import { parents, admits } from "./listeners";
import { Listener } from "./listeners";
import { OPENSHIFT_CONTROLLER } from "./gateway-classes";

/**
 * Istio: routes are accepted by gateways whose listeners admit their namespace. Source:
 * docs/sources/gateways.md#maas-gateway.
 */
export class HttpRoutes implements Controller {
    readonly name = "httproutes";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const on = (gateway: string): string[] =>
            world
                .all(K.HTTPRoute)
                .filter((route) => parents(route).some((p) => `${p.namespace}/${p.name}` === gateway))
                .map(keyOf);
        this.watches = {
            [K.HTTPRoute]: itself,
            [K.Gateway]: (gateway) => on(keyOf(gateway)),
            [K.Namespace]: (namespace, type) =>
                type === "MODIFIED" ? world.inNamespace(K.HTTPRoute, namespace.metadata.name).map(keyOf) : [],
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const route = this.world.get(K.HTTPRoute, ...splitKey(key));
        if (!route || route.metadata.deletionTimestamp || !pass.waited("accept", duration("ingress.httproute"))) {
            return;
        }
        const before = (route.status?.parents as { parentRef: { name: string }; conditions: object[] }[] | undefined) ?? [];
        const known = parents(route).filter(({ namespace, name }) =>
            isTrue(this.world.get(K.Gateway, namespace, name), "Accepted"),
        );
        if (known.length === 0 && before.length === 0) {
            return;
        }
        await this.world.setStatus(route, {
            parents: known.map(({ namespace, name, sectionName, ref }) => {
                const gateway = this.world.get(K.Gateway, namespace, name)!;
                const listeners = (gateway.spec.listeners as Listener[]).filter(
                    (listener) => sectionName === undefined || listener.name === sectionName,
                );
                const allowed = listeners.some((listener) => admits(this.world, gateway, listener, route));
                const observedGeneration = route.metadata.generation;
                return {
                    parentRef: ref,
                    controllerName: OPENSHIFT_CONTROLLER,
                    conditions: this.world.conditions(before.find((old) => old.parentRef.name === name)?.conditions ?? [], [
                        (allowed
                            ? {
                                  type: "Accepted",
                                  status: "True",
                                  reason: "Accepted",
                                  message: "Route was valid",
                                  observedGeneration,
                              }
                            : {
                                  type: "Accepted",
                                  status: "False",
                                  reason: "NotAllowedByListeners",
                                  message: `hostnames matched parent hostname, but namespace "${route.metadata.namespace}" is not allowed by the parent`,
                                  observedGeneration,
                              }) as never,
                        {
                            type: "ResolvedRefs",
                            status: "True",
                            reason: "ResolvedRefs",
                            message: "All references resolved",
                            observedGeneration,
                        } as never,
                    ]),
                };
            }),
        });
    }
}

/** Whether a gateway accepted the route. */
export function routeAccepted(route: KubeObject | undefined): boolean {
    const all = (route?.status?.parents as { conditions: { type: string; status: string }[] }[] | undefined) ?? [];
    return all.some((parent) => parent.conditions.some((c) => c.type === "Accepted" && c.status === "True"));
}

/** The gateways that a route names. */
export function gatewaysOf(route: KubeObject): string[] {
    return parents(route).map(({ namespace, name }) => `${namespace}/${name}`);
}
