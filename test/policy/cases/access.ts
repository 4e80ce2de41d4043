/** Cases of the rules about who reaches which model. */
import type { Subject } from "../judge";
import { authPolicy, type Case, gatewayOf, k, subscription, UNKNOWN } from "./case";

const otherGateway = (name: string): Subject =>
    k("gateway.networking.k8s.io/v1:Gateway", name, { metadata: { name, namespace: "openshift-ingress" } });
/** A further tenant of later releases. */
const tenant = (spec: object): Subject =>
    k("maas.opendatahub.io/v1alpha1:AITenant", "tenant", {
        metadata: { name: "tenant-a", namespace: "models-as-a-service" },
        spec,
    });

export const access: Readonly<Record<string, Case>> = {
    "models-are-governed": {
        silent: /(groups\.\d+|metadata|modelRefs\.\d+)\.name(space)?$/,
        good: () => [
            k("maas.opendatahub.io/v1alpha1:MaaSModelRef", "ref", { metadata: { name: "m", namespace: "n" } }),
            subscription("free", 1, 100),
            authPolicy("free"),
        ],
        broken: [
            { what: "no authorization policy", change: (all) => all.pop(), says: /^ref: .*no MaaSAuthPolicy/ },
            { what: "no subscription", change: (all) => all.splice(1, 1), says: /^ref: .*no MaaSSubscription/ },
            {
                what: "a group with tokens and no access",
                change: ([, s]) => s.props.spec.owner.groups.push({ name: "more" }),
                says: /^free-subscription: .*gives group more tokens of n\/m/,
            },
            {
                what: "a group with access and no tokens",
                change: ([, , a]) => a.props.spec.subjects.groups.push({ name: "more" }),
                says: /^free-auth-policy: MaaSAuthPolicy free allows group more to call n\/m, but no MaaSSubscription gives the group tokens; it gets no key for the model$/,
            },
            {
                what: "an authorization policy of another model",
                change: ([, , a]) => (a.props.spec.modelRefs[0].name = "other"),
                says: /^ref: no MaaSAuthPolicy names MaaSModelRef n\/m, so every call of the published model is refused; add one$/,
            },
            {
                what: "a subscription of a model elsewhere",
                change: ([, s]) => (s.props.spec.modelRefs[0].namespace = "other"),
                says: /^ref: no MaaSSubscription names MaaSModelRef n\/m, so nobody gets a key for the published model; add one$/,
            },
            {
                what: "a subscription of other models",
                change: ([, s]) =>
                    (s.props.spec.modelRefs = [
                        { name: "a", namespace: "n" },
                        { name: "b", namespace: "n" },
                    ]),
                says: /^ref: no MaaSSubscription names MaaSModelRef n\/m, so nobody gets a key for the published model; add one$/,
            },
            {
                what: "another name of the model",
                change: (all) => {
                    all[0].props.metadata.name = "renamed";
                    all[1].props.spec.modelRefs.push({ name: "renamed", namespace: "n" });
                },
                says: /^ref: no MaaSAuthPolicy names MaaSModelRef n\/renamed/,
            },
            {
                what: "nothing that governs it",
                change: (all) => all.splice(1, 2),
                says: [/no MaaSAuthPolicy/, /no MaaSSubscription/],
            },
            {
                what: "a group with tokens and another with access",
                change: ([, s]) => (s.props.spec.owner.groups[0].name = "more"),
                says: [
                    /^free-subscription: .*gives group more tokens/,
                    /^free-auth-policy: MaaSAuthPolicy free allows group free-users to call n\/m/,
                ],
            },
        ],
        accepted: [
            {
                what: "two groups that agree",
                change: ([, s, a]) => {
                    s.props.spec.owner.groups.push({ name: "more" });
                    a.props.spec.subjects.groups.push({ name: "more" });
                },
            },
            {
                what: "an external model",
                change: ([, s, a]) => [s, a].forEach((o) => o.props.spec.modelRefs.push({ name: "x", namespace: "n" })),
            },
            {
                what: "a model, while one of a policy's further models is not known",
                change: ([, , a]) =>
                    (a.props.spec.modelRefs = [
                        { name: "a", namespace: "n" },
                        { name: UNKNOWN, namespace: "n" },
                    ]),
            },
            {
                what: "a model, while a subscription's models are not known",
                change: ([, s]) => (s.props.spec.modelRefs = UNKNOWN),
            },
            {
                what: "a group with tokens, while one that may have access is not known",
                change: ([, s, a]) => {
                    s.props.spec.owner.groups.push({ name: "more" });
                    a.props.spec.subjects.groups.push({ name: UNKNOWN });
                },
            },
        ],
    },
    "models-are-reachable": {
        silent: /refs\.0\.name$/,
        good: () => [
            gatewayOf(),
            k("serving.kserve.io/v1alpha2:LLMInferenceService", "model-m-service", {
                metadata: { name: "m", namespace: "n", annotations: { "security.opendatahub.io/enable-auth": "true" } },
                spec: { router: { gateway: { refs: [{ name: "maas-default-gateway", namespace: "openshift-ingress" }] } } },
            }),
            k("maas.opendatahub.io/v1alpha1:MaaSModelRef", "ref", {
                metadata: { name: "m", namespace: "n" },
                spec: { modelRef: { kind: "LLMInferenceService", name: "m" } },
            }),
        ],
        broken: [
            {
                what: "a gateway that does not exist",
                change: ([, m]) => m.props.spec.router.gateway.refs.push({ name: "x", namespace: "y" }),
                says: /^model-m-service: .*there is no Gateway y\/x/,
            },
            {
                what: "no gateway",
                change: ([, m]) => (m.props.spec.router.gateway.refs = []),
                says: /^model-m-service: spec\.router\.gateway\.refs: the published model is not attached to maas-default-gateway, so its limits do not apply; add the gateway$/,
            },
            {
                what: "no question who calls",
                change: ([, m]) => (m.props.metadata.annotations["security.opendatahub.io/enable-auth"] = "false"),
                says: /^model-m-service: metadata\.annotations\["security\.opendatahub\.io\/enable-auth"\]: false/,
            },
            {
                what: "a reference to nothing",
                change: ([, , r]) => (r.props.spec.modelRef.name = "q"),
                says: /^ref: spec\.modelRef\.name: there is no LLMInferenceService n\/q/,
            },
            {
                what: "a gateway elsewhere",
                change: ([, m]) => (m.props.spec.router.gateway.refs[0].namespace = "models"),
                says: /^model-m-service: spec\.router\.gateway\.refs\[0\]: there is no Gateway models\/maas-default-gateway, so the model has no route; set one of openshift-ingress\/maas-default-gateway$/,
            },
            {
                what: "another gateway of the stack",
                change: (all) => {
                    all.push(otherGateway("other"));
                    all[1].props.spec.router.gateway.refs[0].name = "other";
                },
                says: /^model-m-service: spec\.router\.gateway\.refs: the published model is not attached to maas-default-gateway, so its limits do not apply; add the gateway$/,
            },
            {
                what: "a reference elsewhere",
                change: (all) => {
                    all[2].props.metadata.namespace = "elsewhere";
                    all.push({ ...structuredClone(all[1]), name: "more" });
                    all[3].props.metadata.name = "more";
                },
                says: /^ref: spec\.modelRef\.name: there is no LLMInferenceService elsewhere\/m, so the model is not published; set one of n\/m, n\/more$/,
            },
            {
                what: "a reference to nothing where there is no model",
                change: (all) => all.splice(1, 1),
                says: /^ref: spec\.modelRef\.name: there is no LLMInferenceService n\/m, so the model is not published; the stack has none$/,
            },
            {
                what: "no annotations",
                change: ([, m]) => delete m.props.metadata.annotations,
                says: /^model-m-service: metadata\.annotations\["security\.opendatahub\.io\/enable-auth"\]: not set; every pod of the cluster can call the model without authentication; set "true"$/,
            },
            {
                what: "the gateway of a tenant that does not exist",
                change: (all) => {
                    all.push(otherGateway("tenant-a"), tenant({}));
                    all[1].props.spec.router.gateway.refs[0].name = "tenant-a";
                },
                says: /^model-m-service: spec\.router\.gateway\.refs: the published model is not attached to maas-default-gateway/,
            },
        ],
        accepted: [
            {
                what: "a model that is not published",
                change: (all) => (
                    all.pop(),
                    (all[1].props.metadata.annotations = {}),
                    (all[1].props.spec.router.gateway.refs = [])
                ),
            },
            {
                what: "the gateway of a further tenant",
                change: (all) => {
                    all.push(otherGateway("tenant-a"), tenant({ gateway: { name: "tenant-a" } }));
                    all[1].props.spec.router.gateway.refs[0].name = "tenant-a";
                },
            },
            {
                what: "a gateway of another stack, where this one has none",
                change: (all) => all.shift(),
            },
            {
                what: "a reference to an external model",
                change: ([, , r]) => (r.props.spec.modelRef = { kind: "ExternalModel", name: "gpt" }),
            },
            {
                what: "a reference to what is not known",
                change: ([, , r]) => (r.props.spec.modelRef.name = UNKNOWN),
            },
            {
                what: "a reference, while it is not known where",
                change: (all) => {
                    all[2].props.metadata.namespace = UNKNOWN;
                    all.push({ ...structuredClone(all[1]), name: "more" });
                    all[3].props.metadata.name = "more";
                },
            },
            {
                what: "a model that another one's reference publishes",
                change: ([, m, r]) => (
                    (r.props.spec.modelRef = { kind: "LLMInferenceService", name: UNKNOWN }),
                    (m.props.metadata.annotations = {})
                ),
            },
            {
                what: "the gateway of a further tenant that is not known yet",
                change: (all) => {
                    all.push(otherGateway("tenant-a"), tenant({ gateway: { name: UNKNOWN } }));
                    all[1].props.spec.router.gateway.refs[0].name = "tenant-a";
                },
            },
            {
                what: "a gateway that is not known yet, after another",
                change: (all) => {
                    all.push(otherGateway("other"));
                    all[1].props.spec.router.gateway.refs = [
                        { name: "other", namespace: "openshift-ingress" },
                        { name: UNKNOWN, namespace: "openshift-ingress" },
                    ];
                },
            },
        ],
    },
};
