/** Who may connect to whom. */
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

/** Pods of the same namespace, by their label `app`. */
export function admitted(...apps: readonly string[]): inputs.networking.v1.NetworkPolicyPeer[] {
    return apps.map((app) => ({ podSelector: { matchLabels: podLabels(app) } }));
}

interface Admission {
    readonly port: number;
    readonly from: readonly inputs.networking.v1.NetworkPolicyPeer[];
}

/**
 * Nobody connects to anybody, except who must. Source: docs/sources/litemaas.md#network.
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
    const admissions: Record<string, Admission> = {
        [LITEMAAS.proxy]: {
            port: PORTS.proxy,
            from: [
                ROUTER,
                ...(metrics ? [PROMETHEUS] : []),
                ...admitted(
                    LITEMAAS.backend,
                    LITEMAAS.sync,
                    ...(mcp === undefined ? [] : [LITEMAAS.mcp]),
                    ...(benchmark === undefined ? [] : [LITEMAAS.benchmark]),
                ),
            ],
        },
        // Past the Route, a request could look like a browser's.
        [LITEMAAS.backend]: { port: PORTS.backend, from: [ROUTER, ...admitted(LITEMAAS.frontend, LITEMAAS.sync)] },
        [LITEMAAS.frontend]: { port: PORTS.frontend, from: [ROUTER] },
        [LITEMAAS.redis]: { port: PORTS.redis, from: admitted(LITEMAAS.proxy) },
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
