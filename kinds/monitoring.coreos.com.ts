/** Rules over the metrics of workloads, who is told of alerts, and what scrapes pods that no operator looks after. */
import { z } from "zod";

import { dnsLabel, hostname, prometheusDuration, stringMap, unique } from "./common";
import { defineKind } from "./kind";

const rule = z.union([
    z.strictObject({
        alert: z.string().min(1),
        expr: z.string().min(1),
        for: prometheusDuration.optional(),
        labels: stringMap.optional(),
        annotations: stringMap.optional(),
    }),
    z.strictObject({ record: z.string().min(1), expr: z.string().min(1), labels: stringMap.optional() }),
]);

/** Alerts and recorded series. In a namespace of user workloads, it sees the series of that namespace alone, unless exempt. */
export const PrometheusRule = defineKind({
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    plural: "prometheusrules",
    scope: "Namespaced",
    body: z.strictObject({
        spec: z.strictObject({
            groups: unique(
                z.strictObject({ name: z.string().min(1), interval: prometheusDuration.optional(), rules: z.array(rule) }),
                (group) => group.name,
            ),
        }),
    }),
    source: "docs/sources/observability.md#alerts",
});

const secretKey = z.strictObject({ name: dnsLabel, key: z.string().min(1) });

/** Pods whose metrics are read. KServe makes others for the models that it schedules. */
export const PodMonitor = defineKind({
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PodMonitor",
    plural: "podmonitors",
    scope: "Namespaced",
    alsoByOperators: true,
    alsoWrittenByOthers: true,
    body: z.strictObject({
        spec: z.strictObject({
            selector: z.strictObject({ matchLabels: stringMap }),
            podMetricsEndpoints: z
                .array(
                    z.strictObject({
                        // Pods of KServe give their port no name.
                        portNumber: z.number().int().min(1).max(65_535),
                        path: z.string().regex(/^\//, "expected a path"),
                        params: z.record(z.string().min(1), z.array(z.string())).optional(),
                        scheme: z.enum(["http", "https"]).optional(),
                        interval: prometheusDuration.optional(),
                        scrapeTimeout: prometheusDuration.optional(),
                        authorization: z.strictObject({ credentials: secretKey }).optional(),
                        tlsConfig: z
                            .strictObject({
                                ca: z.strictObject({ configMap: secretKey }),
                                serverName: hostname,
                            })
                            .optional(),
                    }),
                )
                .min(1),
        }),
    }),
    source: "docs/sources/litemaas.md#metrics",
});

/** A Service whose pods Prometheus asks for metrics. */
export const ServiceMonitor = defineKind({
    apiVersion: "monitoring.coreos.com/v1",
    kind: "ServiceMonitor",
    plural: "servicemonitors",
    scope: "Namespaced",
    alsoWrittenByOthers: true,
    alsoByOperators: true,
    body: z.strictObject({
        spec: z.strictObject({
            selector: z.strictObject({ matchLabels: stringMap }),
            endpoints: z
                .array(
                    z.strictObject({
                        port: z.string().min(1),
                        interval: prometheusDuration.optional(),
                        scheme: z.enum(["http", "https"]).optional(),
                    }),
                )
                .min(1),
        }),
    }),
    source: "docs/sources/observability.md#who-scrapes-what",
});

const matcher = z.strictObject({ name: z.string().min(1), value: z.string(), matchType: z.enum(["=", "!=", "=~", "!~"]) });

/**
 * Routes of alerts to receivers. Alertmanager adds to each route that the label `namespace` of an alert is that of the object.
 */
export const AlertmanagerConfig = defineKind({
    apiVersion: "monitoring.coreos.com/v1alpha1",
    kind: "AlertmanagerConfig",
    plural: "alertmanagerconfigs",
    scope: "Namespaced",
    body: z.strictObject({
        spec: z.strictObject({
            route: z.strictObject({
                receiver: z.string().min(1),
                groupBy: z.array(z.string().min(1)).optional(),
                routes: z
                    .array(
                        z.strictObject({
                            receiver: z.string().min(1),
                            matchers: z.array(matcher).optional(),
                            continue: z.boolean().optional(),
                        }),
                    )
                    .optional(),
            }),
            receivers: unique(
                z.strictObject({
                    name: z.string().min(1),
                    emailConfigs: z
                        .array(
                            z.strictObject({
                                to: z.string().min(1),
                                from: z.string().min(1),
                                smarthost: z.string().min(1),
                                requireTLS: z.literal(true),
                                authUsername: z.string().min(1).optional(),
                                authPassword: secretKey.optional(),
                                sendResolved: z.boolean().optional(),
                            }),
                        )
                        .optional(),
                    slackConfigs: z
                        .array(
                            z.strictObject({
                                channel: z.string().min(1),
                                apiURL: secretKey,
                                sendResolved: z.boolean().optional(),
                            }),
                        )
                        .optional(),
                    pagerdutyConfigs: z
                        .array(z.strictObject({ routingKey: secretKey, sendResolved: z.boolean().optional() }))
                        .optional(),
                    webhookConfigs: z
                        .array(z.strictObject({ urlSecret: secretKey, sendResolved: z.boolean().optional() }))
                        .optional(),
                }),
                (receiver) => receiver.name,
            ),
        }),
    }),
    source: "docs/sources/observability.md#who-is-told",
});
