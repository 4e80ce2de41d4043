/** Cases of the rules about order and releases. */
import { type Case, deployment, image, k, olm, UNKNOWN } from "./case";

export const order: Readonly<Record<string, Case>> = {
    "order-of-the-gateway": {
        good: () => [
            k("gateway.networking.k8s.io/v1:GatewayClass", "class", { metadata: { name: "c" } }),
            k(
                "operators.coreos.com/v1alpha1:Subscription",
                "rhcl",
                { spec: { name: "rhcl-operator" } },
                { dependencies: ["class"] },
            ),
            k(
                "operator.authorino.kuadrant.io/v1beta1:AuthorinoPatch",
                "authorino",
                { metadata: { name: "authorino" } },
                { dependencies: ["rhcl"] },
            ),
            k(
                "gateway.networking.k8s.io/v1:Gateway",
                "gateway",
                {
                    metadata: {
                        name: "maas-default-gateway",
                        annotations: { "security.opendatahub.io/authorino-tls-bootstrap": "true" },
                    },
                },
                { dependencies: ["authorino"] },
            ),
            k("core/v1:Secret", "connection", { metadata: { name: "maas-db-config" } }),
            k(
                "datasciencecluster.opendatahub.io/v2:DataScienceCluster",
                "dsc",
                { spec: { components: { kserve: { modelsAsService: { managementState: "Managed" } } } } },
                { dependencies: ["gateway", "connection"] },
            ),
        ],
        broken: [
            { what: "Connectivity Link first", change: ([, r]) => (r.dependencies = []), says: /^rhcl: .*MissingDependency/ },
            {
                what: "the gateway before Authorino's TLS",
                change: ([, , , g]) => (g.dependencies = ["rhcl"]),
                says: /^gateway: .*without TLS/,
            },
            {
                what: "MaaS before the gateway",
                change: (all) => (all[5].dependencies = ["connection"]),
                says: /^dsc: .*no gateway/,
            },
            { what: "MaaS before the database", change: (all) => (all[5].dependencies = ["gateway"]), says: /^dsc: .*database/ },
        ],
        accepted: [
            {
                what: "no MaaS",
                change: (all) => (
                    (all[5].dependencies = []),
                    (all[5].props.spec.components.kserve.modelsAsService.managementState = "Removed")
                ),
            },
            {
                what: "what has nothing to do with it, in any order",
                change: (all) =>
                    all.push(
                        olm("nfd", { channel: "stable" }),
                        k("gateway.networking.k8s.io/v1:Gateway", "other", { metadata: { name: "openshift-ai-inference" } }),
                        k("core/v1:Secret", "pull", { metadata: { name: "pull-secret" } }),
                    ),
            },
            {
                what: "a namespace that waits, and all within it",
                change: (all) => {
                    all.push({ type: "shop:index:Component", name: "component", dependencies: ["class"] });
                    Object.assign(all[1], { dependencies: [], parent: "component" });
                },
            },
        ],
    },
    "versions-are-safe": {
        good: () => [
            olm("rhcl-operator", { channel: "stable", startingCSV: "rhcl-operator.v1.4.1" }),
            deployment({ name: "proxy", image: "ghcr.io/berriai/litellm:v1.83.0", args: ["litellm==1.82.6"] }),
        ],
        broken: [
            {
                what: "a version that serves without authentication",
                change: ([o]) => (o.props.spec.startingCSV = "rhcl-operator.v1.4.0"),
                says: /^rhcl-operator: spec\.startingCSV: rhcl-operator\.v1\.4\.0 serves inference without authentication; use 1\.4\.1 or later/,
            },
            {
                what: "a poisoned image",
                change: ([, d]) => (image(d).image = "ghcr.io/berriai/litellm:v1.82.7"),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.image: litellm 1\.82\.7 steals credentials.*; use 1\.83\.0 or later$/,
            },
            {
                what: "a poisoned package",
                change: ([, d]) => (image(d).args = ["pip install litellm[proxy]==1.82.8"]),
                says: /containers\[0\]\.args\[0\]: litellm 1\.82\.8 steals/,
            },
        ],
        accepted: [
            { what: "an operator of another name", change: ([o]) => (o.props.spec.startingCSV = "other-operator.v1.4.0") },
            { what: "an operator without a pin", change: ([o]) => delete o.props.spec.startingCSV },
        ],
    },
    "pins-fit-the-release": {
        good: () => [
            olm("rhods-operator", { channel: "stable-3.4", startingCSV: "rhods-operator.3.4.0", installPlanApproval: "Manual" }),
            olm("rhcl-operator", { channel: "stable", startingCSV: "rhcl-operator.v1.3.4", installPlanApproval: "Manual" }),
            olm("nfd", { channel: "stable", installPlanApproval: "Automatic" }),
        ],
        broken: [
            {
                what: "the next minor version",
                change: ([, r]) => (r.props.spec.startingCSV = "rhcl-operator.v1.4.0"),
                says: /needs 1\.3\.x/,
            },
            {
                what: "no pin",
                change: ([, r]) => delete r.props.spec.startingCSV,
                says: /is not pinned; OpenShift AI 3\.4 needs 1\.3\.x/,
            },
            {
                what: "upgrades",
                change: ([, r]) => (r.props.spec.installPlanApproval = "Automatic"),
                says: /^rhcl-operator: rhcl-operator: installPlanApproval Automatic upgrades the operator past startingCSV rhcl-operator\.v1\.3\.4 at once; set Manual$/,
            },
            {
                what: "upgrades by default",
                change: ([, r]) => delete r.props.spec.installPlanApproval,
                says: /^rhcl-operator: rhcl-operator: OLM upgrades the operator past its pin/,
            },
            {
                what: "a pin of another line than its channel's",
                change: ([o]) => (o.props.spec.startingCSV = "rhods-operator.3.3.0"),
                says: /^rhods-operator: rhods-operator: startingCSV rhods-operator\.3\.3\.0 is not in the channel stable-3\.4, so OLM cannot install it; change one of them$/,
            },
            {
                what: "a pin of another line than that of a channel of two digits",
                change: (all) =>
                    all.push(olm("gpu-operator-certified", { channel: "v25.3", startingCSV: "gpu-operator-certified.v25.10.1" })),
                says: /^gpu-operator-certified: gpu-operator-certified: startingCSV gpu-operator-certified\.v25\.10\.1 is not in the channel v25\.3, so OLM cannot install it; change one of them$/,
            },
            {
                what: "upgrades at once, from a pin that is not known",
                change: ([, r]) => Object.assign(r.props.spec, { startingCSV: UNKNOWN, installPlanApproval: "Automatic" }),
                says: /^rhcl-operator: rhcl-operator: installPlanApproval is not Manual, so OLM upgrades the operator at once; set Manual$/,
            },
            {
                what: "another line of what needs one",
                change: (all) =>
                    all.push(olm("cluster-observability-operator", { startingCSV: "cluster-observability-operator.v1.5.0" })),
                says: /^cluster-observability-operator: cluster-observability-operator: startingCSV is cluster-observability-operator\.v1\.5\.0; OpenShift AI 3\.4 needs 1\.4\.x$/,
            },
            {
                what: "a pin of an earlier line than that of a channel of two digits",
                change: (all) =>
                    all.push(olm("gpu-operator-certified", { channel: "v25.10", startingCSV: "gpu-operator-certified.v25.3.4" })),
                says: /^gpu-operator-certified: gpu-operator-certified: startingCSV gpu-operator-certified\.v25\.3\.4 is not in the channel v25\.10, so OLM cannot install it; change one of them$/,
            },
        ],
        accepted: [
            { what: "a later patch", change: ([, r]) => (r.props.spec.startingCSV = "rhcl-operator.v1.3.5") },
            { what: "no OpenShift AI", change: (all) => all.shift() },
            {
                what: "a pin of the line of a channel of two digits",
                change: (all) =>
                    all.push(
                        olm("gpu-operator-certified", { channel: "v25.10", startingCSV: "gpu-operator-certified.v25.10.1" }),
                    ),
            },
            {
                what: "a channel that is of no line",
                change: (all) =>
                    all.push(olm("quay-operator", { channel: "preview-3.9-edge", startingCSV: "quay-operator.v3.10.1" })),
            },
            {
                what: "a Subscription of another API to a chart of that name",
                change: (all) => {
                    const chart = olm("rhcl-operator", { channel: "charts/stable" });
                    all.push({ ...chart, type: "kubernetes:apps.open-cluster-management.io/v1:Subscription", name: "chart" });
                },
            },
            {
                what: "a pin and an approval that are not known",
                change: ([, r]) => Object.assign(r.props.spec, { startingCSV: UNKNOWN, installPlanApproval: UNKNOWN }),
            },
            {
                what: "a channel of another release, where it is the line of the pin",
                change: (all) =>
                    all.push(olm("odf-operator", { channel: "stable-4.20", startingCSV: "odf-operator.v4.20.3-rhodf" })),
            },
        ],
    },
};
