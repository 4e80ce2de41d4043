/** Dashboards as data: panels whose queries are those of the recordings, or of metrics directly. Pure. */
import { costRows } from "./costPanels";
import { EXPORTERS } from "./databaseMetrics";
import { gatewayRows, gpuRows, routingRows, usageRows } from "./platformPanels";
import { modelRows } from "./modelPanels";
import { foundationRows, keyRows } from "./foundationPanels";
import { litemaasRows } from "./litemaasPanels";
import { externalRows, overviewRows, workspaceRows } from "./overviewPanels";
import { alertsOf } from "./rules";
import type { Row, Variable } from "./panel";
import { type Scope, VLLM } from "./scope";

/** Folders of dashboards, by id, in products that have folders. */
export const FOLDERS = { use: "Use and money", models: "Models and GPUs", platform: "Platform" } as const;

/** A dashboard. */
export interface Dashboard {
    /** Name of its object. */
    readonly name: string;
    readonly folder: keyof typeof FOLDERS;
    readonly title: string;
    readonly description: string;
    readonly variable?: Variable;
    readonly rows: readonly Row[];
}

/** The dashboards of a platform. */
export function dashboards(scope: Scope): Dashboard[] {
    const { models, external, workspaces, keysApi, exporters, litemaas } = scope;
    const alerts = Object.values(alertsOf(scope)).flatMap((group) => group.map(({ alert }) => alert));
    return [
        {
            name: "overview",
            folder: "platform" as const,
            title: "Overview",
            description: "What users feel, use, supply, and alerts that fire",
            rows: overviewRows(scope, [...new Set(alerts)]),
        },
        {
            name: "models",
            folder: "models" as const,
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
            folder: "use" as const,
            title: "Usage",
            description: "Tokens and requests by tier, model and user",
            variable: { name: "subscription", title: "Tier", label: "subscription", series: "maas:usage_requests:rate5m" },
            rows: usageRows(),
        },
        {
            name: "costs",
            folder: "use" as const,
            title: "Chargeback",
            description: "Tokens and what they bring by tier, model, group, cost centre and user; cost of GPU nodes",
            variable: { name: "subscription", title: "Tier", label: "subscription", series: "maas:usage_tokens:increase1m" },
            rows: costRows(scope),
        },
        {
            name: "routing",
            folder: "models" as const,
            title: "Routing",
            description: `Endpoint pickers of namespace ${models}`,
            rows: routingRows(models),
        },
        {
            name: "gateways",
            folder: "platform" as const,
            title: "Gateways and limits",
            description: "Requests, decisions of policies, limits",
            rows: gatewayRows(),
        },
        ...(external.length === 0
            ? []
            : [
                  {
                      name: "external-models",
                      folder: "use" as const,
                      title: "Models elsewhere",
                      description: "Use of models of providers",
                      rows: externalRows(models, external),
                  },
              ]),
        ...(keysApi === undefined
            ? []
            : [
                  {
                      name: "keys",
                      title: "API keys",
                      folder: "use" as const,
                      description: "The API of keys, and who uses them",
                      rows: keyRows(
                          keysApi,
                          exporters.some((job) => job.endsWith(`/${EXPORTERS.keys}`)),
                      ),
                  },
              ]),
        ...(litemaas === undefined
            ? []
            : [
                  {
                      name: "litemaas",
                      title: "LiteMaaS and workshops",
                      folder: "use" as const,
                      description: "Proxies, models and teams of LiteMaaS",
                      rows: litemaasRows(litemaas),
                  },
              ]),
        ...(workspaces
            ? [
                  {
                      name: "workspaces",
                      folder: "platform" as const,
                      title: "Workspaces",
                      description: "Workspaces of the users",
                      rows: workspaceRows(),
                  },
              ]
            : []),
        {
            name: "foundations",
            title: "Foundations",
            folder: "platform",
            description: "Certificates, secrets, databases and Vault",
            rows: foundationRows(scope),
        },
        {
            name: "gpus",
            folder: "models",
            title: "GPUs",
            description: "Use, memory, power, temperature and last error of each GPU, and what idle ones cost",
            rows: gpuRows(scope.prices),
        },
    ];
}
