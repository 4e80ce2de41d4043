/** Panels ask for series that are there, and name labels that they have. */
import { dashboards } from "../../../catalogue/observability/dashboards";
import { metrics, storedSeries } from "../../../catalogue/observability/metric";
import type { Panel } from "../../../catalogue/observability/panel";
import { recordings } from "../../../catalogue/observability/recordings";
import { alertsOf } from "../../../catalogue/observability/rules";
import { knownSeries, readQuery } from "../../promql";
import { scope } from "./scope";

const known = knownSeries(scope);
const all = dashboards(scope);
const panels = all.flatMap(({ name, rows }) =>
    rows.flatMap((row) => Object.entries(row.panels).map(([id, panel]) => [`${name}/${id}`, panel] as const)),
);

it.each(panels)("%s asks for series that are there", (_, panel: Panel) => {
    expect(panel.queries.length).toBeGreaterThan(0);
    for (const [query, legend] of panel.queries) {
        const { series, labels, problems } = readQuery(query, known);
        expect([problems, series.length > 0]).toEqual([[], true]);
        expect(labels).toEqual(expect.arrayContaining([...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label)));
    }
});

it("a choice offers a label that its series has, and a query uses it", () => {
    const choices = all.flatMap(({ variable, rows }) => (variable === undefined ? [] : [{ variable, rows }]));
    expect(choices.map(({ variable }) => variable.name)).toEqual(["model", "subscription", "subscription"]);
    for (const { variable, rows } of choices) {
        const { labels, problems } = readQuery(variable.series, known);
        expect([problems, labels.includes(variable.label)]).toEqual([[], true]);
        expect(JSON.stringify(rows)).toContain(`"$${variable.name}\\"`);
    }
});

it("names of dashboards and panels are unique", () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    expect(new Set(panels.map(([id]) => id)).size).toBe(panels.length);
});

it("reads one prefix of vLLM's series only: the other holds the same requests once more", () => {
    expect(panels.flatMap(([, { queries }]) => queries.filter(([query]) => /(^|[^_a-z])vllm:/.test(query)))).toEqual([]);
});

it("every metric of the list is read by a rule, an alert or a panel", () => {
    const read = new Set(
        [
            ...recordings(scope).map(({ expr }) => expr),
            ...Object.values(alertsOf(scope))
                .flat()
                .map(({ expr }) => expr),
            ...panels.flatMap(([, { queries }]) => queries.map(([query]) => query)),
        ].flatMap((query) => readQuery(query, known).series),
    );
    const unread = metrics.filter((metric) => Object.keys(storedSeries(metric)).every((series) => !read.has(series)));
    expect(unread.map(({ name }) => name)).toEqual([]);
});
