import { Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";

import { CERT_MANAGER_NAMESPACE } from "../../catalogue/certificates";
import { ServiceMonitor } from "../../kinds/monitoring.coreos.com";
import { objectExists } from "../objectExists";

const LABELS = {
    "app.kubernetes.io/component": "controller",
    "app.kubernetes.io/instance": "cert-manager",
    "app.kubernetes.io/name": "cert-manager",
} as const;

/**
 * Metrics of cert-manager, by which alerts know of certificates that end. Its operator labels the namespace for the platform's
 * Prometheus, which needs rights there; without the label, the Prometheus of user workloads reads it, which has them.
 * Source: docs/sources/openshift.md#cert-manager, docs/sources/observability.md#who-scrapes-what.
 */
export class CertManagerMetrics extends pulumi.ComponentResource {
    /** Name of the ServiceMonitor. */
    public readonly monitor: pulumi.Output<string>;

    constructor(name: string, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:observability:CertManagerMetrics", name, {}, opts);
        const metadata = { name: "prometheus-k8s", namespace: CERT_MANAGER_NAMESPACE };
        const there = objectExists(
            `${name}-controller`,
            {
                apiVersion: "apps/v1",
                kind: "Deployment",
                plural: "deployments",
                name: "cert-manager",
                namespace: CERT_MANAGER_NAMESPACE,
                until: "cert-manager has a controller with metrics",
                minutes: 10,
                hint: "its operator creates it; check CertManager cluster",
            },
            { parent: this },
        );
        const role = new Role(
            `${name}-reader`,
            {
                metadata,
                rules: [{ apiGroups: [""], resources: ["services", "endpoints", "pods"], verbs: ["get", "list", "watch"] }],
            },
            { parent: this, dependsOn: there },
        );
        const binding = new RoleBinding(
            `${name}-reader-binding`,
            {
                metadata,
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
                subjects: [{ kind: "ServiceAccount", name: "prometheus-k8s", namespace: "openshift-monitoring" }],
            },
            { parent: this, dependsOn: role },
        );
        this.monitor = new ServiceMonitor(
            `${name}-monitor`,
            {
                metadata: { name: "cert-manager", namespace: CERT_MANAGER_NAMESPACE, labels: { app: "cert-manager", ...LABELS } },
                spec: {
                    selector: { matchLabels: { ...LABELS } },
                    endpoints: [{ port: "tcp-prometheus-servicemonitor", interval: "30s", scheme: "http" }],
                },
            },
            { parent: this, dependsOn: binding },
        ).metadata.name;
        this.registerOutputs({ monitor: this.monitor });
    }
}
