/** Cases of the rules about operators that must not run beside those of the platform. */
import { type Case, k, olm, UNKNOWN } from "./case";

export const operators: Readonly<Record<string, Case>> = {
    "no-clashing-operator": {
        good: () => [olm("servicemeshoperator3", {})],
        broken: [
            { what: "Service Mesh 2", change: ([s]) => (s.props.spec.name = "servicemeshoperator"), says: /Service Mesh 2/ },
            { what: "Open Data Hub", change: ([s]) => (s.props.spec.name = "opendatahub-operator"), says: /Open Data Hub/ },
        ],
        accepted: [{ what: "Service Mesh 3", change: ([s]) => (s.props.spec.name = "servicemeshoperator3") }],
    },
    "one-gateway-controller": {
        good: () => [
            k("gateway.networking.k8s.io/v1:GatewayClass", "class", {
                metadata: { name: "openshift-default" },
                spec: { controllerName: "openshift.io/gateway-controller/v1" },
            }),
        ],
        broken: [
            {
                what: "another implementation",
                change: ([c]) => (c.props.spec.controllerName = "istio.io/gateway-controller"),
                says: /^class: spec\.controllerName: istio\.io\/gateway-controller; Connectivity Link may attach its policies to the wrong controller; set openshift\.io\/gateway-controller\/v1$/,
            },
            {
                what: "the same class twice",
                change: (all) => all.push({ ...structuredClone(all[0]), name: "again" }),
                says: /^again: class already writes GatewayClass openshift-default/,
            },
            {
                what: "the class of OpenShift AI",
                change: ([c]) => (c.props.metadata.name = "data-science-gateway-class"),
                says: /^class: metadata\.name: OpenShift AI creates and reconciles data-science-gateway-class, and undoes changes to it/,
            },
        ],
        accepted: [
            {
                what: "a second class of the same controller",
                change: (all) => {
                    const more = structuredClone(all[0]);
                    more.props.metadata.name = "more";
                    all.push({ ...more, name: "more" });
                },
            },
            {
                what: "two classes whose names are not known",
                change: (all) => {
                    all[0].props.metadata.name = UNKNOWN;
                    all.push({ ...structuredClone(all[0]), name: "again" });
                },
            },
        ],
    },
    "openshift-ai-is-v2": {
        good: () => [
            k("dscinitialization.opendatahub.io/v2:DSCInitialization", "init", {}),
            k("datasciencecluster.opendatahub.io/v2:DataScienceCluster", "cluster", {}),
        ],
        broken: [
            {
                what: "an old initialization",
                change: ([i]) => (i.type = "kubernetes:dscinitialization.opendatahub.io/v1:DSCInitialization"),
                says: /^init: apiVersion: version v1 loses components when it is converted; set v2$/,
            },
            {
                what: "a patch of an old cluster",
                change: ([, c]) => (c.type = "kubernetes:datasciencecluster.opendatahub.io/v1:DataScienceClusterPatch"),
                says: /^cluster: apiVersion: version v1 loses components when it is converted; set v2$/,
            },
        ],
        accepted: [
            {
                what: "a patch",
                change: ([i]) => (i.type = "kubernetes:dscinitialization.opendatahub.io/v2:DSCInitializationPatch"),
            },
            { what: "another kind of that name", change: ([i]) => (i.type = "other:dscinitialization/v1:DSCInitialization") },
        ],
    },
    "kueue-is-unmanaged": {
        good: () => [
            k("datasciencecluster.opendatahub.io/v2:DataScienceCluster", "cluster", {
                metadata: { name: "default-dsc" },
                spec: { components: { kueue: { managementState: "Unmanaged" } } },
            }),
            k("core/v1:Namespace", "team", { metadata: { name: "team", labels: { "kueue.openshift.io/managed": "true" } } }),
            k("kueue.x-k8s.io/v1beta1:LocalQueue", "queue", { metadata: { name: "default", namespace: "team" } }),
        ],
        broken: [
            {
                what: "Managed",
                change: ([c]) => (c.props.spec.components.kueue.managementState = "Managed"),
                says: /^cluster: spec\.components\.kueue\.managementState: OpenShift AI 3 does not support Managed, so the DataScienceCluster never becomes ready; set Unmanaged or Removed$/,
            },
            {
                what: "no queue",
                change: (all) => all.pop(),
                says: /^team: Namespace team has the label kueue\.openshift\.io\/managed and no LocalQueue/,
            },
            {
                what: "a queue elsewhere",
                change: ([, , q]) => (q.props.metadata.namespace = "other"),
                says: /^team: .*no LocalQueue/,
            },
            {
                what: "another namespace than the queue's",
                change: ([, n]) => (n.props.metadata.name = "research"),
                says: /^team: Namespace research has the label/,
            },
        ],
        accepted: [
            { what: "Removed", change: ([c]) => (c.props.spec.components.kueue.managementState = "Removed") },
            { what: "no label", change: (all) => (all.pop(), delete all[1].props.metadata.labels) },
            {
                what: "a label that says no",
                change: (all) => (all.pop(), (all[1].props.metadata.labels["kueue.openshift.io/managed"] = "false")),
            },
            { what: "a queue, while it is not known where", change: ([, , q]) => (q.props.metadata.namespace = UNKNOWN) },
        ],
    },
};
