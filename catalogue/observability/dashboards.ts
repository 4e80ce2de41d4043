/** Dashboards as data: panels whose queries are those of the recordings, or of metrics directly. Pure. */
import { costRows } from "./costPanels";
import { gatewayRows, gpuRows, routingRows, usageRows } from "./platformPanels";
import { modelRows } from "./modelPanels";
import { externalRows, overviewRows, workspaceRows } from "./overviewPanels";
import { alertsOf } from "./rules";
import type { Row, Variable } from "./panel";
import { type Scope, VLLM } from "./scope";

/** A dashboard. */
export interface Dashboard {
    /** Name of its object. */
    readonly name: string;
    readonly title: string;
    readonly description: string;
    readonly variable?: Variable;
    readonly rows: readonly Row[];
}

/** The dashboards of a platform. */
export function dashboards(scope: Scope): Dashboard[] {
    const { models, prices, external, workspaces } = scope;
    const alerts = Object.values(alertsOf(scope)).flatMap((group) => group.map(({ alert }) => alert));
    return [
        {
            name: "overview",
            title: "Overview",
            description: "What users feel, use, supply, and alerts that fire",
            rows: overviewRows(models, [...new Set(alerts)]),
        },
        {
            name: "models",
            title: "Models",
            description: `Models of namespace ${models}`,
            variable: {
                name: "model",
                title: "Model",
                label: "model_name",
                series: `${VLLM}num_requests_running{namespace="${models}"}`,
            },
            rows: modelRows(models),
        },
        {
            name: "usage",
            title: "Usage",
            description: "Tokens and requests by tier, model and user",
            variable: { name: "subscription", title: "Tier", label: "subscription", series: "maas:usage_requests:rate5m" },
            rows: usageRows(),
        },
        {
            name: "costs",
            title: "Chargeback",
            description: "Tokens and what they bring by tier, model, cost centre and user; cost of GPU nodes",
            variable: { name: "subscription", title: "Tier", label: "subscription", series: "maas:usage_tokens:increase1m" },
            rows: costRows(prices),
        },
        {
            name: "routing",
            title: "Routing",
            description: `Endpoint pickers of namespace ${models}`,
            rows: routingRows(models),
        },
        {
            name: "gateways",
            title: "Gateways and limits",
            description: "Requests, decisions of policies, limits",
            rows: gatewayRows(),
        },
        ...(external.length === 0
            ? []
            : [
                  {
                      name: "external-models",
                      title: "Models elsewhere",
                      description: "Use of models of providers",
                      rows: externalRows(models, external),
                  },
              ]),
        ...(workspaces
            ? [{ name: "workspaces", title: "Workspaces", description: "Workspaces of the users", rows: workspaceRows() }]
            : []),
        { name: "gpus", title: "GPUs", description: "Use, memory, power and temperature of each GPU", rows: gpuRows() },
    ];
}
