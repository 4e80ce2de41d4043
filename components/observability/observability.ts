import * as pulumi from "@pulumi/pulumi";

import { dashboards } from "../../catalogue/observability/dashboards";
import { PERSONS } from "../../catalogue/observability/recordings";
import { recordingRules, ruleGroups } from "../../catalogue/observability/rules";
import type { Scope } from "../../catalogue/observability/scope";
import { ConsoleLink } from "../../kinds/console.openshift.io";
import { AlertmanagerConfig, PrometheusRule } from "../../kinds/monitoring.coreos.com";
import { UIPlugin } from "../../kinds/observability.openshift.io";
import { PersesDashboard } from "../../kinds/perses.dev";
import type { Settings } from "../../stacks/schema";
import { describedBy } from "../component";
import { RECORDS_NAMESPACE } from "../gate";
import type { InstalledOperator } from "../layer";
import { objectExists } from "../objectExists";
import { alertmanagerConfig } from "./alertmanagerConfig";
import { Grafana } from "./grafana";
import { persesDashboard } from "./persesDashboard";
import { Traces } from "./traces";
import { UserWorkloadMonitoring } from "./userWorkload";

/** An AlertmanagerConfig takes the alerts of its own namespace alone, and those of the series' namespaces would pass it by. */
const ROUTED = { namespace: RECORDS_NAMESPACE };

/** Arguments of {@link Observability}. */
export interface ObservabilityArgs {
    /** The settings. Plain: they decide which objects exist. */
    readonly settings: NonNullable<Settings["observability"]>;
    /** The operators that these settings need; others may be undefined. */
    readonly operators: {
        readonly dashboards: InstalledOperator | undefined;
        readonly grafana: InstalledOperator | undefined;
        readonly tempo: InstalledOperator | undefined;
        readonly collector: InstalledOperator | undefined;
    };
    readonly models: {
        /** Their namespace. Plain: a gate looks for their PodMonitor in it. */
        readonly namespace: string;
        /** Model services, by name of the model. */
        readonly services: ReadonlyMap<string, pulumi.Resource>;
    };
    /** Domain of the cluster's Routes. Plain: Grafana's address is made of it. */
    readonly domain: string;
    /** The page on which OpenShift AI shows usage, which the console then links beside the dashboards. Plain: it decides which objects exist. */
    readonly usagePage?: string | undefined;
    /** The rest of the rules' scope. Plain: it is part of their text. */
    readonly scope: Omit<Scope, "models" | "thresholds">;
    /** Whether Pulumi refuses to delete the traces. Default: false. */
    readonly protect?: boolean | undefined;
}

/**
 * Metrics of the models, dashboards, alerts and traces.
 *
 * KServe creates the PodMonitors of the models itself, in each of their namespaces, and a second one would count every request
 * twice; so this creates none and waits for KServe's.
 * Source: docs/sources/observability.md#monitors-of-models.
 */
export class Observability extends pulumi.ComponentResource {
    /** URL to which workloads send traces; undefined without traces. */
    public readonly traces: string | undefined;

    constructor(name: string, args: ObservabilityArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:observability:Observability", name, describedBy(args), opts);
        const { settings, operators, models, protect } = args;
        const { routes } = settings.alerts;
        const monitoring = new UserWorkloadMonitoring(
            `${name}-metrics`,
            { metrics: settings.metrics, rulesOfAll: [RECORDS_NAMESPACE], alertRoutes: routes.length > 0 },
            { parent: this },
        );
        const scope = { ...args.scope, models: models.namespace, thresholds: settings.alerts };
        if (settings.dashboards) {
            this.dashboards(name, operators.dashboards!, scope);
        }
        if (args.usagePage !== undefined) {
            new ConsoleLink(
                `${name}-usage-link`,
                {
                    metadata: { name: "maas-usage" },
                    spec: {
                        location: "ApplicationMenu",
                        text: "Usage in OpenShift AI",
                        href: args.usagePage,
                        applicationMenu: { section: "Models-as-a-Service" },
                    },
                },
                { parent: this },
            );
        }
        if (settings.grafana !== undefined) {
            new Grafana(
                `${name}-grafana`,
                {
                    settings: settings.grafana,
                    domain: args.domain,
                    operator: operators.grafana!,
                    dashboards: dashboards(scope),
                },
                { parent: this },
            );
        }
        const groups = settings.alerts.enabled ? ruleGroups(scope, routes.length > 0 ? ROUTED : {}) : recordingRules(scope);
        const [persons, others] = [true, false].map((of) => groups.filter((group) => group.name.startsWith(PERSONS) === of));
        new PrometheusRule(
            `${name}-rules`,
            { metadata: { name: "maas", namespace: RECORDS_NAMESPACE }, spec: { groups: others! } },
            { parent: this, dependsOn: monitoring },
        );
        for (const group of persons!) {
            new PrometheusRule(
                `${name}-${group.name}`,
                { metadata: { name: group.name, namespace: RECORDS_NAMESPACE }, spec: { groups: [group] } },
                { parent: this, dependsOn: monitoring },
            );
        }
        if (routes.length > 0) {
            new AlertmanagerConfig(
                `${name}-routes`,
                { metadata: { name: "maas", namespace: RECORDS_NAMESPACE }, spec: alertmanagerConfig(routes) },
                { parent: this, dependsOn: monitoring },
            );
        }
        if (settings.traces !== undefined) {
            const { endpoint } = new Traces(
                `${name}-traces`,
                { traces: settings.traces, protect },
                { parent: this, dependsOn: [operators.tempo!, operators.collector!] },
            );
            this.traces = endpoint;
        }
        if (models.services.size > 0) {
            this.modelsScraped(name, models);
        }
        this.registerOutputs({ traces: this.traces });
    }

    /** KServe makes one monitor for all models that it schedules. */
    private modelsScraped(name: string, models: ObservabilityArgs["models"]): void {
        objectExists(
            `${name}-models-scraped`,
            {
                apiVersion: "monitoring.coreos.com/v1",
                kind: "PodMonitor",
                plural: "podmonitors",
                name: "kserve-llm-isvc-vllm-engine",
                namespace: models.namespace,
                until: "the models are scraped",
                minutes: 5,
                hint: "KServe creates it; check that LLMISVC_MONITORING_DISABLED is not set on its controller",
            },
            { parent: this, dependsOn: [...models.services.values()] },
        );
    }

    private dashboards(name: string, operator: InstalledOperator, scope: Scope): void {
        const plugin = new UIPlugin(
            `${name}-console`,
            { metadata: { name: "monitoring" }, spec: { type: "Monitoring", monitoring: { perses: { enabled: true } } } },
            { parent: this, dependsOn: operator },
        );
        for (const dashboard of dashboards(scope)) {
            new PersesDashboard(
                `${name}-${dashboard.name}`,
                {
                    metadata: {
                        name: dashboard.name,
                        // The default datasource of dashboards exists in this namespace alone.
                        namespace: operator.namespaceName,
                        // The console finds dashboards by this label.
                        labels: { "app.kubernetes.io/part-of": "monitoring" },
                    },
                    spec: { config: persesDashboard(dashboard) },
                },
                { parent: this, dependsOn: plugin },
            );
        }
    }
}
