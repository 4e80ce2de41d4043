/** Dashboards of the console: Perses. */
import { z } from "zod";

import { stringMap, text } from "./common";
import { defineKind } from "./kind";
import { condition } from "./readiness";

const query = z.strictObject({
    kind: z.literal("TimeSeriesQuery"),
    spec: z.strictObject({
        plugin: z.strictObject({
            kind: z.literal("PrometheusTimeSeriesQuery"),
            spec: z.strictObject({ query: z.string().min(1), seriesNameFormat: z.string().optional() }),
        }),
    }),
});

const period = text<`${number}${"s" | "m" | "h"}`>(/^[1-9][0-9]{0,5}(s|m|h)$/, "a duration such as 30s or 1h");

/** Currencies that there are units of. Source: `perses/perses@v0.52.0:cue/common/format.cue`. */
export const CURRENCIES = [
    "aud",
    "cad",
    "chf",
    "cny",
    "eur",
    "gbp",
    "hkd",
    "inr",
    "jpy",
    "krw",
    "nok",
    "nzd",
    "sek",
    "sgd",
    "usd",
] as const;

/** How values are written. */
const format = z.strictObject({
    unit: z.enum(["decimal", "percent", "percent-decimal", "seconds", "requests/sec", ...CURRENCIES]),
    decimalPlaces: z.number().int().min(0).optional(),
});
const last = { calculation: z.literal("last"), format: format.optional() };

/** What a panel draws: lines over time, numbers, or bars. */
const chart = z.discriminatedUnion("kind", [
    z.strictObject({
        kind: z.literal("TimeSeriesChart"),
        spec: z.strictObject({
            legend: z.strictObject({ mode: z.enum(["list", "table"]), position: z.enum(["bottom", "right"]) }).optional(),
            yAxis: z.strictObject({ format: format.optional(), min: z.number().optional() }).optional(),
        }),
    }),
    z.strictObject({
        kind: z.literal("StatChart"),
        spec: z.strictObject({
            ...last,
            // Lines below the number.
            sparkline: z.strictObject({}).optional(),
            thresholds: z
                .strictObject({
                    steps: z.array(z.strictObject({ value: z.number(), color: z.string().regex(/^#[0-9a-f]{6}$/) })),
                })
                .optional(),
        }),
    }),
    z.strictObject({
        kind: z.literal("BarChart"),
        spec: z.strictObject({ ...last, mode: z.enum(["value", "percentage"]), sort: z.enum(["asc", "desc"]) }),
    }),
]);

const panel = z.strictObject({
    kind: z.literal("Panel"),
    spec: z.strictObject({
        display: z.strictObject({ name: z.string().min(1), description: z.string().optional() }),
        plugin: chart,
        queries: z.array(query).min(1),
    }),
});

const grid = z.strictObject({
    kind: z.literal("Grid"),
    spec: z.strictObject({
        display: z.strictObject({ title: z.string().min(1) }).optional(),
        // 24 columns; a panel is named by a JSON reference to it.
        items: z.array(
            z.strictObject({
                x: z.number().int().min(0).max(23),
                y: z.number().int().min(0),
                width: z.number().int().min(1).max(24),
                height: z.number().int().min(1),
                content: z.strictObject({ $ref: z.string().regex(/^#\/spec\/panels\/[A-Za-z0-9_-]+$/) }),
            }),
        ),
    }),
});

/** Lets the reader choose among the values of a label. */
const variable = z.strictObject({
    kind: z.literal("ListVariable"),
    spec: z.strictObject({
        name: z.string().regex(/^[a-z_][a-z0-9_]*$/),
        display: z.strictObject({ name: z.string().min(1) }).optional(),
        allowAllValue: z.boolean().optional(),
        // What `$name` stands for while all are chosen. Default: all that are offered.
        customAllValue: z.string().min(1).optional(),
        allowMultiple: z.boolean().optional(),
        defaultValue: z.string().optional(),
        plugin: z.strictObject({
            kind: z.literal("PrometheusLabelValuesVariable"),
            spec: z.strictObject({ labelName: z.string().min(1), matchers: z.array(z.string().min(1)).optional() }),
        }),
    }),
});

/** A dashboard. Without a datasource of its own it reads the default one of its namespace. */
export const PersesDashboard = defineKind({
    apiVersion: "perses.dev/v1alpha2",
    kind: "PersesDashboard",
    plural: "persesdashboards",
    scope: "Namespaced",
    operator: "cluster-observability-operator",
    body: z.strictObject({
        spec: z.strictObject({
            config: z.strictObject({
                display: z.strictObject({ name: z.string().min(1), description: z.string().optional() }).optional(),
                duration: period,
                refreshInterval: period.optional(),
                variables: z.array(variable).optional(),
                panels: z.record(z.string().regex(/^[A-Za-z0-9_-]+$/), panel),
                layouts: z.array(grid),
            }),
            instanceSelector: z.strictObject({ matchLabels: stringMap.optional() }).optional(),
        }),
    }),
    ready: [condition("Available")],
    source: "docs/sources/observability.md#perses-dashboards",
});
