/** Metrics of the proxies and of the services of `predictive`, for Prometheus of user workloads. */
import { LITEMAAS, PORTS, SECRETS } from "../../catalogue/litemaas/names";
import { PodMonitor } from "../../kinds/monitoring.coreos.com";
import { labelsOf, type Place, podLabels, SERVICE_CA } from "./place";

/** A service whose pods have metrics. */
export interface Scraped {
    readonly name: string;
    readonly namespace: string;
    /** Port of its container, which has no name. */
    readonly port: number;
}

const EVERY = { interval: "30s", scrapeTimeout: "10s" } as const;

/** One monitor for the proxies and one for each service. Source: docs/sources/litemaas.md#metrics. */
export function monitors(place: Place, services: readonly Scraped[]): void {
    const { name, settings } = place;
    const { namespace } = settings;
    new PodMonitor(
        `${name}-proxy-monitor`,
        {
            metadata: { name: LITEMAAS.proxy, namespace, labels: labelsOf(LITEMAAS.proxy) },
            spec: {
                selector: { matchLabels: podLabels(LITEMAAS.proxy) },
                podMetricsEndpoints: [
                    {
                        portNumber: PORTS.proxy,
                        // Without the slash it redirects.
                        path: "/metrics/",
                        scheme: "https",
                        ...EVERY,
                        // Everybody who reaches the Route reaches this path as well: the proxies ask for a key.
                        authorization: { credentials: { name: SECRETS, key: "LITELLM_MASTER_KEY" } },
                        tlsConfig: {
                            ca: { configMap: { name: SERVICE_CA.configMap, key: SERVICE_CA.key } },
                            serverName: `${LITEMAAS.proxy}.${namespace}.svc`,
                        },
                    },
                ],
            },
        },
        place.within(),
    );
    for (const service of services) {
        new PodMonitor(
            `${name}-monitor-${service.name}`,
            {
                metadata: { name: `${service.name}-metrics`, namespace: service.namespace, labels: labelsOf(service.name) },
                spec: {
                    selector: { matchLabels: { "serving.kserve.io/inferenceservice": service.name } },
                    podMetricsEndpoints: [{ portNumber: service.port, path: "/metrics", ...EVERY }],
                },
            },
            place.within(),
        );
    }
}
