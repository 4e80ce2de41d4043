/** How Perses draws a panel. */
import { dashboards } from "../../../catalogue/observability/dashboards";
import { persesDashboard } from "../../../components/observability/persesDashboard";
import { scope } from "../../catalogue/observability/scope";
import type { Draft } from "../../settings";

it("a number is red from its bound on, money has its currency, and all is also what the chosen time does not name", () => {
    const dashboard = (name: string): Draft => persesDashboard(dashboards(scope).find((one) => one.name === name)!);
    const drawn = (name: string, panel: string): Draft => dashboard(name)["panels"][panel].spec.plugin;
    const thresholds = (value: number): object => ({ steps: [{ value, color: "#c9190b" }] });
    expect(drawn("overview", "errorsNow")).toEqual({
        kind: "StatChart",
        spec: { calculation: "last", format: { unit: "percent-decimal" }, sparkline: {}, thresholds: thresholds(0.005) },
    });
    expect(drawn("overview", "firstTokenNow").spec.thresholds).toEqual(thresholds(2.5));
    expect(drawn("costs", "chargeTier")).toEqual({
        kind: "BarChart",
        spec: { calculation: "last", format: { unit: "usd", decimalPlaces: 2 }, mode: "value", sort: "desc" },
    });
    // Perses has no unit of it.
    const prices = { ...scope.prices, currency: "CZK" };
    const costs: Draft = persesDashboard(dashboards({ ...scope, prices }).find(({ name }) => name === "costs")!);
    expect(costs["panels"].chargeTier.spec.plugin.spec.format).toEqual({ unit: "decimal", decimalPlaces: 2 });
    expect(dashboard("costs")["variables"][0].spec).toMatchObject({ defaultValue: "$__all", customAllValue: ".*" });
});
