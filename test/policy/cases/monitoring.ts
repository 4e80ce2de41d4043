/** Cases of the rules about what monitors collect. */
import { type Case, k, UNKNOWN } from "./case";

const LABEL = "openshift.io/cluster-monitoring";
const USER = "openshift.io/user-monitoring";

export const pods = (app: string, portNumber: number) =>
    k("monitoring.coreos.com/v1:PodMonitor", app, {
        metadata: { name: app, namespace: "mine" },
        spec: { selector: { matchLabels: { app } }, podMetricsEndpoints: [{ portNumber }] },
    });
export const services = (app: string, port: string) =>
    k("monitoring.coreos.com/v1:ServiceMonitor", app, {
        metadata: { name: app, namespace: "mine" },
        spec: { selector: { matchLabels: { app } }, endpoints: [{ port }] },
    });

export const monitoring: Readonly<Record<string, Case>> = {
    "maas-is-monitored": {
        good: () => [
            k("maas.opendatahub.io/v1alpha1:Tenant", "tenant", {
                metadata: { name: "default-tenant", namespace: "n" },
                spec: {},
            }),
            k("core/v1:ConfigMap", "on", {
                metadata: { name: "cluster-monitoring-config", namespace: "openshift-monitoring" },
                data: { "config.yaml": "enableUserWorkload: true\n" },
            }),
        ],
        broken: [
            {
                what: "a configuration that does not enable it",
                change: ([, on]) => (on.props.data["config.yaml"] = "enableUserWorkload: false\n"),
                says: /^tenant: nothing of the stack enables user workload monitoring/,
            },
            { what: "no configuration", change: (all) => all.splice(1, 1), says: /the tenant is Degraded/ },
        ],
        accepted: [
            {
                what: "the record of what is merged into the cluster's configuration",
                change: ([, on]) => (on.props.data = { values: '{"enableUserWorkload":true}' }),
            },
            { what: "no Models-as-a-Service", change: (all) => all.splice(0, 2) },
        ],
    },
    "metrics-are-collected": {
        anywhere: true,
        good: () => [
            k("core/v1:Namespace", "kuadrant", { metadata: { name: "kuadrant-system", labels: { a: "b" } } }),
            k("core/v1:Namespace", "mine", { metadata: { name: "mine", labels: { a: "b" } } }),
            k("monitoring.coreos.com/v1:ServiceMonitor", "services", {
                metadata: { name: "services", namespace: "mine" },
                spec: { selector: { matchLabels: { app: "web" } } },
            }),
            k("monitoring.coreos.com/v1:PodMonitor", "pods", {
                metadata: { name: "pods", namespace: "mine" },
                spec: { selector: { matchLabels: { app: "web" } } },
            }),
            k("core/v1:Service", "web", { metadata: { name: "web", namespace: "mine", labels: { app: "web" } } }),
            k("apps/v1:Deployment", "deployment", {
                metadata: { name: "web", namespace: "mine" },
                spec: { template: { metadata: { labels: { app: "web", version: "1" } } } },
            }),
        ],
        broken: [
            {
                what: "a label that keeps the Prometheus of user workloads out of the limits",
                change: ([namespace]) => (namespace.props.metadata.labels = { [LABEL]: "true" }),
                says: /metadata\.labels\["openshift\.io\/cluster-monitoring"\]: "true" .* out of kuadrant-system/,
            },
            {
                what: "a namespace that is left out, with monitors in it",
                change: ([, namespace]) => (namespace.props.metadata.labels = { [USER]: "false" }),
                says: [/nobody reads it: namespace mine has the label openshift\.io\/user-monitoring/, /nobody reads it/],
            },
            {
                what: "a rule in a namespace that is left out",
                change: (all) => {
                    all[1].props.metadata.labels = { [USER]: "false" };
                    all.splice(
                        2,
                        4,
                        k("monitoring.coreos.com/v1:PrometheusRule", "rule", { metadata: { name: "r", namespace: "mine" } }),
                    );
                },
                says: /nobody reads it: namespace mine/,
            },
            {
                what: "a monitor of Services that matches none",
                change: ([, , monitor]) => (monitor.props.spec.selector.matchLabels = { app: "other" }),
                says: /spec\.selector\.matchLabels: \{app: other\} matches none of Service mine\/web in its namespace/,
            },
            {
                what: "a monitor of pods that matches the labels of their Deployment alone",
                change: ([, , , monitor, , deployment]) => {
                    deployment.props.metadata.labels = { tier: "one" };
                    monitor.props.spec.selector.matchLabels = { app: "web", tier: "one" };
                },
                says: /spec\.selector\.matchLabels: \{app: web, tier: one\} matches none of Deployment mine\/web/,
            },
        ],
        accepted: [
            {
                what: "a namespace that may be of the platform's Prometheus",
                change: ([, namespace]) => (namespace.props.metadata.labels = { [LABEL]: UNKNOWN, [USER]: "false" }),
            },
            {
                what: "a Service that may be in the monitor's namespace, and no other",
                change: ([, , monitor, , service]) => (
                    (service.props.metadata.namespace = UNKNOWN),
                    (monitor.props.spec.selector.matchLabels = { app: "other" })
                ),
            },
            {
                what: "a Service whose label is not known",
                change: ([, , monitor, , service]) => (
                    (service.props.metadata.labels.app = UNKNOWN),
                    (monitor.props.spec.selector.matchLabels = { app: "other" })
                ),
            },
            {
                what: "a monitor whose namespace is not known",
                change: ([, , monitor]) => (
                    (monitor.props.metadata.namespace = UNKNOWN),
                    (monitor.props.spec.selector.matchLabels = { app: "other" })
                ),
            },
            {
                what: "a second Service, which the monitor does not match",
                change: (all) =>
                    all.push(
                        k("core/v1:Service", "api", { metadata: { name: "api", namespace: "mine", labels: { app: "api" } } }),
                    ),
            },
            {
                what: "a namespace of the platform's Prometheus, whatever the other label says",
                change: ([, namespace]) => (namespace.props.metadata.labels = { [LABEL]: "true", [USER]: "false" }),
            },
            {
                what: "the label in a namespace whose operator the platform's Prometheus reads",
                change: ([namespace]) => {
                    namespace.props.metadata.name = "nvidia-gpu-operator";
                    namespace.props.metadata.labels = { [LABEL]: "true" };
                },
            },
            {
                what: "another value of the label",
                change: ([namespace]) => (namespace.props.metadata.labels = { [LABEL]: "false" }),
            },
            {
                what: "a namespace that is left out, and has no monitor",
                change: (all) => {
                    all[1].props.metadata.labels = { [USER]: "false" };
                    all[1].props.metadata.name = "other";
                },
            },
            {
                what: "a monitor of an operator's pods, of whose Deployment the stack patches a part",
                change: (all) => {
                    all[5].type = `${String(all[5].type)}Patch`;
                    delete all[5].props.spec.template.metadata;
                },
            },
            {
                what: "a monitor of what an operator makes",
                change: ([, , services, pods]) => {
                    services.props.metadata.namespace = "elsewhere";
                    services.props.spec.selector.matchLabels = { app: "operand" };
                    pods.props.metadata.namespace = "elsewhere";
                    pods.props.spec.selector.matchLabels = { app: "operand" };
                },
            },
            {
                what: "monitors of other namespaces",
                change: ([, , services, pods]) => {
                    for (const monitor of [services, pods]) {
                        monitor.props.spec = { namespaceSelector: { any: true }, selector: { matchLabels: { app: "other" } } };
                    }
                },
            },
            {
                what: "a selector by expressions",
                change: ([, , services]) =>
                    (services.props.spec.selector = {
                        matchLabels: { app: "other" },
                        matchExpressions: [{ key: "app", operator: "Exists" }],
                    }),
            },
            {
                what: "a selector of everything",
                change: ([, , services, pods]) => {
                    services.props.spec.selector = {};
                    pods.props.spec.selector = {};
                },
            },
        ],
    },
};
