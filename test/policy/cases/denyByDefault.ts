/** Cases of the rule that a gateway of models denies what no policy admits. */
import { type Case, gatewayOf, k, olm, UNKNOWN } from "./case";

/** Makes the gateway, its policy and its model those of a further tenant of 3.5. */
function ofTenant(all: any[]): void {
    all[0].props.metadata.name = "research";
    all[1].props.spec.targetRef.name = "research";
    all[2].props.spec.router.gateway.refs[0].name = "research";
    all[3].props.spec.startingCSV = "rhods-operator.3.5.0";
    all.push(k("maas.opendatahub.io/v1alpha1:AITenant", "t", { spec: { gateway: { name: "research" } } }));
}

export const denyByDefault: Readonly<Record<string, Case>> = {
    "gateways-deny-by-default": {
        good: () => [
            gatewayOf(),
            k("kuadrant.io/v1:AuthPolicy", "deny", {
                metadata: { name: "gateway-default-auth", namespace: "openshift-ingress" },
                spec: {
                    targetRef: { kind: "Gateway", name: "maas-default-gateway" },
                    defaults: { rules: { authentication: {} } },
                },
            }),
            k(
                "serving.kserve.io/v1alpha2:LLMInferenceService",
                "model",
                {
                    metadata: { name: "m", namespace: "n" },
                    spec: { router: { gateway: { refs: [{ name: "maas-default-gateway", namespace: "openshift-ingress" }] } } },
                },
                { dependencies: ["deny"] },
            ),
            olm("rhods-operator", { startingCSV: "rhods-operator.3.4.0" }),
        ],
        broken: [
            {
                what: "no policy",
                change: (all) => all.splice(1, 1),
                says: /there is no AuthPolicy that denies by default on Gateway openshift-ingress\/maas-default-gateway/,
            },
            {
                what: "the policy of another gateway",
                change: ([, policy]) => (policy.props.spec.targetRef.name = "other"),
                says: /there is no AuthPolicy/,
            },
            {
                what: "the policy of a route",
                change: ([, policy]) => (policy.props.spec.targetRef.kind = "HTTPRoute"),
                says: /there is no AuthPolicy/,
            },
            {
                what: "a policy elsewhere",
                change: ([, policy]) => (policy.props.metadata.namespace = "n"),
                says: /there is no AuthPolicy/,
            },
            {
                what: "a policy that admits everybody",
                change: ([, policy]) => (policy.props.spec.defaults.rules.authentication = { all: { anonymous: {} } }),
                says: /there is no AuthPolicy/,
            },
            {
                what: "a model that does not wait",
                change: (all) => (all[2] = { ...all[2], dependencies: [] }),
                says: /LLMInferenceService n\/m does not wait for AuthPolicy openshift-ingress\/gateway-default-auth/,
            },
            {
                what: "a route that does not wait",
                change: (all) =>
                    all.push(
                        k("gateway.networking.k8s.io/v1:HTTPRoute", "route", {
                            metadata: { name: "r", namespace: "openshift-ingress" },
                            spec: { parentRefs: [{ name: "maas-default-gateway" }] },
                        }),
                    ),
                says: /HTTPRoute openshift-ingress\/r does not wait/,
            },
            {
                what: "a model behind two gateways that waits for neither policy",
                change: (all) => {
                    all[2].props.spec.router.gateway.refs.unshift({ name: "other", namespace: "openshift-ingress" });
                    all[2] = { ...all[2], dependencies: [] };
                },
                says: /LLMInferenceService n\/m does not wait/,
            },
            {
                what: "another gateway of a model, that opts out",
                change: (all) => (
                    (all[0].props.metadata.name = "other"),
                    (all[2].props.spec.router.gateway.refs[0].name = "other")
                ),
                says: /there is no AuthPolicy that denies by default on Gateway openshift-ingress\/other/,
            },
            {
                what: "the gateway of a further tenant, without a policy",
                change: (all) => (ofTenant(all), all.splice(1, 1)),
                says: /there is no AuthPolicy that denies by default on Gateway openshift-ingress\/research, such as research-default-auth: before/,
            },
            {
                what: "the gateway of a further tenant, with the policy that maas-controller deletes with its last MaaSAuthPolicy",
                change: (all) => (ofTenant(all), (all[1].props.metadata.name = "research-maas-auth")),
                says: /maas-controller deletes research-maas-auth with the last/,
            },
        ],
        accepted: [
            {
                what: "rules that ask who calls",
                change: ([, policy]) => ((policy.props.spec.rules = {}), delete policy.props.spec.defaults),
            },
            {
                what: "a gateway whose label keeps OpenShift AI's policy, whatever its annotation says",
                change: (all) => ((all[0].props.metadata.labels["opendatahub.io/managed"] = "true"), all.splice(1, 1)),
            },
            {
                what: "a gateway that OpenShift AI closes",
                change: (all) => (
                    delete all[0].props.metadata.annotations["opendatahub.io/managed"],
                    delete all[0].props.metadata.labels["opendatahub.io/managed"],
                    all.splice(1, 1)
                ),
            },
            {
                what: "a gateway of no model",
                change: (all) => ((all[0].props.metadata.name = "other"), all.splice(1, 1)),
            },
            {
                what: "a release that closes the gateway itself",
                change: (all) => ((all[3].props.spec.startingCSV = "rhods-operator.3.5.0"), all.splice(1, 1)),
            },
            {
                what: "the gateway of a further tenant, with a policy of its own",
                change: ofTenant,
            },
            {
                what: "a model behind a gateway of this name elsewhere",
                change: (all) => {
                    all[2].props.spec.router.gateway.refs[0].namespace = "n";
                    all[2] = { ...all[2], dependencies: [] };
                },
            },
            {
                what: "two policies, of which the model waits for one",
                change: (all) => all.push({ ...structuredClone(all[1]), name: "deny too" }),
            },
            {
                what: "a policy whose gateway is not known, and a model that does not wait",
                change: (all) => {
                    all[1].props.spec.targetRef.name = UNKNOWN;
                    all[2] = { ...all[2], dependencies: [] };
                },
            },
            {
                what: "a policy whose namespace is not known, and a model that does not wait",
                change: (all) => {
                    all[1].props.metadata.namespace = UNKNOWN;
                    all[2] = { ...all[2], dependencies: [] };
                },
            },
            {
                what: "a gateway whose namespace is not known",
                change: (all) => (all[0].props.metadata.namespace = UNKNOWN),
            },
            {
                what: "another gateway, of routes that are no models'",
                change: (all) => {
                    all[0].props.metadata.name = "other";
                    all.splice(1, 1);
                    all.push(
                        k("gateway.networking.k8s.io/v1:HTTPRoute", "route", {
                            metadata: { name: "r", namespace: "openshift-ingress" },
                            spec: { parentRefs: [{ name: "other" }] },
                        }),
                    );
                },
            },
            { what: "a release that nobody tells", change: (all) => (all.pop(), all.splice(1, 1)) },
        ],
    },
};
