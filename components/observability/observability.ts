import * as pulumi from "@pulumi/pulumi";

import { PrometheusRule } from "../../kinds/monitoring.coreos.com";
import { UIPlugin } from "../../kinds/observability.openshift.io";
import { PersesDashboard } from "../../kinds/perses.dev";
import type { Settings } from "../../stacks/schema";
import { gate } from "../gate";
import type { InstalledOperator } from "../layer";
import { modelAlerts } from "./modelAlerts";
import { modelsDashboard } from "./modelsDashboard";
import { Traces } from "./traces";
import { UserWorkloadMonitoring } from "./userWorkload";

type ObservabilitySettings = NonNullable<Settings["observability"]>;

/** The PodMonitor that KServe makes in each namespace with models. */
const SCRAPER = "kserve-llm-isvc-vllm-engine";
const SCRAPED_MINUTES = 5;

/** What is observed, and with what. */
export interface ObservabilityArgs {
    readonly settings: ObservabilitySettings;
    /** Those that are installed. */
    readonly operators: {
        readonly dashboards: InstalledOperator | undefined;
        readonly tempo: InstalledOperator | undefined;
        readonly collector: InstalledOperator | undefined;
    };
    /** The models, by name, and their namespace. */
    readonly models: {
        readonly namespace: string;
        readonly created: pulumi.Resource;
        readonly services: ReadonlyMap<string, pulumi.Resource>;
    };
}

/**
 * Metrics of the models, dashboards, alerts and traces.
 *
 * Nothing here scrapes the models: KServe makes the monitors for them itself, in each of their namespaces, and a second one
 * would count every request twice. A gate sees that they are there. Source:
 * docs/sources/observability.md#monitors-of-models.
 */
export class Observability extends pulumi.ComponentResource {
    /** Where workloads send traces to; undefined without traces. */
    public readonly traces: string | undefined;

    constructor(name: string, args: ObservabilityArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:observability:Observability", name, {}, opts);
        const { settings, operators, models } = args;
        new UserWorkloadMonitoring(`${name}-metrics`, { metrics: settings.metrics }, { parent: this });
        if (settings.dashboards) {
            this.dashboards(name, operators.dashboards!, models.namespace);
        }
        if (settings.alerts !== undefined) {
            new PrometheusRule(
                `${name}-alerts`,
                {
                    metadata: { name: "models", namespace: models.namespace },
                    spec: { groups: [{ name: "models", rules: modelAlerts(settings.alerts, [...models.services.keys()]) }] },
                },
                { parent: this, dependsOn: models.created },
            );
        }
        if (settings.traces !== undefined) {
            const { endpoint } = new Traces(
                `${name}-traces`,
                { traces: settings.traces },
                { parent: this, dependsOn: [operators.tempo!, operators.collector!] },
            );
            this.traces = endpoint;
        }
        this.scraped(name, models);
        this.registerOutputs({ traces: this.traces });
    }

    private dashboards(name: string, operator: InstalledOperator, modelsNamespace: string): void {
        const plugin = new UIPlugin(
            `${name}-console`,
            { metadata: { name: "monitoring" }, spec: { type: "Monitoring", monitoring: { perses: { enabled: true } } } },
            { parent: this, dependsOn: operator },
        );
        new PersesDashboard(
            `${name}-models`,
            {
                metadata: {
                    name: "models",
                    // Only there is the datasource that a dashboard without one of its own reads.
                    namespace: operator.namespaceName,
                    // The console finds dashboards by this label.
                    labels: { "app.kubernetes.io/part-of": "monitoring" },
                },
                spec: { config: modelsDashboard(modelsNamespace) },
            },
            { parent: this, dependsOn: plugin },
        );
    }

    private scraped(name: string, { namespace, services }: ObservabilityArgs["models"]): void {
        gate(
            `${name}-models-scraped`,
            {
                kind: "object-exists",
                until: "the models are scraped",
                record: { object: `PodMonitor ${namespace}/${SCRAPER}` },
                check: async (kube) => {
                    const found = await kube.until(
                        { apiVersion: "monitoring.coreos.com/v1", plural: "podmonitors", namespace },
                        SCRAPER,
                        (monitor) => (monitor === undefined ? undefined : true),
                        (await kube.now()) + SCRAPED_MINUTES * 60_000,
                    );
                    if (found === undefined) {
                        throw new Error(
                            `KServe has made no PodMonitor ${namespace}/${SCRAPER} within ${SCRAPED_MINUTES} minutes: ` +
                                "look whether LLMISVC_MONITORING_DISABLED is set on its controller",
                        );
                    }
                },
            },
            { parent: this, dependsOn: [...services.values()] },
        );
    }
}
