/** Network policies: which pods may connect to which. */
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";

import { LITEMAAS, PORTS } from "../../catalogue/litemaas/names";
import { ROUTER } from "../isolation";
import { labelsOf, type Place, podLabels } from "./place";

/** Prometheus of user workloads. */
const PROMETHEUS: inputs.networking.v1.NetworkPolicyPeer = {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "openshift-user-workload-monitoring" } },
};

/** Pods of the same namespace as peers of an ingress rule, by their label `app`. */
export function peersOf(...apps: readonly string[]): inputs.networking.v1.NetworkPolicyPeer[] {
    return apps.map((app) => ({ podSelector: { matchLabels: podLabels(app) } }));
}

interface IngressRule {
    readonly port: number;
    readonly from: readonly inputs.networking.v1.NetworkPolicyPeer[];
}

/**
 * Denies all ingress, and allows each client that a part has. Source: docs/sources/litemaas.md#network.
 *
 * @returns depend on these to have the namespace closed before pods run
 */
export function networkPolicies(place: Place): pulumi.Resource[] {
    const { name, settings } = place;
    const { namespace, metrics, mcp, benchmark } = settings;
    const closed = new NetworkPolicy(
        `${name}-closed`,
        {
            metadata: { name: "closed", namespace, labels: labelsOf("litemaas") },
            spec: { podSelector: {}, policyTypes: ["Ingress"] },
        },
        place.within(),
    );
    const admissions: Record<string, IngressRule> = {
        [LITEMAAS.proxy]: {
            port: PORTS.proxy,
            from: [
                ROUTER,
                ...(metrics ? [PROMETHEUS] : []),
                ...peersOf(
                    LITEMAAS.backend,
                    LITEMAAS.sync,
                    ...(mcp === undefined ? [] : [LITEMAAS.mcp]),
                    ...(benchmark === undefined ? [] : [LITEMAAS.benchmark]),
                ),
            ],
        },
        // Past the Route, a request could look like a browser's.
        [LITEMAAS.backend]: { port: PORTS.backend, from: [ROUTER, ...peersOf(LITEMAAS.frontend, LITEMAAS.sync)] },
        [LITEMAAS.frontend]: { port: PORTS.frontend, from: [ROUTER] },
        [LITEMAAS.redis]: { port: PORTS.redis, from: peersOf(LITEMAAS.proxy) },
        ...(mcp !== undefined && { [LITEMAAS.mcp]: { port: PORTS.mcp, from: [ROUTER] } }),
    };
    return [
        closed,
        ...Object.entries(admissions).map(
            ([app, { port, from }]) =>
                new NetworkPolicy(
                    `${name}-to-${app}`,
                    {
                        metadata: { name: app, namespace, labels: labelsOf(app) },
                        spec: {
                            podSelector: { matchLabels: podLabels(app) },
                            policyTypes: ["Ingress"],
                            ingress: [{ from: [...from], ports: [{ protocol: "TCP", port }] }],
                        },
                    },
                    place.within(),
                ),
        ),
    ];
}
