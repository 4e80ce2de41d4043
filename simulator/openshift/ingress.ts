import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { K } from "../kind-names";
import { type Controller, isTrue, itself, keyOf, ownerOf, type Pass, splitKey, type World } from "../world";
import { deployment, OPENSHIFT_CONTROLLER } from "./gateway-classes";
import { admits, type Listener, parents } from "./listeners";
import { parse } from "yaml";

/**
 * Istio as OpenShift runs it: an Envoy Deployment and a Service for each Gateway. Source:
 * docs/sources/gateways.md#maas-gateway.
 */
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

/** The part of a Service that the parameters of a Gateway state. */
function partialService(text: string | undefined): {
    metadata?: { annotations?: Record<string, string> };
    spec?: { type?: string };
} {
    if (text === undefined) {
        return {};
    }
    return (parse(text) as { metadata?: { annotations?: Record<string, string> }; spec?: { type?: string } } | null) ?? {};
}
