import * as pulumi from "@pulumi/pulumi";

import { DSCInitializationPatch } from "../../kinds/dscinitialization.opendatahub.io";
import type { OpenShiftAiSettings } from "../../stacks/schema";
import { describedBy } from "../component";
import { gate } from "../gate";
import { conditionOf, type Kube, type KubeObject } from "../kube";
import { objectExists } from "../objectExists";
import { remainingProblem } from "../remainingProblem";

const NAME = "default-dsci";
const MONITORING = {
    apiVersion: "services.platform.opendatahub.io/v1alpha1",
    plural: "monitorings",
    name: "default-monitoring",
} as const;
const MONITORING_MINUTES = 10;

/** Host and port of the collector that the monitoring deploys with `traces`: OTLP over gRPC. */
export const MONITORING_RECEIVER = "data-science-collector-collector.redhat-ods-monitoring.svc:4317";

/** Arguments of {@link Initialization}: what all components of OpenShift AI share. */
export interface InitializationArgs {
    /** Monitoring. Plain: a gate waits for what it asks for. Default: left as it is. */
    readonly monitoring?: OpenShiftAiSettings["monitoring"];
    /** Authorities that the components trust. Default: left as they are. */
    readonly trustedCa?: TrustedCa | undefined;
}

/** Authorities that the components trust. */
export interface TrustedCa {
    /** Whether OpenShift AI distributes them to its namespaces. */
    readonly managed: boolean;
    /** Further certificates in PEM. Default: none. */
    readonly certificates?: pulumi.Input<string> | undefined;
}

/**
 * Monitoring and trusted certificates of OpenShift AI. Its operator creates the DSCInitialization; this patches it. When the
 * stack is destroyed the fields have the operator's values again, so that no volume remains that nobody uses. Ready when the
 * monitoring is deployed: the operator skips, without an error, whatever needs an operator that is not installed yet.
 * Source: docs/sources/openshift-ai.md#initialization, #monitoring-stack.
 */
export class Initialization extends pulumi.ComponentResource {
    /** Name of the DSCInitialization. */
    public readonly initialization: pulumi.Output<string>;

    constructor(name: string, args: InitializationArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:serving:Initialization", name, describedBy(args), opts);
        const { monitoring, trustedCa } = args;
        const exists = objectExists(
            `${name}-made`,
            {
                apiVersion: "dscinitialization.opendatahub.io/v2",
                kind: "DSCInitialization",
                plural: "dscinitializations",
                name: NAME,
                until: `DSCInitialization ${NAME} is made by its operator`,
                minutes: 5,
                hint: "the operator of OpenShift AI creates it when it starts, unless DISABLE_DSC_CONFIG is set",
            },
            { parent: this },
        );
        const patch = new DSCInitializationPatch(
            `${name}-settings`,
            {
                // The operator owns both fields since it created the object.
                metadata: { name: NAME, annotations: { "pulumi.com/patchForce": "true" } },
                spec: {
                    ...(monitoring !== undefined && { monitoring: monitoringSpec(monitoring) }),
                    ...(trustedCa !== undefined && {
                        trustedCABundle: {
                            managementState: trustedCa.managed ? ("Managed" as const) : ("Removed" as const),
                            customCABundle: trustedCa.certificates ?? "",
                        },
                    }),
                },
            },
            { parent: this, dependsOn: [exists] },
        );
        const conditions = monitoring === undefined ? [] : conditionsOf(monitoring);
        if (conditions.length > 0) {
            gate(
                `${name}-monitoring-deployed`,
                {
                    kind: "object-ready",
                    until: "the monitoring of OpenShift AI is deployed",
                    record: { conditions: conditions.join(" ") },
                    check: (kube) => untilMonitoringDeployed(kube, conditions),
                },
                { parent: this, dependsOn: [patch] },
            );
        }
        this.initialization = patch.metadata.name;
        this.registerOutputs({ initialization: this.initialization });
    }
}

type Monitoring = NonNullable<OpenShiftAiSettings["monitoring"]>;

function monitoringSpec({ metrics, traces, alerting, collectorReplicas }: Monitoring): {
    managementState: "Managed";
    metrics?: { replicas: number; storage: { retention: string; size: string } };
    traces?: {
        sampleRatio: string;
        storage:
            { backend: "pv"; retention: string; size: string } | { backend: "s3" | "gcs"; retention: string; secret: string };
    };
    alerting?: Record<string, never>;
    collectorReplicas?: number;
} {
    return {
        managementState: "Managed",
        ...(metrics !== undefined && {
            metrics: { replicas: metrics.replicas, storage: { retention: metrics.retention, size: metrics.size } },
        }),
        ...(traces !== undefined && {
            traces: { sampleRatio: String(traces.sampleRatio), storage: { ...traces.storage, retention: traces.retention } },
        }),
        ...(alerting && { alerting: {} }),
        ...(collectorReplicas !== undefined && { collectorReplicas }),
    };
}

/** Types of the conditions of the Monitoring object that must be True. */
function conditionsOf({ metrics, traces, alerting }: Monitoring): string[] {
    return [
        ...(metrics !== undefined ? ["MonitoringStackAvailable", "ThanosQuerierAvailable"] : []),
        ...(traces !== undefined ? ["TempoAvailable", "InstrumentationAvailable"] : []),
        ...(metrics !== undefined || traces !== undefined ? ["OpenTelemetryCollectorAvailable"] : []),
        ...(alerting ? ["AlertingAvailable"] : []),
    ];
}

async function untilMonitoringDeployed(kube: Kube, types: readonly string[]): Promise<void> {
    const problem = await remainingProblem(kube, MONITORING, MONITORING_MINUTES, (object) => {
        const problems = types.flatMap((type) => problemOf(object, type) ?? []);
        return problems.length === 0 ? undefined : problems.join("; ");
    });
    if (problem !== undefined) {
        throw new Error(`the monitoring of OpenShift AI is not deployed after ${MONITORING_MINUTES} minutes: ${problem}`);
    }
}

function problemOf(object: KubeObject | undefined, type: string): string | undefined {
    const condition = conditionOf(object, type);
    return condition?.status === "True" ? undefined : `${type}: ${condition?.message ?? "not reported yet"}`;
}
