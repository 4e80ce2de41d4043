/** A dashboard as Perses draws it, from a Prometheus on this machine: `?<light|dark>`, with what to draw in `/dashboard.json`. */
import { CssBaseline, ThemeProvider } from "@mui/material";
import { ChartsProvider, generateChartsTheme, getTheme, SnackbarProvider, TimeZoneProvider } from "@perses-dev/components";
import { Dashboard, DashboardProvider, DatasourceStoreProvider, VariableList, VariableProvider } from "@perses-dev/dashboards";
import { dynamicImportPluginLoader, PluginRegistry, TimeRangeProvider } from "@perses-dev/plugin-system";
import * as prometheus from "@perses-dev/prometheus-plugin";
import * as bars from "@perses-dev/bar-chart-plugin";
import * as numbers from "@perses-dev/stat-chart-plugin";
import * as lines from "@perses-dev/timeseries-chart-plugin";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import React from "react";
import { createRoot } from "react-dom/client";

const plugins = dynamicImportPluginLoader(
    [prometheus, lines, numbers, bars].map((plugin) => ({
        resource: plugin.getPluginModule(),
        importPlugin: async () => plugin,
    })),
);
const queries = new QueryClient({ defaultOptions: { queries: { refetchOnWindowFocus: false, retry: 0 } } });

function Page({ mode, dashboard, url, start, end }) {
    const theme = getTheme(mode);
    const datasource = {
        kind: "GlobalDatasource",
        metadata: { name: "day" },
        spec: { default: true, plugin: { kind: "PrometheusDatasource", spec: { directUrl: url } } },
    };
    const api = {
        getDatasource: async () => undefined,
        getGlobalDatasource: async () => datasource,
        listDatasources: async () => [],
        listGlobalDatasources: async () => [datasource],
    };
    const timeRange = { start: new Date(start * 1000), end: new Date(end * 1000) };
    return (
        <ThemeProvider theme={theme}>
            <CssBaseline />
            <ChartsProvider chartsTheme={generateChartsTheme(theme, { echartsTheme: { animation: false } })}>
                <SnackbarProvider>
                    <TimeZoneProvider timeZone="UTC">
                        <PluginRegistry
                            pluginLoader={plugins}
                            defaultPluginKinds={{ Panel: "TimeSeriesChart", TimeSeriesQuery: "PrometheusTimeSeriesQuery" }}
                        >
                            <QueryClientProvider client={queries}>
                                <TimeRangeProvider timeRange={timeRange}>
                                    <VariableProvider initialVariableDefinitions={dashboard.spec.variables ?? []}>
                                        <DatasourceStoreProvider dashboardResource={dashboard} datasourceApi={api}>
                                            <DashboardProvider initialState={{ dashboardResource: dashboard }}>
                                                {/* It loads the choices that queries use. */}
                                                <div style={{ paddingTop: dashboard.spec.variables ? 14 : 0 }}>
                                                    <VariableList />
                                                </div>
                                                <Dashboard />
                                            </DashboardProvider>
                                        </DatasourceStoreProvider>
                                    </VariableProvider>
                                </TimeRangeProvider>
                            </QueryClientProvider>
                        </PluginRegistry>
                    </TimeZoneProvider>
                </SnackbarProvider>
            </ChartsProvider>
        </ThemeProvider>
    );
}

/** Queries that Prometheus has answered with series; `draw.ts` compares their number. */
const answered = new Set();
const ask = window.fetch.bind(window);
window.fetch = async (url, options) => {
    const answer = await ask(url, options);
    if (String(url).includes("/query_range")) {
        const { data } = await answer.clone().json();
        if (data?.result.length > 0) {
            answered.add(new URLSearchParams(options?.body ?? String(url).split("?")[1]).get("query"));
            document.body.dataset.answered = String(answered.size);
        }
    }
    return answer;
};

ask("dashboard.json")
    .then((answer) => answer.json())
    .then((given) =>
        createRoot(document.getElementById("page")).render(<Page {...given} mode={window.location.search.slice(1)} />),
    );
