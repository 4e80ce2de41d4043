/** Cases of the rule that no monitor reads what another one reads. */
import { type Case, k, UNKNOWN } from "./case";
import { pods, services } from "./monitoring";

export const readOnce: Readonly<Record<string, Case>> = {
    "metrics-are-read-once": {
        anywhere: true,
        good: () => [
            k("core/v1:ConfigMap", "other", { metadata: { name: "other", namespace: "mine" } }),
            k("serving.kserve.io/v1alpha1:LLMInferenceService", "model", { metadata: { name: "model", namespace: "maas" } }),
            k("kuadrant.io/v1beta1:Kuadrant", "kuadrant", {
                metadata: { name: "kuadrant", namespace: "kuadrant-system" },
                spec: { observability: { enable: true } },
            }),
            pods("web", 8080),
            pods("api", 8080),
            services("front", "http"),
            services("back", "http"),
        ],
        broken: [
            {
                what: "a second monitor of the same pods",
                change: ([, , , , api]) => (api.props.spec.selector.matchLabels = { app: "web" }),
                says: /reads what PodMonitor mine\/web reads: the same labels, port and path; keep one/,
            },
            {
                what: "a monitor of some of the pods of another",
                change: ([, , , , api]) => (api.props.spec.selector.matchLabels = { app: "web", version: "1" }),
                says: /reads what PodMonitor mine\/web reads/,
            },
            {
                what: "a monitor of all pods of the namespace, with the usual path written out",
                change: ([, , , , api]) =>
                    (api.props.spec = { selector: {}, podMetricsEndpoints: [{ portNumber: 8080, path: "/metrics" }] }),
                says: /reads what PodMonitor mine\/web reads/,
            },
            {
                what: "a second monitor of a port among several",
                change: ([, , , web, api]) => {
                    web.props.spec.podMetricsEndpoints.push({ targetPort: 9090 });
                    api.props.spec = {
                        selector: { matchLabels: { app: "web" } },
                        podMetricsEndpoints: [{ targetPort: 9091 }, { targetPort: 9090 }],
                    };
                },
                says: /reads what PodMonitor mine\/web reads/,
            },
            {
                what: "a second monitor of Services",
                change: ([, , , , , , back]) => (back.props.spec.selector.matchLabels = { app: "front" }),
                says: /reads what ServiceMonitor mine\/front reads/,
            },
            {
                what: "a monitor of models beside KServe's",
                change: ([, , , web]) => {
                    web.props.metadata.namespace = "maas";
                    web.props.spec.selector.matchLabels = { "app.kubernetes.io/part-of": "llminferenceservice", a: "b" };
                },
                says: /reads what a monitor that KServe makes in maas reads; remove it/,
            },
            {
                what: "a monitor of models beside KServe's, where other namespaces have models and other Kuadrants no monitor",
                change: (all) => {
                    all.push(
                        k("serving.kserve.io/v1alpha1:LLMInferenceService", "lab", {
                            metadata: { name: "lab", namespace: "lab" },
                        }),
                        k("kuadrant.io/v1beta1:Kuadrant", "quiet", { metadata: { name: "quiet", namespace: "lab" }, spec: {} }),
                    );
                    all[3].props.metadata.namespace = "maas";
                    all[3].props.spec.selector.matchLabels = { "app.kubernetes.io/part-of": "llminferenceservice" };
                    all[5].props.metadata.namespace = "kuadrant-system";
                    all[5].props.spec.selector.matchLabels = { app: "limitador" };
                },
                says: [/reads what a monitor that Kuadrant .* reads/, /reads what a monitor that KServe makes in maas reads/],
            },
            {
                what: "a monitor of Limitador beside Kuadrant's",
                change: ([, , , , , front]) => {
                    front.props.metadata.namespace = "kuadrant-system";
                    front.props.spec.selector.matchLabels = { app: "limitador" };
                },
                says: /reads what a monitor that Kuadrant \(spec\.observability\.enable\) makes in kuadrant-system reads/,
            },
        ],
        accepted: [
            { what: "the same port of other pods", change: () => undefined },
            {
                what: "another port of the same pods",
                change: ([, , , , api]) =>
                    (api.props.spec = { selector: { matchLabels: { app: "web" } }, podMetricsEndpoints: [{ portNumber: 8081 }] }),
            },
            {
                what: "another path of the same port",
                change: ([, , , , api]) =>
                    (api.props.spec = {
                        selector: { matchLabels: { app: "web" } },
                        podMetricsEndpoints: [{ portNumber: 8080, path: "/more" }],
                    }),
            },
            {
                what: "no endpoint",
                change: ([, , , , api]) => (api.props.spec = { selector: { matchLabels: { app: "web" } } }),
            },
            {
                what: "the same labels in another namespace",
                change: ([, , , , api]) => {
                    api.props.metadata.namespace = "other";
                    api.props.spec.selector.matchLabels = { app: "web" };
                },
            },
            {
                what: "a monitor of other namespaces",
                change: ([, , , , api]) => {
                    api.props.spec.selector.matchLabels = { app: "web" };
                    api.props.spec.namespaceSelector = { matchNames: ["other"] };
                },
            },
            {
                what: "monitors of the same pods, as far as is known: the namespaces are not",
                change: ([, , , web, api]) => {
                    api.props.spec.selector.matchLabels = { app: "web" };
                    api.props.spec.namespaceSelector = UNKNOWN;
                    web.props.spec.selector.matchLabels = { app: "web" };
                },
            },
            {
                what: "monitors of the same pods, as far as is known: the expressions are not",
                change: ([, , , web, api]) => {
                    api.props.spec.selector.matchLabels = { app: "web" };
                    api.props.spec.selector.matchExpressions = UNKNOWN;
                    web.props.spec.selector.matchLabels = { app: "web" };
                },
            },
            {
                what: "monitors of the same pods, as far as is known: the labels are not",
                change: ([, , , web, api]) => {
                    api.props.spec.selector.matchLabels = { app: "web" };
                    api.props.spec.selector.matchLabels = UNKNOWN;
                    web.props.spec.selector.matchLabels = { app: "web" };
                },
            },
            {
                what: "monitors of the same pods, as far as is known: a label is not",
                change: ([, , , web, api]) => {
                    api.props.spec.selector.matchLabels = { app: "web" };
                    api.props.spec.selector.matchLabels = { app: UNKNOWN };
                    web.props.spec.selector.matchLabels = { app: UNKNOWN };
                },
            },
            {
                what: "monitors of the same pods, as far as is known: the ports are not",
                change: ([, , , web, api]) => {
                    api.props.spec.selector.matchLabels = { app: "web" };
                    api.props.spec.podMetricsEndpoints[0].portNumber = UNKNOWN;
                    web.props.spec.podMetricsEndpoints[0].portNumber = UNKNOWN;
                },
            },
            {
                what: "monitors of the same pods, as far as is known: the path is not",
                change: ([, , , web, api]) => {
                    api.props.spec.selector.matchLabels = { app: "web" };
                    api.props.spec.podMetricsEndpoints[0].path = UNKNOWN;
                    web.props.spec.selector.matchLabels = { app: "web" };
                },
            },
            {
                what: "monitors of the same pods, as far as is known: their namespace is not",
                change: ([, , , web, api]) => {
                    api.props.spec.selector.matchLabels = { app: "web" };
                    api.props.metadata.namespace = UNKNOWN;
                    web.props.spec.selector.matchLabels = { app: "web" };
                },
            },
            {
                what: "monitors of the same pods, as far as is known: they name no port",
                change: ([, , , web, api]) => {
                    api.props.spec.selector.matchLabels = { app: "web" };
                    api.props.spec.podMetricsEndpoints = [{}];
                    web.props.spec.podMetricsEndpoints = [{}];
                },
            },
            {
                what: "a selector by expressions",
                change: ([, , , web, api]) => {
                    web.props.spec.selector = { matchExpressions: [{ key: "app", operator: "Exists" }] };
                    api.props.spec.selector = { matchLabels: {} };
                },
            },
            {
                what: "a monitor of models where KServe has none",
                change: ([, , , web]) =>
                    (web.props.spec.selector.matchLabels = { "app.kubernetes.io/part-of": "llminferenceservice" }),
            },
            {
                what: "a monitor of something else beside models",
                change: ([, , , web]) => (web.props.metadata.namespace = "maas"),
            },
            {
                what: "a monitor of Limitador where Kuadrant makes none",
                change: ([, , kuadrant, , , front]) => {
                    kuadrant.props.spec.observability.enable = false;
                    front.props.metadata.namespace = "kuadrant-system";
                    front.props.spec.selector.matchLabels = { app: "limitador" };
                },
            },
            {
                what: "a monitor of Limitador elsewhere",
                change: ([, , , , , front]) => (front.props.spec.selector.matchLabels = { app: "limitador" }),
            },
        ],
    },
};
