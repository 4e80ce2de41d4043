/** A dashboard as Perses has it. Pure. */
import type { Dashboard } from "../../catalogue/observability/dashboards";
import { ALL_VALUES, cellsOf, type Panel, type Row, type Unit, type Variable } from "../../catalogue/observability/panel";
import { CURRENCIES } from "../../kinds/perses.dev";

/** The colour of a number that is too high. */
const RED = "#c9190b";

/** The configuration of a dashboard. Source: docs/sources/observability.md#perses-dashboards. */
export function persesDashboard({ title, description, variable, rows }: Dashboard) {
    const panels = Object.assign({}, ...rows.map((row) => row.panels)) as Record<string, Panel>;
    return {
        display: { name: title, description },
        duration: "1h" as const,
        refreshInterval: "30s" as const,
        ...(variable !== undefined && { variables: [choice(variable)] }),
        panels: Object.fromEntries(Object.entries(panels).map(([id, panel]) => [id, drawn(panel)])),
        layouts: rows.map(grid),
    };
}

function choice({ name, title, label, series }: Variable) {
    return {
        kind: "ListVariable" as const,
        spec: {
            name,
            display: { name: title },
            allowAllValue: true,
            // Else all would be those that the chosen time has series of.
            customAllValue: ALL_VALUES,
            allowMultiple: true,
            defaultValue: "$__all",
            plugin: {
                kind: "PrometheusLabelValuesVariable" as const,
                spec: { labelName: label, matchers: [series] },
            },
        },
    };
}

function drawn({ title, description, unit, as, critical, queries }: Panel) {
    return {
        kind: "Panel" as const,
        spec: {
            display: { name: title, ...(description !== undefined && { description }) },
            plugin: plugin(formatOf(unit), as, critical),
            queries: queries.map(([query, seriesNameFormat]) => ({
                kind: "TimeSeriesQuery" as const,
                spec: {
                    plugin: {
                        kind: "PrometheusTimeSeriesQuery" as const,
                        spec: { query, seriesNameFormat },
                    },
                },
            })),
        },
    };
}

function plugin(format: ReturnType<typeof formatOf>, as: Panel["as"], critical: number | undefined) {
    switch (as) {
        case "values":
            return {
                kind: "StatChart" as const,
                spec: {
                    calculation: "last" as const,
                    format,
                    sparkline: {},
                    ...(critical !== undefined && { thresholds: { steps: [{ value: critical, color: RED }] } }),
                },
            };
        case "bars":
            return {
                kind: "BarChart" as const,
                spec: { calculation: "last" as const, format, mode: "value" as const, sort: "desc" as const },
            };
        default:
            return {
                kind: "TimeSeriesChart" as const,
                spec: {
                    legend: { mode: "list" as const, position: "bottom" as const },
                    yAxis: { format, min: 0 },
                },
            };
    }
}

function formatOf(unit: Unit) {
    if (typeof unit === "string") {
        return { unit };
    }
    const currency = CURRENCIES.find((known) => known === unit.currency.toLowerCase());
    return { unit: currency ?? ("decimal" as const), decimalPlaces: 2 };
}

/** A row of panels. */
function grid(row: Row) {
    return {
        kind: "Grid" as const,
        spec: {
            display: { title: row.title },
            items: cellsOf(row).map(({ id, ...place }) => ({ ...place, content: { $ref: `#/spec/panels/${id}` } })),
        },
    };
}
