/**
 * OpenShift AI's own monitoring: what the DSCInitialization asks for. Source:
 * docs/sources/openshift-ai.md#monitoring-stack.
 */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import type { ConditionSpec, World } from "../world";

/** Definitions whose appearance changes what is deployed. */
export const MONITORING_DEFINITIONS: readonly string[] = [
    "monitoringstacks.monitoring.rhobs",
    "thanosqueriers.monitoring.rhobs",
    "tempomonolithics.tempo.grafana.com",
    "tempostacks.tempo.grafana.com",
    "instrumentations.opentelemetry.io",
    "opentelemetrycollectors.opentelemetry.io",
];

interface MonitoringSpec {
    readonly managementState?: string;
    readonly namespace?: string;
    readonly metrics?: { readonly replicas?: number; readonly storage?: { readonly retention?: string } };
    readonly traces?: { readonly storage: { readonly backend: string; readonly size?: string } };
    readonly alerting?: object;
    readonly collectorReplicas?: number;
}

/** A group of objects that is deployed as a whole, or not at all. */
interface Group {
    readonly requested: boolean;
    readonly notAsked: readonly [reason: string, message: string];
    /** Definition (none for what OpenShift itself serves), and the condition that tells of it. */
    readonly needs: readonly (readonly [definition: string | undefined, kind: string, condition: string])[];
    readonly objects: readonly KubeObject[];
}

const NO_METRICS = ["MetricsNotConfigured", "Metrics not configured in DSCI CR"] as const;
const NO_TRACES = ["TracesNotConfigured", "Traces not configured in DSCI CR"] as const;

/** Brings the monitoring to what the initialization says, and reports it in Monitoring `default-monitoring`. */
export async function reconcileMonitoring(world: World, dsci: KubeObject): Promise<void> {
    const spec = (dsci.spec?.monitoring ?? {}) as MonitoringSpec;
    const { managementState, ...wanted } = spec;
    if (managementState !== "Managed") {
        return;
    }
    const monitoring = await world.ensure({
        apiVersion: "services.platform.opendatahub.io/v1alpha1",
        kind: "Monitoring",
        metadata: { name: "default-monitoring" },
        spec: wanted,
    });
    // A merge patch keeps what it does not name.
    const gone = Object.keys((monitoring.spec as object | undefined) ?? {}).filter((key) => !(key in wanted));
    await world.patch(monitoring, { spec: { ...wanted, ...Object.fromEntries(gone.map((key) => [key, null])) } });
    const conditions: ConditionSpec[] = [];
    for (const group of groupsOf(spec)) {
        const complete = group.needs.every(([definition]) => definition === undefined || world.defined(definition));
        for (const object of group.objects) {
            const present = world.get(
                `${object.apiVersion}/${object.kind}`,
                object.metadata.namespace ?? "",
                object.metadata.name,
            );
            if (group.requested && complete) {
                await world.ensure(object);
            } else if (present && !present.metadata.deletionTimestamp) {
                await world.delete(present);
            }
        }
        for (const [, kind, type] of group.needs) {
            conditions.push(
                !group.requested
                    ? { type, status: "False", reason: group.notAsked[0], message: group.notAsked[1] }
                    : complete
                      ? { type, status: "True", reason: "Available", message: "" }
                      : {
                            type,
                            status: "False",
                            reason: `${kind}CRDNotFoundReason`,
                            message: `${kind} CRD Not Found${group.needs.length > 1 ? " (atomic deployment requires all CRDs)" : ""}`,
                        },
            );
        }
    }
    const lacking = conditions.filter((c) => c.status === "False" && c.reason.endsWith("CRDNotFoundReason"));
    await world.setStatus(monitoring, {
        phase: lacking.length === 0 ? "Ready" : "Not Ready",
        conditions: [
            {
                type: "Ready",
                status: lacking.length === 0 ? "True" : "False",
                reason: lacking.length === 0 ? "Ready" : "NotReady",
                message: lacking.map((c) => c.message).join("; "),
            },
            ...conditions,
        ],
    });
}

function groupsOf({ namespace = "redhat-ods-monitoring", metrics, traces, alerting }: MonitoringSpec): Group[] {
    const tempo = traces !== undefined && traces.storage.backend !== "pv" ? "TempoStack" : "TempoMonolithic";
    return [
        {
            requested: metrics?.storage !== undefined,
            notAsked: NO_METRICS,
            needs: [
                ["monitoringstacks.monitoring.rhobs", "MonitoringStack", "MonitoringStackAvailable"],
                ["thanosqueriers.monitoring.rhobs", "ThanosQuerier", "ThanosQuerierAvailable"],
            ],
            objects: [
                {
                    apiVersion: "monitoring.rhobs/v1alpha1",
                    kind: "MonitoringStack",
                    metadata: { name: "data-science-monitoringstack", namespace },
                    spec: { retention: metrics?.storage?.retention ?? "90d" },
                },
            ],
        },
        {
            requested: traces !== undefined,
            notAsked: NO_TRACES,
            needs: [
                [`${tempo.toLowerCase()}s.tempo.grafana.com`, tempo, "TempoAvailable"],
                ["instrumentations.opentelemetry.io", "Instrumentation", "InstrumentationAvailable"],
            ],
            objects:
                tempo === "TempoMonolithic"
                    ? [
                          {
                              apiVersion: "tempo.grafana.com/v1alpha1",
                              kind: tempo,
                              metadata: { name: "data-science-tempomonolithic", namespace },
                              spec: {
                                  storage: {
                                      traces: { backend: "pv", ...(traces?.storage.size && { size: traces.storage.size }) },
                                  },
                              },
                          },
                      ]
                    : [],
        },
        {
            requested: metrics?.storage !== undefined || traces !== undefined,
            notAsked: [`${NO_METRICS[0]}And${NO_TRACES[0]}`, `${NO_METRICS[1]}\n${NO_TRACES[1]}`],
            needs: [["opentelemetrycollectors.opentelemetry.io", "OpenTelemetryCollector", "OpenTelemetryCollectorAvailable"]],
            objects: [],
        },
        {
            requested: alerting !== undefined,
            notAsked: ["AlertingNotConfigured", "Alerting not configured in DSCI CR"],
            needs: [[undefined, "PrometheusRule", "AlertingAvailable"]],
            objects: [],
        },
    ];
}

/** Kinds that the monitoring makes; the world follows them so that they are known. */
export const MONITORING_KINDS: readonly string[] = [K.Monitoring, K.MonitoringStack, K.TempoMonolithic];
