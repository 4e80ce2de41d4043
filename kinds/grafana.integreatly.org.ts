/** Grafana: an instance, its folders and its dashboards. */
import { z } from "zod";

import { dnsLabel, hostname, quantity, stringMap, unique } from "./common";
import { defineKind } from "./kind";
import { condition, jsonPath } from "./readiness";

const amounts = z.record(z.string(), quantity);
const port = z.number().int().min(1).max(65_535);
const file = z.string().regex(/^\/.+/, "expected an absolute path");

/** A container; the operator merges it into the one of its own that has the same name. */
const container = z.strictObject({
    name: dnsLabel,
    image: z.string().min(1).optional(),
    args: z.array(z.string()).optional(),
    ports: unique(z.strictObject({ containerPort: port, name: dnsLabel }), (one) => one.containerPort).optional(),
    resources: z.strictObject({ requests: amounts.optional(), limits: amounts.optional() }).optional(),
    securityContext: z
        .strictObject({
            allowPrivilegeEscalation: z.literal(false),
            readOnlyRootFilesystem: z.literal(true),
            runAsNonRoot: z.literal(true),
            capabilities: z.strictObject({ drop: z.array(z.literal("ALL")) }),
        })
        .optional(),
    readinessProbe: z
        .strictObject({ httpGet: z.strictObject({ path: file, port, scheme: z.enum(["HTTP", "HTTPS"]) }) })
        .optional(),
    volumeMounts: unique(
        z.strictObject({ name: dnsLabel, mountPath: file, readOnly: z.literal(true) }),
        (one) => one.mountPath,
    ).optional(),
});

const items = z.array(z.strictObject({ key: z.string().min(1), path: z.string().min(1) }));

const volume = z.union([
    z.strictObject({ name: dnsLabel, secret: z.strictObject({ secretName: dnsLabel }) }),
    z.strictObject({ name: dnsLabel, configMap: z.strictObject({ name: dnsLabel, items: items.optional() }) }),
    z.strictObject({
        name: dnsLabel,
        projected: z.strictObject({
            sources: z.array(
                z.strictObject({
                    // Kubernetes takes no shorter ones.
                    serviceAccountToken: z.strictObject({
                        path: z.string().min(1),
                        expirationSeconds: z.number().int().min(600).max(4_294_967_296),
                    }),
                }),
            ),
        }),
    }),
]);

/** A Grafana. Its ServiceAccount, Service, Route and Deployment are named after it: `<name>-sa`, `-service`, `-route`, `-deployment`. */
export const Grafana = defineKind({
    apiVersion: "grafana.integreatly.org/v1beta1",
    kind: "Grafana",
    plural: "grafanas",
    scope: "Namespaced",
    operator: "grafana-operator",
    body: z.strictObject({
        spec: z.strictObject({
            // Sections of grafana.ini; every value is text.
            config: z.record(z.string().min(1), stringMap),
            serviceAccount: z.strictObject({ metadata: z.strictObject({ annotations: stringMap }) }).optional(),
            service: z
                .strictObject({
                    metadata: z.strictObject({ annotations: stringMap }).optional(),
                    spec: z.strictObject({
                        ports: unique(
                            z.strictObject({ name: dnsLabel, port, targetPort: dnsLabel, protocol: z.literal("TCP") }),
                            (one) => one.port,
                        ),
                    }),
                })
                .optional(),
            route: z
                .strictObject({
                    spec: z.strictObject({
                        host: hostname,
                        port: z.strictObject({ targetPort: dnsLabel }),
                        tls: z.strictObject({
                            termination: z.literal("reencrypt"),
                            insecureEdgeTerminationPolicy: z.enum(["None", "Redirect"]),
                        }),
                        to: z.strictObject({ kind: z.literal("Service"), name: dnsLabel, weight: z.literal(100) }),
                    }),
                })
                .optional(),
            deployment: z
                .strictObject({
                    spec: z.strictObject({
                        template: z.strictObject({
                            spec: z.strictObject({
                                containers: unique(container, (one) => one.name).optional(),
                                volumes: unique(volume, (one) => one.name).optional(),
                            }),
                        }),
                    }),
                })
                .optional(),
        }),
    }),
    ready: [jsonPath(".status.stage", "complete"), jsonPath(".status.stageStatus", "success")],
    source: "docs/sources/observability.md#grafana",
});

const instanceSelector = z.strictObject({ matchLabels: stringMap });

/** A folder of dashboards. */
export const GrafanaFolder = defineKind({
    apiVersion: "grafana.integreatly.org/v1beta1",
    kind: "GrafanaFolder",
    plural: "grafanafolders",
    scope: "Namespaced",
    operator: "grafana-operator",
    body: z.strictObject({ spec: z.strictObject({ instanceSelector, title: z.string().min(1) }) }),
    ready: [condition("FolderSynchronized")],
    source: "docs/sources/observability.md#grafana",
});

/** A dashboard, as Grafana's JSON. */
export const GrafanaDashboard = defineKind({
    apiVersion: "grafana.integreatly.org/v1beta1",
    kind: "GrafanaDashboard",
    plural: "grafanadashboards",
    scope: "Namespaced",
    operator: "grafana-operator",
    body: z.strictObject({
        spec: z.strictObject({
            instanceSelector,
            // Name of a GrafanaFolder of the same namespace.
            folderRef: dnsLabel,
            json: z.string().min(2),
        }),
    }),
    ready: [condition("DashboardSynchronized")],
    source: "docs/sources/observability.md#grafana",
});
