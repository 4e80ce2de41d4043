/** Monitoring of user workloads: the metrics of models, gateways and limits. */
import type { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import type { Settings } from "../../stacks/schema";
import { describedBy } from "../component";
import { gate } from "../gate";
import { conditionOf, Kube, KubeError } from "../kube";
import type { Values } from "./monitoringConfig";
import { untilObject } from "../untilObject";

type Metrics = NonNullable<Settings["observability"]>["metrics"];

const NAMESPACE = "openshift-user-workload-monitoring";
const STATEFUL_SET = "prometheus-user-workload";
const RUNNING_MINUTES = 15;

/** Arguments of {@link UserWorkloadMonitoring}. */
export interface UserWorkloadMonitoringArgs {
    /** Volume and retention. Plain: a gate compares them with the cluster's configuration. */
    readonly metrics: Metrics;
    /** Whether Alertmanager reads AlertmanagerConfigs of namespaces of workloads. Plain, as the above. Default: as it is. */
    readonly alertRoutes?: boolean;
    /** Namespaces whose rules read the metrics of every namespace. Plain, as the above. */
    readonly rulesOfAll?: readonly string[];
}

/**
 * Enables the monitoring of user workloads and sets its retention. Ready when it runs.
 *
 * Both ConfigMaps belong to the whole cluster and hold one YAML text, so that a patch would drop what others wrote. A gate reads
 * the text, changes only the values of this program, and fails when others have set them to something else. A destroy leaves
 * the monitoring enabled: others who have come to use it would lose their metrics.
 * Source: docs/sources/observability.md#user-workload-monitoring.
 */
export class UserWorkloadMonitoring extends pulumi.ComponentResource {
    /** Depend on it to have the monitoring running. */
    public readonly running: ConfigMap;
    /** Namespace of the monitoring. */
    public readonly namespace = NAMESPACE;

    constructor(name: string, args: UserWorkloadMonitoringArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:observability:UserWorkloadMonitoring", name, describedBy(args), opts);
        const parent = { parent: this };
        const configured = [
            merged(`${name}-on`, "openshift-monitoring", "cluster-monitoring-config", clusterValues(args), parent),
            merged(`${name}-retention`, NAMESPACE, "user-workload-monitoring-config", workloadValues(args), parent),
        ];
        this.running = gate(
            `${name}-running`,
            {
                kind: "monitoring-runs",
                until: "the monitoring of user workloads runs",
                record: { namespace: NAMESPACE, statefulset: STATEFUL_SET },
                check: untilRunning,
            },
            { parent: this, dependsOn: configured },
        );
        this.registerOutputs({ namespace: this.namespace });
    }
}

async function untilRunning(kube: Kube): Promise<void> {
    await untilObject(kube, {
        kind: { apiVersion: "apps/v1", plural: "statefulsets", namespace: NAMESPACE },
        name: STATEFUL_SET,
        within: RUNNING_MINUTES,
        reached: (set) => Number(set?.status?.["readyReplicas"] ?? 0) >= Number(set?.spec?.["replicas"] ?? 1),
        otherwise: async () =>
            `StatefulSet ${NAMESPACE}/${STATEFUL_SET} is not ready after ${RUNNING_MINUTES} minutes` + (await degraded(kube)),
    });
}

/** Retention, volume and resources of the Prometheus of user workloads, or of the cluster's own. */
export function retention(
    { retentionDays, volumeGiB, storageClass, requests, limits }: Omit<Metrics, "platform">,
    of: "prometheus" | "prometheusK8s" = "prometheus",
): Values {
    const volume = `${of}.volumeClaimTemplate.spec`;
    return {
        ...(retentionDays !== undefined && { [`${of}.retention`]: `${retentionDays}d` }),
        ...(volumeGiB !== undefined && { [`${volume}.resources.requests.storage`]: `${volumeGiB}Gi` }),
        ...(storageClass !== undefined && { [`${volume}.storageClassName`]: storageClass }),
        ...Object.fromEntries(
            Object.entries({ requests, limits }).flatMap(([kind, given]) =>
                Object.entries(given ?? {}).flatMap(([name, amount]) =>
                    amount === undefined ? [] : [[`${of}.resources.${kind}.${name}`, amount]],
                ),
            ),
        ),
    };
}

/** Values in the configuration of the cluster's own monitoring. Source: docs/sources/observability.md#who-is-told. */
function clusterValues({ metrics, alertRoutes = false }: UserWorkloadMonitoringArgs): Values {
    return {
        enableUserWorkload: true,
        ...(metrics.platform !== undefined && retention(metrics.platform, "prometheusK8s")),
        ...(alertRoutes && { "alertmanagerMain.enableUserAlertmanagerConfig": true }),
    };
}

/** All values in that configuration. Source: docs/sources/observability.md#who-evaluates-rules. */
function workloadValues({ metrics, rulesOfAll = [] }: UserWorkloadMonitoringArgs): Values {
    return { ...retention(metrics), ...(rulesOfAll.length > 0 && { namespacesWithoutLabelEnforcement: rulesOfAll }) };
}

/** A gate that merges values into the YAML text of a ConfigMap; those of an earlier deployment may change. */
function merged(
    name: string,
    namespace: string,
    configMap: string,
    values: Values,
    opts: pulumi.CustomResourceOptions,
): ConfigMap {
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
        opts,
    );
}

async function merge(kube: Kube, namespace: string, name: string, values: Values, earlier: Values): Promise<void> {
    const { mergedConfig } = await import("./monitoringConfig");
    const kind = { apiVersion: "v1", plural: "configmaps", namespace };
    for (let attempt = 0; ; attempt++) {
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
            // Another client has changed it since it was read.
            if (!(error instanceof KubeError && error.code === 409) || attempt === 5) {
                throw error;
            }
        }
    }
}

/** Why the ClusterOperator of the monitoring is degraded; ends an error message. */
async function degraded(kube: Kube): Promise<string> {
    const operator = await kube.get({ apiVersion: "config.openshift.io/v1", plural: "clusteroperators" }, "monitoring");
    const condition = conditionOf(operator, "Degraded");
    return condition?.status === "True"
        ? `: ClusterOperator monitoring: ${condition.message ?? ""}`
        : ": check ClusterOperator monitoring";
}
