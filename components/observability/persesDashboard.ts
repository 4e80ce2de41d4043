/** A dashboard as Perses has it. Pure. */
import type { Dashboard } from "../../catalogue/observability/dashboards";
import { columnsOf, type Panel, type Row, type Variable } from "../../catalogue/observability/panel";

/** Of a panel. */
const HEIGHT = 8;

/** The configuration of a dashboard. Source: docs/sources/observability.md#perses-dashboards. */
export function persesDashboard({ title, description, variable, rows }: Dashboard) {
    const panels = Object.assign({}, ...rows.map((row) => row.panels)) as Record<string, Panel>;
    return {
        display: { name: title, description },
        duration: "1h" as const,
        refreshInterval: "30s" as const,
        ...(variable !== undefined && { variables: [choice(variable)] }),
        panels: Object.fromEntries(Object.entries(panels).map(([id, panel]) => [id, chart(panel)])),
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
            allowMultiple: true,
            defaultValue: "$__all",
            plugin: {
                kind: "PrometheusLabelValuesVariable" as const,
                spec: { labelName: label, matchers: [series] },
            },
        },
    };
}

function chart({ title, description, unit, queries }: Panel) {
    return {
        kind: "Panel" as const,
        spec: {
            display: { name: title, ...(description !== undefined && { description }) },
            plugin: {
                kind: "TimeSeriesChart" as const,
                spec: {
                    legend: { mode: "list" as const, position: "bottom" as const },
                    yAxis: { format: { unit }, min: 0 },
                },
            },
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

/** A row of panels side by side, 24 columns wide; what does not fit is below. */
function grid(row: Row) {
    const ids = Object.keys(row.panels);
    const columns = columnsOf(row);
    const width = 24 / columns;
    return {
        kind: "Grid" as const,
        spec: {
            display: { title: row.title },
            items: ids.map((id, i) => ({
                x: (i % columns) * width,
                y: Math.floor(i / columns) * HEIGHT,
                width,
                height: HEIGHT,
                content: { $ref: `#/spec/panels/${id}` },
            })),
        },
    };
}
