/**
 * Monitors of models, and the account that reads the picker's metrics: one of each in a namespace.
 * Source: red-hat-data-services/kserve@rhoai-3.4:pkg/controller/v1alpha2/llmisvc/monitoring.go.
 */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { childName } from "./child";

const MONITORING = "monitoring.coreos.com/v1";
const PART_OF = { "app.kubernetes.io/part-of": "llminferenceservice" };
const LABELS = { "app.kubernetes.io/component": "llm-monitoring", ...PART_OF };
const READER = "kserve-metrics-reader-sa";

const named = (source: string, targetLabel: string): object => ({
    action: "replace",
    sourceLabels: [`__meta_kubernetes_pod_label_${source}`],
    targetLabel,
});
const NAME = named("app_kubernetes_io_name", "llm_isvc_name");
const COMPONENT = {
    ...named("app_kubernetes_io_component", "llm_isvc_component"),
    regex: "llminferenceservice-(.*)",
    replacement: "$1",
};
/** Stores metrics under another name. */
const RENAMED = {
    metricRelabelings: [{ action: "replace", replacement: "kserve_$1", sourceLabels: ["__name__"], targetLabel: "__name__" }],
};

/** The monitors of a namespace: each once with metrics renamed and once as they are. */
export function monitors(namespace: string): KubeObject[] {
    const labels = { ...LABELS, "monitoring.opendatahub.io/scrape": "true" };
    return [RENAMED, {}].flatMap((renaming, i) => {
        const suffix = i === 0 ? "" : "-default";
        return [
            {
                apiVersion: MONITORING,
                kind: "PodMonitor",
                metadata: { name: `kserve-llm-isvc-vllm-engine${suffix}`, namespace, labels },
                spec: {
                    namespaceSelector: {},
                    podMetricsEndpoints: [
                        {
                            ...renaming,
                            relabelings: [NAME, named("llm_d_ai_role", "llm_isvc_role"), COMPONENT],
                            scheme: "https",
                            targetPort: 8000,
                            tlsConfig: { ca: {}, cert: {}, insecureSkipVerify: true },
                        },
                    ],
                    selector: {
                        matchExpressions: [
                            {
                                key: "app.kubernetes.io/component",
                                operator: "In",
                                values: ["", "-prefill", "-worker", "-leader", "-leader-prefill", "-worker-prefill"].map(
                                    (part) => `llminferenceservice-workload${part}`,
                                ),
                            },
                        ],
                        matchLabels: PART_OF,
                    },
                },
            },
            {
                apiVersion: MONITORING,
                kind: "ServiceMonitor",
                metadata: { name: `kserve-llm-isvc-scheduler${suffix}`, namespace, labels },
                spec: {
                    namespaceSelector: {},
                    endpoints: [
                        {
                            authorization: { credentials: { key: "token", name: `${READER}-secret` } },
                            ...renaming,
                            port: "metrics",
                            relabelings: [NAME, COMPONENT],
                        },
                    ],
                    selector: {
                        matchLabels: { "app.kubernetes.io/component": "llminferenceservice-router-scheduler", ...PART_OF },
                    },
                },
            },
        ];
    });
}

/** The account whose token Prometheus shows to the picker. */
export function metricsReader(namespace: string): KubeObject[] {
    const rbac = "rbac.authorization.k8s.io";
    return [
        {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { name: READER, namespace, labels: LABELS },
            automountServiceAccountToken: false,
        },
        {
            apiVersion: "v1",
            kind: "Secret",
            type: "kubernetes.io/service-account-token",
            metadata: {
                name: `${READER}-secret`,
                namespace,
                labels: LABELS,
                annotations: { "kubernetes.io/service-account.name": READER },
            },
        },
        {
            apiVersion: `${rbac}/v1`,
            kind: "ClusterRoleBinding",
            metadata: { name: childName("kserve-metrics-reader-role-binding-", namespace), labels: LABELS },
            roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "kserve-metrics-reader-cluster-role" },
            subjects: [{ kind: "ServiceAccount", name: READER, namespace }],
        },
    ];
}
