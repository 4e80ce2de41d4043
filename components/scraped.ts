/** Pods that Prometheus of user workloads reads. */
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import type * as pulumi from "@pulumi/pulumi";

import { PodMonitor } from "../kinds/monitoring.coreos.com";

/** Pods with metrics. Everything is plain: it says which pods are read. */
export interface Scraped {
    /** Name of the monitor, and of the policy that lets Prometheus in. */
    readonly monitor: string;
    readonly namespace: string;
    readonly podLabels: Readonly<Record<string, string>>;
    readonly port: number;
    /** Default: /metrics. */
    readonly path?: string;
    readonly params?: Readonly<Record<string, readonly string[]>>;
    /** ConfigMap with the authority of the pods, and the name in their certificate. Default: no TLS. */
    readonly tls?: { readonly configMap: string; readonly key: string; readonly serverName: string };
    /** Whether everybody reaches the pods: a policy for Prometheus would then keep all others out. Default: false. */
    readonly open?: boolean;
}

/**
 * A monitor, and a policy that admits Prometheus: policies of others for the same pods admit whom they admit as before.
 * Source: docs/sources/observability.md#who-scrapes-what.
 */
export function scraped(name: string, args: Scraped, opts: pulumi.CustomResourceOptions): void {
    const { monitor, namespace, podLabels, port, path = "/metrics", params, tls, open = false } = args;
    const metadata = { name: monitor, namespace };
    const matchLabels = { ...podLabels };
    const prometheus = { "kubernetes.io/metadata.name": "openshift-user-workload-monitoring" };
    const admitted = open
        ? []
        : [
              new NetworkPolicy(
                  `${name}-admitted`,
                  {
                      metadata,
                      spec: {
                          podSelector: { matchLabels },
                          policyTypes: ["Ingress"],
                          ingress: [
                              { from: [{ namespaceSelector: { matchLabels: prometheus } }], ports: [{ protocol: "TCP", port }] },
                          ],
                      },
                  },
                  opts,
              ),
          ];
    new PodMonitor(
        `${name}-monitor`,
        {
            metadata,
            spec: {
                selector: { matchLabels },
                podMetricsEndpoints: [
                    {
                        portNumber: port,
                        path,
                        interval: "30s",
                        ...(params !== undefined && {
                            params: Object.fromEntries(Object.entries(params).map(([key, values]) => [key, [...values]])),
                        }),
                        ...(tls !== undefined && {
                            scheme: "https" as const,
                            tlsConfig: {
                                ca: { configMap: { name: tls.configMap, key: tls.key } },
                                serverName: tls.serverName,
                            },
                        }),
                    },
                ],
            },
        },
        open ? opts : { ...opts, dependsOn: admitted },
    );
}
