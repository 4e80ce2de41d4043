/** Monitoring of user workloads: the metrics of models, gateways and limits. */
import type { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import type { Settings } from "../../stacks/schema";
import { gate } from "../gate";
import { Kube, KubeError } from "../kube";
import type { Values } from "./monitoringConfig";

type Metrics = NonNullable<Settings["observability"]>["metrics"];

const NAMESPACE = "openshift-user-workload-monitoring";
const RUNNING_MINUTES = 15;

/** What is kept, and for how long. */
export interface UserWorkloadMonitoringArgs {
    readonly metrics: Metrics;
}

/**
 * Switches the monitoring of user workloads on, and says how long it keeps what it has seen. Ready when it runs.
 *
 * Both ConfigMaps belong to the whole cluster and hold one YAML text, so that a patch would drop what others wrote there. A
 * gate reads the text, changes only what is ours, and refuses when it says something else already. A destroy leaves it on:
 * whoever else has come to use it meanwhile would lose their metrics. Source:
 * docs/sources/observability.md#user-workload-monitoring.
 */
export class UserWorkloadMonitoring extends pulumi.ComponentResource {
    public readonly running: ConfigMap;

    constructor(name: string, { metrics }: UserWorkloadMonitoringArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:observability:UserWorkloadMonitoring", name, {}, opts);
        const configured = [
            merged(`${name}-on`, "openshift-monitoring", "cluster-monitoring-config", { enableUserWorkload: true }, this),
            merged(`${name}-retention`, NAMESPACE, "user-workload-monitoring-config", retention(metrics), this),
        ];
        this.running = gate(
            `${name}-running`,
            {
                kind: "monitoring-runs",
                until: "the monitoring of user workloads runs",
                record: { namespace: NAMESPACE, statefulset: "prometheus-user-workload" },
                check: async (kube) => {
                    const up = await kube.until(
                        { apiVersion: "apps/v1", plural: "statefulsets", namespace: NAMESPACE },
                        "prometheus-user-workload",
                        (set) => {
                            const replicas = Number(set?.spec?.["replicas"] ?? 1);
                            return Number(set?.status?.["readyReplicas"] ?? 0) >= replicas ? true : undefined;
                        },
                        (await kube.now()) + RUNNING_MINUTES * 60_000,
                    );
                    if (up === undefined) {
                        throw new Error(
                            `StatefulSet ${NAMESPACE}/prometheus-user-workload is not ready after ${RUNNING_MINUTES} minutes` +
                                (await degraded(kube)),
                        );
                    }
                },
            },
            { parent: this, dependsOn: configured },
        );
        this.registerOutputs({});
    }
}

/** What stands in the configuration of the Prometheus of user workloads. */
export function retention({ retentionDays, volumeGiB, storageClass }: Metrics): Values {
    const volume = "prometheus.volumeClaimTemplate.spec";
    return {
        ...(retentionDays !== undefined && { "prometheus.retention": `${retentionDays}d` }),
        ...(volumeGiB !== undefined && { [`${volume}.resources.requests.storage`]: `${volumeGiB}Gi` }),
        ...(storageClass !== undefined && { [`${volume}.storageClassName`]: storageClass }),
    };
}

function merged(name: string, namespace: string, configMap: string, values: Values, parent: pulumi.Resource): ConfigMap {
    return gate(
        name,
        {
            kind: "config-merged",
            until: `ConfigMap ${namespace}/${configMap} says so`,
            record: { configMap: `${namespace}/${configMap}`, values: JSON.stringify(values) },
            check: async (kube, hook) => {
                const before = (hook.oldInputs as { data?: { values?: string } } | undefined)?.data?.values;
                try {
                    await merge(kube, namespace, configMap, values, before === undefined ? {} : (JSON.parse(before) as Values));
                } catch (error) {
                    throw new Error(`ConfigMap ${namespace}/${configMap}: ${(error as Error).message}`, { cause: error });
                }
            },
        },
        { parent },
    );
}

async function merge(kube: Kube, namespace: string, name: string, values: Values, earlier: Values): Promise<void> {
    const { mergedConfig } = await import("./monitoringConfig");
    const kind = { apiVersion: "v1", plural: "configmaps", namespace };
    for (let tries = 0; ; tries++) {
        const current = await kube.get(kind, name);
        const text = (current?.["data"] as Record<string, string> | undefined)?.["config.yaml"];
        const wanted = mergedConfig(text, values, earlier);
        if (wanted === (text ?? "")) {
            return;
        }
        const data = { "config.yaml": wanted };
        try {
            if (current === undefined) {
                await kube.create(kind, { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data });
            } else {
                await kube.patch(kind, name, { metadata: { resourceVersion: current.metadata.resourceVersion }, data });
            }
            return;
        } catch (error) {
            // Somebody wrote it in between: what they wrote is read first.
            if (!(error instanceof KubeError && error.code === 409) || tries === 5) {
                throw error;
            }
        }
    }
}

/** What the operator of the monitoring says is wrong. */
async function degraded(kube: Kube): Promise<string> {
    const operator = await kube.get({ apiVersion: "config.openshift.io/v1", plural: "clusteroperators" }, "monitoring");
    const conditions =
        (operator?.status?.["conditions"] as { type: string; status: string; message?: string }[] | undefined) ?? [];
    const found = conditions.find((c) => c.type === "Degraded" && c.status === "True");
    return found === undefined ? ": look at ClusterOperator monitoring" : `: ClusterOperator monitoring: ${found.message ?? ""}`;
}
