import * as pulumi from "@pulumi/pulumi";

import { DSCInitializationPatch } from "../../kinds/dscinitialization.opendatahub.io";
import type { OpenShiftAiSettings } from "../../stacks/schema";
import { gate } from "../gate";
import type { Kube, KubeObject } from "../kube";

const NAME = "default-dsci";
const MINUTE = 60_000;
/** The operator makes its initialization when it starts. */
const MADE_MINUTES = 5;
const MONITORING_MINUTES = 10;

/** What all components of OpenShift AI share. */
export interface InitializationArgs {
    readonly monitoring: OpenShiftAiSettings["monitoring"];
    readonly trustedCa: OpenShiftAiSettings["trustedCa"];
}

/**
 * Monitoring and trusted certificates of OpenShift AI. The operator makes the object that says so; it is patched, and
 * has what the operator wrote when the stack goes: volumes that nobody would look after are given back. Ready when the monitoring that was asked for is deployed: what its operators lack
 * at that moment is skipped without an error, so those must run first.
 * Source: docs/sources/openshift-ai.md#initialization, #monitoring-stack.
 */
export class Initialization extends pulumi.ComponentResource {
    constructor(name: string, { monitoring, trustedCa }: InitializationArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:serving:Initialization", name, {}, opts);
        const made = gate(
            `${name}-made`,
            {
                kind: "object-exists",
                until: `DSCInitialization ${NAME} is made by its operator`,
                record: { object: `DSCInitialization ${NAME}` },
                check: async (kube) => {
                    const found = await kube.until(
                        { apiVersion: "dscinitialization.opendatahub.io/v2", plural: "dscinitializations" },
                        NAME,
                        (object) => (object === undefined ? undefined : true),
                        (await kube.now()) + MADE_MINUTES * MINUTE,
                    );
                    if (found === undefined) {
                        throw new Error(
                            `DSCInitialization ${NAME} did not appear within ${MADE_MINUTES} minutes: the operator of OpenShift AI makes it when it starts, unless DISABLE_DSC_CONFIG is set`,
                        );
                    }
                },
            },
            { parent: this },
        );
        const patch = new DSCInitializationPatch(
            `${name}-settings`,
            {
                // The operator wrote both when it made the object.
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
            { parent: this, dependsOn: [made] },
        );
        const wanted = monitoring === undefined ? [] : conditionsOf(monitoring);
        if (wanted.length > 0) {
            gate(
                `${name}-monitoring-deployed`,
                {
                    kind: "object-ready",
                    until: "the monitoring of OpenShift AI is deployed",
                    record: { conditions: wanted.join(" ") },
                    check: (kube) => monitoringDeployed(kube, wanted),
                },
                { parent: this, dependsOn: [patch] },
            );
        }
        this.registerOutputs({});
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

/** The conditions of the operator's Monitoring that must hold. */
function conditionsOf({ metrics, traces, alerting }: Monitoring): string[] {
    return [
        ...(metrics !== undefined ? ["MonitoringStackAvailable", "ThanosQuerierAvailable"] : []),
        ...(traces !== undefined ? ["TempoAvailable", "InstrumentationAvailable"] : []),
        ...(metrics !== undefined || traces !== undefined ? ["OpenTelemetryCollectorAvailable"] : []),
        ...(alerting ? ["AlertingAvailable"] : []),
    ];
}

async function monitoringDeployed(kube: Kube, wanted: readonly string[]): Promise<void> {
    let lacking: string[] = [];
    const deployed = await kube.until(
        { apiVersion: "services.platform.opendatahub.io/v1alpha1", plural: "monitorings" },
        "default-monitoring",
        (object) => {
            lacking = wanted.flatMap((type) => problemOf(object, type) ?? []);
            return lacking.length === 0 ? true : undefined;
        },
        (await kube.now()) + MONITORING_MINUTES * MINUTE,
    );
    if (deployed === undefined) {
        throw new Error(
            `the monitoring of OpenShift AI is not deployed after ${MONITORING_MINUTES} minutes: ${lacking.join("; ")}`,
        );
    }
}

function problemOf(object: KubeObject | undefined, type: string): string | undefined {
    const conditions = object?.status?.["conditions"] as { type: string; status: string; message?: string }[] | undefined;
    const condition = conditions?.find((c) => c.type === type);
    return condition?.status === "True" ? undefined : `${type}: ${condition?.message ?? "not reported yet"}`;
}
