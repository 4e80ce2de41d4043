import type { KubeObject } from "../../rehearsal/cluster/cluster";
import type { Definitions } from "../definitions";
import { duration } from "../durations";
import { K } from "../kind-names";
import { type Controller, isTrue, itself, keyOf, ownerOf, type Pass, splitKey, type World } from "../world";

/** The controller of OpenShift's gateway classes. */
export const OPENSHIFT_CONTROLLER = "openshift.io/gateway-controller/v1";
const ISTIO = "servicemeshoperator3";

/** The ingress operator: the first class with its controller brings Istio and its definitions. */
export class GatewayClasses implements Controller {
    readonly name = "gatewayclasses";
    readonly watches: Controller["watches"];

    constructor(
        private readonly world: World,
        private readonly definitions: Definitions,
    ) {
        this.watches = {
            [K.GatewayClass]: itself,
            [K.CustomResourceDefinition]: (crd) =>
                /\.(istio|sailoperator)\.io$/.test(crd.metadata.name) ? world.keys(K.GatewayClass) : [],
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const [, name] = splitKey(key);
        const gatewayClass = this.world.get(K.GatewayClass, "", name);
        if (
            !gatewayClass ||
            gatewayClass.metadata.deletionTimestamp ||
            gatewayClass.spec.controllerName !== OPENSHIFT_CONTROLLER
        ) {
            return;
        }
        const accepted = (status: "True" | "Unknown", reason: string, message: string): Promise<unknown> =>
            this.world.setStatus(gatewayClass, {
                conditions: [
                    { type: "Accepted", status, reason, message, observedGeneration: gatewayClass.metadata.generation } as never,
                ],
            });
        const fault = this.world.faults.notReady("GatewayClass", name);
        if (fault !== undefined || !pass.waited("istio", duration("ingress.istio"))) {
            await accepted("Unknown", fault ?? "Pending", "Waiting for controller");
            return;
        }
        await this.definitions.bring(ISTIO);
        if (!this.definitions.served(ISTIO)) {
            await accepted("Unknown", "Pending", "Waiting for controller");
            return;
        }
        await this.world.ensure(deployment("istiod-openshift-gateway", "openshift-ingress", { app: "istiod" }));
        await accepted("True", "Accepted", "Handled by Istio controller");
    }
}

function deployment(
    name: string,
    namespace: string,
    labels: Record<string, string>,
    owner?: KubeObject,
    replicas = 1,
): KubeObject {
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace, labels, ...(owner && { ownerReferences: [ownerOf(owner)] }) },
        spec: {
            replicas,
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: {
                    containers: [{ name: "istio-proxy", image: "registry.redhat.io/openshift-service-mesh/istio-proxyv2-rhel9" }],
                },
            },
        },
    };
}

interface Listener {
    readonly name: string;
    readonly port: number;
    readonly protocol: string;
    readonly hostname?: string;
    readonly tls?: { certificateRefs?: { name: string; namespace?: string }[] };
    readonly allowedRoutes?: {
        namespaces?: {
            from?: string;
            selector?: {
                matchLabels?: Record<string, string>;
                matchExpressions?: { key: string; operator: string; values?: string[] }[];
            };
        };
    };
}

/** Istio as OpenShift runs it: an Envoy Deployment and a Service for each Gateway. */
export class Gateways implements Controller {
    readonly name = "gateways";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const all = (): string[] => world.keys(K.Gateway);
        const near = (object: KubeObject): string[] => world.inNamespace(K.Gateway, object.metadata.namespace!).map(keyOf);
        this.watches = {
            [K.Gateway]: itself,
            [K.GatewayClass]: all,
            [K.Secret]: (secret) => (secret.type === "kubernetes.io/tls" ? near(secret) : []),
            [K.ConfigMap]: (config) =>
                world
                    .inNamespace(K.Gateway, config.metadata.namespace!)
                    .filter((gateway) => gateway.spec.infrastructure?.parametersRef?.name === config.metadata.name)
                    .map(keyOf),
            [K.Deployment]: (object) => (object.metadata.labels?.["gateway.networking.k8s.io/gateway-name"] ? near(object) : []),
            [K.Service]: (object) => (object.metadata.labels?.["gateway.networking.k8s.io/gateway-name"] ? near(object) : []),
            [K.HTTPRoute]: (route) => parents(route).map(({ namespace, name }) => `${namespace}/${name}`),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const [namespace, name] = splitKey(key);
        const gateway = this.world.get(K.Gateway, namespace, name);
        if (!gateway || gateway.metadata.deletionTimestamp) {
            return;
        }
        const className = gateway.spec.gatewayClassName as string;
        const gatewayClass = this.world.get(K.GatewayClass, "", className);
        if (gatewayClass?.spec.controllerName !== OPENSHIFT_CONTROLLER || !isTrue(gatewayClass, "Accepted")) {
            await this.report(gateway, {
                accepted: ["Unknown", "Pending", "Waiting for controller"],
                programmed: ["Unknown", "Pending", "Waiting for controller"],
            });
            return;
        }
        const parameters = gateway.spec.infrastructure?.parametersRef?.name as string | undefined;
        const config = parameters === undefined ? undefined : this.world.get(K.ConfigMap, namespace, parameters);
        if (parameters !== undefined && !config) {
            const message = `invalid parametersRef: ConfigMap "${parameters}" not found`;
            await this.report(gateway, {
                accepted: ["False", "InvalidParameters", message],
                programmed: ["False", "Invalid", message],
            });
            return;
        }
        const listeners = gateway.spec.listeners as Listener[];
        const unresolved = listeners.flatMap((listener) =>
            (listener.tls?.certificateRefs ?? [])
                .filter((ref) => !this.world.get(K.Secret, ref.namespace ?? namespace, ref.name))
                .map((ref) => ({
                    listener: listener.name,
                    message: `invalid certificate reference ${ref.namespace ?? namespace}/${ref.name}, secret ${ref.namespace ?? namespace}/${ref.name} not found`,
                })),
        );
        if (!pass.waited("deploy", duration("ingress.gateway"))) {
            await this.report(gateway, {
                accepted: ["True", "Accepted", "Resource accepted"],
                programmed: ["False", "Pending", "Waiting for the gateway to be deployed"],
            });
            return;
        }
        const child = `${name}-${className}`;
        const labels = {
            "gateway.networking.k8s.io/gateway-name": name,
            "gateway.networking.k8s.io/gateway-class-name": className,
        };
        const wanted = partialService(config?.data?.service as string | undefined);
        const type = wanted.spec?.type ?? gateway.metadata.annotations?.["networking.istio.io/service-type"] ?? "LoadBalancer";
        const envoy = await this.world.ensure(deployment(child, namespace, labels, gateway));
        const service = await this.world.ensure({
            apiVersion: "v1",
            kind: "Service",
            metadata: {
                name: child,
                namespace,
                labels,
                ...(wanted.metadata?.annotations && { annotations: wanted.metadata.annotations }),
                ownerReferences: [ownerOf(gateway)],
            },
            spec: {
                type,
                selector: labels,
                ports: [
                    { name: "status-port", port: 15021, targetPort: 15021, protocol: "TCP" },
                    ...listeners
                        .filter(({ port }, i) => listeners.findIndex((other) => other.port === port) === i)
                        .map((listener) => ({
                            name: listener.name,
                            port: listener.port,
                            targetPort: listener.port,
                            protocol: "TCP",
                        })),
                ],
            },
        });
        // The service CA may be about to write the Secret for this very Service.
        if (unresolved.length > 0) {
            const message = unresolved[0]!.message;
            await this.report(gateway, {
                accepted: ["True", "Accepted", "Resource accepted"],
                programmed: ["False", "Invalid", message],
                unresolved,
            });
            return;
        }
        const balancer = (this.world.get(K.Service, namespace, child) ?? service).status?.loadBalancer?.ingress?.[0]?.hostname as
            string | undefined;
        const address = type === "LoadBalancer" ? balancer : `${child}.${namespace}.svc.cluster.local`;
        const up = isTrue(this.world.get(K.Deployment, namespace, child) ?? envoy, "Available");
        const fault = this.world.faults.notReady("Gateway", name);
        if (!up || address === undefined || fault !== undefined) {
            const message =
                fault !== undefined
                    ? "the gateway is not programmed in this rehearsal"
                    : address === undefined
                      ? `Assigned to service(s) ${child}.${namespace}.svc.cluster.local:443, but failed to assign to all requested addresses: address pending for hostname "${child}.${namespace}.svc.cluster.local"`
                      : `Deployment ${child} is not available`;
            await this.report(gateway, {
                accepted: ["True", "Accepted", "Resource accepted"],
                programmed: ["False", fault ?? "AddressNotAssigned", message],
            });
            return;
        }
        await this.report(gateway, {
            accepted: ["True", "Accepted", "Resource accepted"],
            programmed: [
                "True",
                "Programmed",
                `Resource programmed, assigned to service(s) ${child}.${namespace}.svc.cluster.local:443`,
            ],
            address,
        });
    }

    private async report(
        gateway: KubeObject,
        state: {
            accepted: ["True" | "False" | "Unknown", string, string];
            programmed: ["True" | "False" | "Unknown", string, string];
            unresolved?: readonly { listener: string; message: string }[];
            address?: string;
        },
    ): Promise<void> {
        const observedGeneration = gateway.metadata.generation;
        const condition = (
            type: string,
            [status, reason, message]: readonly ["True" | "False" | "Unknown", string, string],
        ): never => ({ type, status, reason, message, observedGeneration }) as never;
        const before = (gateway.status?.listeners as { name: string; conditions: object[] }[] | undefined) ?? [];
        const routes = this.world
            .all(K.HTTPRoute)
            .filter((route) => parents(route).some((p) => `${p.namespace}/${p.name}` === keyOf(gateway)));
        await this.world.setStatus(gateway, {
            conditions: [condition("Accepted", state.accepted), condition("Programmed", state.programmed)],
            ...(state.address !== undefined && { addresses: [{ type: "Hostname", value: state.address }] }),
            ...(state.accepted[0] === "True" && {
                listeners: (gateway.spec.listeners as Listener[]).map((listener) => {
                    const bad = state.unresolved?.find((entry) => entry.listener === listener.name);
                    return {
                        name: listener.name,
                        supportedKinds: [
                            { group: "gateway.networking.k8s.io", kind: "HTTPRoute" },
                            { group: "gateway.networking.k8s.io", kind: "GRPCRoute" },
                        ],
                        attachedRoutes: routes.filter((route) => this.admits(gateway, listener, route)).length,
                        conditions: this.world.conditions(before.find((old) => old.name === listener.name)?.conditions ?? [], [
                            condition("Accepted", ["True", "Accepted", "No errors found"]),
                            condition(
                                "ResolvedRefs",
                                bad
                                    ? ["False", "InvalidCertificateRef", bad.message]
                                    : ["True", "ResolvedRefs", "No errors found"],
                            ),
                            condition(
                                "Programmed",
                                bad
                                    ? ["False", "Invalid", bad.message]
                                    : [state.programmed[0] === "True" ? "True" : "False", state.programmed[1], "No errors found"],
                            ),
                        ]),
                    };
                }),
            }),
        });
    }

    /** Whether a listener lets routes of the route's namespace attach. */
    private admits(gateway: KubeObject, listener: Listener, route: KubeObject): boolean {
        return admits(this.world, gateway, listener, route);
    }
}

function admits(world: World, gateway: KubeObject, listener: Listener, route: KubeObject): boolean {
    const { from = "Same", selector } = listener.allowedRoutes?.namespaces ?? {};
    if (from === "All") {
        return true;
    }
    if (from === "Same") {
        return route.metadata.namespace === gateway.metadata.namespace;
    }
    const labels = world.get(K.Namespace, "", route.metadata.namespace!)?.metadata.labels ?? {};
    return (
        Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
        (selector?.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
            const value = labels[key];
            switch (operator) {
                case "In":
                    return value !== undefined && values.includes(value);
                case "NotIn":
                    return value === undefined || !values.includes(value);
                case "Exists":
                    return value !== undefined;
                default:
                    return value === undefined;
            }
        })
    );
}

function parents(route: KubeObject): { namespace: string; name: string; sectionName?: string; ref: object }[] {
    const refs =
        (route.spec.parentRefs as { kind?: string; namespace?: string; name: string; sectionName?: string }[] | undefined) ?? [];
    return refs
        .filter((ref) => (ref.kind ?? "Gateway") === "Gateway")
        .map((ref) => ({
            namespace: ref.namespace ?? route.metadata.namespace!,
            name: ref.name,
            ...(ref.sectionName && { sectionName: ref.sectionName }),
            ref,
        }));
}

/** Istio: routes are accepted by gateways whose listeners admit their namespace. */
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

/** The part of a Service that the parameters of a Gateway state. */
function partialService(text: string | undefined): {
    metadata?: { annotations?: Record<string, string> };
    spec?: { type?: string };
} {
    if (text === undefined) {
        return {};
    }
    const { parse } = require("yaml") as typeof import("yaml");
    return (parse(text) as { metadata?: { annotations?: Record<string, string> }; spec?: { type?: string } } | null) ?? {};
}
