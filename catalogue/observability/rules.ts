/** The rules of a platform: what is recorded, and when somebody is told. Pure. */
import { type Alert, runbookOf } from "./alert";
import { foundationAlerts } from "./foundationAlerts";
import { gatewayAlerts } from "./gatewayAlerts";
import { modelAlerts } from "./modelAlerts";
import { gpuAlerts, objectiveAlerts } from "./platformAlerts";
import { recordingGroups } from "./recordings";
import type { Scope } from "./scope";

/** All alerts of a platform, by group. */
export function alertsOf(scope: Scope): Readonly<Record<string, readonly Alert[]>> {
    return {
        models: modelAlerts(scope),
        gateways: gatewayAlerts(scope),
        objectives: objectiveAlerts(scope),
        gpus: gpuAlerts(scope),
        foundations: foundationAlerts(scope),
    };
}

/** The recording rules: dashboards and commands need them, with or without alerts. */
export function recordingRules(scope: Scope) {
    return recordingGroups(scope).map(({ name, interval, recordings }) => ({
        name,
        ...(interval !== undefined && { interval }),
        rules: recordings.map(({ record, expr, fixed }) => ({ record, expr, ...(fixed !== undefined && { labels: fixed }) })),
    }));
}

/** The groups of a PrometheusRule: recordings, and alerts. @param labels that all alerts get, over those of their series */
export function ruleGroups(scope: Scope, labels: Readonly<Record<string, string>> = {}) {
    return [
        ...recordingRules(scope),
        ...Object.entries(alertsOf(scope)).map(([group, alerts]) => ({
            name: `maas-${group}`,
            rules: alerts.map((alert) => written(alert, labels)),
        })),
    ];
}

function written(
    { alert, severity, for: after, expr, summary, description, labels }: Alert,
    ofAll: Readonly<Record<string, string>>,
) {
    return {
        alert,
        expr,
        for: after,
        labels: { severity, ...labels, ...ofAll },
        annotations: { summary, description, runbook: runbookOf(alert) },
    };
}
