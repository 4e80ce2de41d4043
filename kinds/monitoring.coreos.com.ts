/** Rules over the metrics of workloads. What scrapes the models is made by KServe and never written here. */
import { z } from "zod";

import { prometheusDuration, stringMap, unique } from "./common";
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
