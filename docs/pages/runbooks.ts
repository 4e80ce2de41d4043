import type { Alert } from "../../catalogue/observability/alert";
import { metrics } from "../../catalogue/observability/metric";
import { recordings } from "../../catalogue/observability/recordings";
import { alertsOf } from "../../catalogue/observability/rules";
import type { Scope } from "../../catalogue/observability/scope";
import { observabilitySchema } from "../../stacks/schema/observability";
import { heading, table } from "./table";

/** A platform with everything: alerts on what a stack lacks are not in its plan. */
const SCOPE: Scope = {
    models: "maas",
    services: ["qwen3-8b"],
    gateways: ["maas-default-gateway"],
    databases: [
        {
            namespace: "maas-db",
            server: "maas-db",
            by: "StatefulSet",
            of: "API keys",
            without: "No key can be created. Keys that are not cached are refused.",
        },
        {
            namespace: "keys",
            server: "maas",
            by: "CloudNativePG",
            of: "API keys",
            without: "No key can be created. Keys that are not cached are refused.",
        },
    ],
    exporters: ["maas-platform/maas-keys-metrics", "model-registry-db/model-registry-metrics"],
    keysApi: "redhat-ods-applications",
    litemaas: "litemaas",
    vault: "vault",
    grafana: "maas-grafana",
    external: ["gpt-4o"],
    workspaces: true,
    persons: [
        {
            counted: "system:serviceaccount:wksp-cleo-example-com-0a1b2c3d:maas-workspace",
            user: "cleo@example.com",
            workspace: true,
        },
    ],
    owners: [{ subscription: "free", groups: "tier-free-users" }],
    quotas: [{ subscription: "free", model: "qwen3-8b", tokens: 100_000, window: "24h" }],
    prices: {
        currency: "USD",
        tokens: [{ subscription: "free", model: "qwen3-8b", steps: [{ from: undefined, perMillion: 1.5 }] }],
        nodes: [{ instanceType: "g6e.2xlarge", perHour: 2.24208 }],
    },
    thresholds: observabilitySchema.parse({}).alerts,
};

/** The page of runbooks: steps for each alert, the recordings, and the metrics that are read. */
export function runbooksPage(): string {
    const alerts = Object.values(alertsOf(SCOPE)).flat();
    return `${heading("Alerts", "catalogue/observability")}
With \`observability\`, a stack has PrometheusRule \`maas-platform/maas\`. Thanos Ruler evaluates it over the metrics of the platform and of
user workloads, and sends its alerts to the cluster's Alertmanager; whom that tells, \`observability.alerts.routes\` or the cluster's own routes say
([OpenShift, Monitoring](sources/observability.md#who-is-told)). Thresholds and objectives are
[settings](settings/observability.md). The queries below are those of an example: model \`qwen3-8b\` in namespace \`maas\`.

An alert is silent where its metrics are not collected: GPU alerts need DCGM's, \`CertificateEnds\` those of cert-manager, \`SecretNotSynced\` those of
External Secrets, \`QuotaNearlySpent\` the label \`user\`, \`KeysEnd\` a database whose address the stack knows, \`PlatformDrifted\` the workflow Drift.

${table(
    ["Alert", "Severity", "After", "Meaning"],
    alerts.map(({ alert, severity, for: after, description }) => [
        `[${alert}](#${alert.toLowerCase()})`,
        severity,
        after,
        description,
    ]),
)}

${alerts.map(runbook).join("\n\n")}

## Recorded series

Dashboards, alerts and commands share them.

${table(
    ["Series", "Labels", "Query"],
    recordings(SCOPE).map(({ record, labels, expr }) => [
        `\`${record}\``,
        labels.map((l) => `\`${l}\``).join(", "),
        `\`${expr}\``,
    ]),
)}

## Metrics

${table(
    ["Metric", "Type", "From", "Meaning", "Source"],
    metrics.map(({ name, type, exporter, meaning, source }) => [`\`${name}\``, type, exporter, meaning, `\`${source}\``]),
)}
`;
}

function runbook({ alert, severity, for: after, summary, description, expr, look }: Alert): string {
    return `## ${alert}

${summary.replace(/\{\{ \$(?:labels\.)?(\w+) \}\}/g, "*$1*")}. ${description}

\`\`\`promql
${expr}
\`\`\`

For ${after}: ${severity}. Look at:

${look.map((line, i) => `${i + 1}. ${line}`).join("\n")}`;
}
