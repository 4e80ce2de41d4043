/** A dashboard as Grafana has it. Pure. */
import type { Dashboard } from "../../catalogue/observability/dashboards";
import { lazy } from "../../catalogue/lazy";
import { columnsOf, type Panel, type Variable } from "../../catalogue/observability/panel";

// Its types are in `dist`: TypeScript resolves packages here as Node does without `exports`.
const SDK = "@grafana/grafana-foundation-sdk";
const sdk = {
    common: lazy(() => require(`${SDK}/common`) as typeof import("@grafana/grafana-foundation-sdk/dist/common")),
    dashboard: lazy(() => require(`${SDK}/dashboard`) as typeof import("@grafana/grafana-foundation-sdk/dist/dashboard")),
    prometheus: lazy(() => require(`${SDK}/prometheus`) as typeof import("@grafana/grafana-foundation-sdk/dist/prometheus")),
    timeseries: lazy(() => require(`${SDK}/timeseries`) as typeof import("@grafana/grafana-foundation-sdk/dist/timeseries")),
};

/** The datasource that the panels read. */
export const DATASOURCE = { type: "prometheus", uid: "maas-metrics" } as const;

/** Grafana's names of units. */
const UNITS: Readonly<Record<Panel["unit"], string>> = {
    decimal: "short",
    percent: "percent",
    "percent-decimal": "percentunit",
    seconds: "s",
    "requests/sec": "reqps",
};

const HEIGHT = 8;
const COLUMNS = 24;

/** Its identifier, by which links find it. @param name of the dashboard */
export const uidOf = (name: string): string => `maas-${name}`;

/** The model of a dashboard: the same panels and queries as Perses'. Nobody edits it: the next `up` would undo it. */
export function grafanaDashboard({ name, title, description, variable, rows }: Dashboard) {
    const { DashboardBuilder, RowBuilder } = sdk.dashboard();
    const builder = new DashboardBuilder(title)
        .uid(uidOf(name))
        .description(description)
        .tags(["models-as-a-service"])
        .readonly()
        .timezone("browser")
        .time({ from: "now-1h", to: "now" })
        .refresh("30s");
    if (variable !== undefined) {
        builder.withVariable(choice(variable));
    }
    let id = 0;
    for (const row of rows) {
        builder.withRow(new RowBuilder(row.title).id(++id));
        for (const panel of Object.values(row.panels)) {
            builder.withPanel(chart(panel, COLUMNS / columnsOf(row)).id(++id));
        }
    }
    return builder.build();
}

function choice({ name, title, label, series }: Variable) {
    const { QueryVariableBuilder, VariableRefresh } = sdk.dashboard();
    return new QueryVariableBuilder(name)
        .label(title)
        .datasource({ ...DATASOURCE })
        .query({ query: `label_values(${series}, ${label})`, refId: "values" })
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .multi(true)
        .includeAll(true)
        .allValue(".*")
        .current({ selected: true, text: "All", value: "$__all" });
}

function chart({ title, description, unit, queries }: Panel, width: number) {
    const { LegendDisplayMode, LegendPlacement, VizLegendOptionsBuilder } = sdk.common();
    const { PanelBuilder } = sdk.timeseries();
    const { DataqueryBuilder } = sdk.prometheus();
    const legend = new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom);
    const panel = new PanelBuilder()
        .title(title)
        .unit(UNITS[unit])
        .min(0)
        .span(width)
        .height(HEIGHT)
        .datasource({ ...DATASOURCE })
        .legend(legend);
    if (description !== undefined) {
        panel.description(description);
    }
    queries.forEach(([expression, legendFormat], i) => {
        panel.withTarget(
            new DataqueryBuilder()
                .refId(String.fromCharCode("A".charCodeAt(0) + i))
                .expr(expression)
                .legendFormat(legendFormat)
                .range(),
        );
    });
    return panel;
}
