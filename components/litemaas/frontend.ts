/** The frontend of the portal. */
import { Deployment } from "@pulumi/kubernetes/apps/v1";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import type * as pulumi from "@pulumi/pulumi";

import { LITEMAAS, PORTS } from "../../catalogue/litemaas/names";
import { favicon } from "./favicon";
import { CONTAINER_SECURITY, labelsOf, type Place, POD_SECURITY, podLabels, spread, variable } from "./place";
import { closed, httpService, probe, TIMEOUT_SECONDS } from "./portalParts";
import { route } from "./routes";

/** Any number of frontends, which lead to the backend. Source: docs/sources/litemaas.md#portal. */
export function frontend(place: Place, backend: pulumi.Resource): pulumi.Resource {
    const { name, settings, hosts } = place;
    const { namespace, portal: wanted } = settings;
    const service = httpService(place, LITEMAAS.frontend, PORTS.frontend);
    const icon = favicon(place);
    const deployment = new Deployment(
        `${name}-frontend`,
        {
            metadata: { name: LITEMAAS.frontend, namespace, labels: labelsOf(LITEMAAS.frontend) },
            spec: {
                replicas: wanted.replicas,
                strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
                selector: { matchLabels: podLabels(LITEMAAS.frontend) },
                template: {
                    metadata: { labels: podLabels(LITEMAAS.frontend), ...icon.annotations },
                    spec: {
                        automountServiceAccountToken: false,
                        securityContext: POD_SECURITY,
                        ...spread(LITEMAAS.frontend),
                        ...icon.initContainers,
                        containers: [
                            {
                                name: "frontend",
                                image: wanted.frontendImage,
                                env: [
                                    variable(
                                        "BACKEND_URL",
                                        `http://${LITEMAAS.backend}.${namespace}.svc.cluster.local:${PORTS.backend}`,
                                    ),
                                ],
                                ports: [{ name: "http", containerPort: PORTS.frontend }],
                                readinessProbe: { ...probe("/", PORTS.frontend), periodSeconds: 10 },
                                livenessProbe: {
                                    ...probe("/", PORTS.frontend),
                                    initialDelaySeconds: 30,
                                    periodSeconds: 15,
                                },
                                resources: wanted.frontend.resources,
                                securityContext: CONTAINER_SECURITY,
                                ...icon.mounts,
                            },
                        ],
                        ...icon.volumes,
                    },
                },
            },
        },
        // Its nginx does not start while the name of the backend's Service leads nowhere.
        place.within(service, backend, ...icon.before),
    );
    if (wanted.replicas > 1) {
        new PodDisruptionBudget(
            `${name}-frontend-budget`,
            {
                metadata: { name: LITEMAAS.frontend, namespace, labels: labelsOf(LITEMAAS.frontend) },
                spec: { maxUnavailable: 1, selector: { matchLabels: podLabels(LITEMAAS.frontend) } },
            },
            place.within(),
        );
    }
    route(
        place,
        {
            host: hosts.portal,
            service: LITEMAAS.frontend,
            port: "http",
            tls: false,
            timeoutSeconds: TIMEOUT_SECONDS,
            ...closed(wanted),
        },
        service,
    );
    return deployment;
}
