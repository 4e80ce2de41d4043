/** Cases of the rules about what a gateway lets through. */
import { type Case, gatewayOf, k, olm, UNKNOWN } from "./case";

export const gateways: Readonly<Record<string, Case>> = {
    "routes-are-named": {
        good: () => [gatewayOf()],
        broken: [
            {
                what: "routes from anywhere",
                change: ([g]) => (g.props.spec.listeners[0].allowedRoutes.namespaces.from = "All"),
                says: /^gateway: spec\.listeners\[0\]\.allowedRoutes\.namespaces\.from: All lets every namespace attach a route/,
            },
            {
                what: "routes from anywhere at a later listener",
                change: ([g]) =>
                    g.props.spec.listeners.push({
                        ...g.props.spec.listeners[0],
                        name: "second",
                        allowedRoutes: { namespaces: { from: "All" } },
                    }),
                says: /^gateway: spec\.listeners\[1\]\.allowedRoutes/,
            },
        ],
        accepted: [
            {
                what: "another gateway as it likes",
                change: ([g]) => (
                    (g.props.metadata.name = "other"),
                    (g.props.spec.listeners[0].allowedRoutes = { namespaces: { from: "All" } })
                ),
            },
            {
                what: "routes of its own namespace",
                change: ([g]) => (g.props.spec.listeners[0].allowedRoutes = { namespaces: { from: "Same" } }),
            },
        ],
    },
    "gateway-is-governed": {
        good: () => [gatewayOf(), olm("rhods-operator", { channel: "stable-3.4", startingCSV: "rhods-operator.3.4.0" })],
        broken: [
            ...["rhods-operator.3.3.0", "rhods-operator.3.4.0-ea.2"].map((startingCSV) => ({
                what: `no label, with ${startingCSV}`,
                change: ([g, o]: any[]) => (
                    delete g.props.metadata.labels["opendatahub.io/managed"],
                    (o.props.spec.startingCSV = startingCSV)
                ),
                says: /^gateway: metadata\.labels\["opendatahub\.io\/managed"\]: must be "false"/,
            })),
            {
                what: "neither label nor annotation",
                change: ([g]) => (
                    delete g.props.metadata.labels["opendatahub.io/managed"],
                    delete g.props.metadata.annotations["opendatahub.io/managed"]
                ),
                says: /metadata\.labels\["opendatahub\.io\/managed"\]: must be "false"/,
            },
            {
                what: "the gateway of a tenant",
                change: (all) => (
                    (all[0].props.metadata.name = "research"),
                    (all[0].props.metadata.annotations = {}),
                    all.push(k("maas.opendatahub.io/v1alpha1:AITenant", "t", { spec: { gateway: { name: "research" } } }))
                ),
                says: /authorino-tls-bootstrap/,
            },
            {
                what: "no TLS to Authorino",
                change: ([g]) => delete g.props.metadata.annotations["security.opendatahub.io/authorino-tls-bootstrap"],
                says: /^gateway: metadata\.annotations\["security\.opendatahub\.io\/authorino-tls-bootstrap"\]: must be "true"; otherwise the gateway connects to Authorino without TLS, and every call fails$/,
            },
            {
                what: "OpenShift AI's own policy",
                change: ([g]) => (g.props.metadata.labels["opendatahub.io/managed"] = "true"),
                says: /^gateway: metadata\.labels\["opendatahub\.io\/managed"\]: must be "false"/,
            },
            {
                what: "OpenShift AI's own policy, by the annotation",
                change: ([g]) => (
                    delete g.props.metadata.labels["opendatahub.io/managed"],
                    (g.props.metadata.annotations["opendatahub.io/managed"] = "true")
                ),
                says: /^gateway: metadata\.annotations\["opendatahub\.io\/managed"\]: must be "false"/,
            },
            {
                what: "plain HTTP",
                change: ([g]) => (g.props.spec.listeners[0].protocol = "HTTP"),
                says: /^gateway: spec\.listeners\[0\]\.protocol: HTTP/,
            },
            {
                what: "passthrough",
                change: ([g]) => (g.props.spec.listeners[0].tls.mode = "Passthrough"),
                says: /^gateway: spec\.listeners\[0\]\.tls\.mode: with Passthrough, the gateway cannot authorize requests/,
            },
        ],
        accepted: [
            {
                what: "another gateway as it likes",
                change: ([g]) => ((g.props.metadata.name = "other"), (g.props.metadata.annotations = {})),
            },
            {
                what: "the label alone",
                change: ([g]) => delete g.props.metadata.annotations["opendatahub.io/managed"],
            },
            {
                what: "the annotation alone, where the release reads it",
                change: ([g]) => delete g.props.metadata.labels["opendatahub.io/managed"],
            },
        ],
    },
    "gateways-have-routes": {
        good: () => [
            k("gateway.networking.k8s.io/v1:Gateway", "inference", {
                metadata: { name: "openshift-ai-inference", namespace: "openshift-ingress" },
                spec: {},
            }),
            k("serving.kserve.io/v1alpha2:LLMInferenceService", "model", {
                metadata: { name: "m", namespace: "n" },
                spec: { router: { gateway: { refs: [{ name: "openshift-ai-inference", namespace: "openshift-ingress" }] } } },
            }),
        ],
        broken: [
            {
                what: "a model behind the gateway of tiers alone",
                change: ([, m]) => (m.props.spec.router.gateway.refs[0].name = "maas-default-gateway"),
                says: /^inference: nothing of the stack is attached to Gateway openshift-ingress\/openshift-ai-inference: it answers 404/,
            },
            {
                what: "a model behind a gateway of this name elsewhere",
                change: ([, m]) => (m.props.spec.router.gateway.refs[0].namespace = "other"),
                says: /nothing of the stack is attached/,
            },
            { what: "no model", change: (all) => all.splice(1, 1), says: /nothing of the stack is attached/ },
        ],
        accepted: [
            {
                what: "a model that names no gateway, which is KServe's own",
                change: ([, m]) => delete m.props.spec.router.gateway.refs,
            },
            {
                what: "gateways of a model that are not known",
                change: ([, m]) => (m.props.spec.router.gateway.refs = UNKNOWN),
            },
            {
                what: "a tenant whose gateway is not known",
                change: (all) => (
                    all.splice(1, 1),
                    all.push(k("maas.opendatahub.io/v1alpha1:AITenant", "t", { spec: { gateway: { name: UNKNOWN } } }))
                ),
            },
            {
                what: "a second gateway of a model",
                change: ([, m]) =>
                    m.props.spec.router.gateway.refs.unshift({ name: "maas-default-gateway", namespace: "openshift-ingress" }),
            },
            {
                what: "a route of its namespace",
                change: (all) =>
                    (all[1] = k("gateway.networking.k8s.io/v1:HTTPRoute", "route", {
                        metadata: { name: "r", namespace: "openshift-ingress" },
                        spec: { parentRefs: [{ name: "openshift-ai-inference" }] },
                    })),
            },
            {
                what: "the gateway of the MaaS API",
                change: ([g, m]) => (
                    (g.props.metadata.name = "maas-default-gateway"),
                    (m.props.spec.router.gateway.refs[0].name = "other")
                ),
            },
        ],
    },
};
