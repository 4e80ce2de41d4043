/** Broken operators and pods, in the words of OLM and the kubelet, by the cause that `maas status` finds. */
import type { BrokenCluster } from "./recorded";

/** What is broken, the object that is named first, and a command that is offered. */
export type Row = readonly [change: (cluster: BrokenCluster) => void, object: RegExp, remedy: string];

const CSV = "clusterserviceversions";
const RHODS = "rhods-operator.3.4.0";

/** A Subscription as OLM leaves it before anything is installed. */
const pending = (cluster: BrokenCluster, name: string, status: object): void =>
    cluster.each("subscriptions", name, (object) => (object.status = status));

export const brokenOperators: Readonly<Record<string, Row>> = {
    "csv-failed": [
        (c) =>
            c.each(CSV, RHODS, (o) => (o.status = { phase: "Failed", reason: "InstallCheckFailed", message: "install timeout" })),
        /^ClusterServiceVersion redhat-ods-operator\/rhods-operator/,
        `oc describe clusterserviceversions.operators.coreos.com ${RHODS} -n redhat-ods-operator`,
    ],
    "kind-missing": [
        (c) => {
            c.remove("customresourcedefinitions", "clusterpolicies.nvidia.com");
            const message = "one or more requirements couldn't be found";
            c.all(CSV)
                .filter(({ metadata }) => metadata.namespace === "nvidia-gpu-operator")
                .forEach((o) => (o.status = { phase: "Pending", reason: "RequirementsNotMet", message }));
        },
        /^ClusterServiceVersion nvidia-gpu-operator\//,
        "oc get installplans.operators.coreos.com -n nvidia-gpu-operator",
    ],
    "foreign-operator": [
        (c) => c.each("subscriptions", "nfd", ({ metadata }) => (metadata.namespace = "openshift-operators")),
        /^Subscription openshift-operators\/nfd$/,
        "oc get subscriptions.operators.coreos.com -A | grep nfd",
    ],
    "not-resolvable": [
        (c) => {
            const message = "no operators found in channel stable-9 of package nfd in the catalog referenced by subscription nfd";
            const conditions = [{ type: "ResolutionFailed", status: "True", reason: "ConstraintsNotSatisfiable", message }];
            pending(c, "nfd", { conditions });
        },
        /^Subscription openshift-nfd\/nfd$/,
        "oc get packagemanifests nfd -o jsonpath='{.status.channels[*].name}'",
    ],
    "plan-failed": [
        (c) =>
            pending(c, "nfd", {
                conditions: [{ type: "InstallPlanFailed", status: "True", reason: "InstallComponentFailed", message: "x" }],
            }),
        /^Subscription openshift-nfd\/nfd$/,
        "oc delete subscriptions.operators.coreos.com nfd -n openshift-nfd && pulumi up --refresh --stack test",
    ],
    "plan-waits": [
        (c) => pending(c, "nfd", { state: "UpgradePending", installPlanRef: { name: "install-abc12" } }),
        /^Subscription openshift-nfd\/nfd$/,
        "pulumi up --stack test",
    ],
    "missing-dependency": [
        (c) =>
            c.condition(
                "kuadrants",
                "kuadrant",
                "Ready",
                "False",
                "MissingDependency",
                "[Gateway API provider (istio / envoy gateway)] is not installed",
            ),
        /^Kuadrant kuadrant-system\/kuadrant$/,
        "oc rollout restart deployment/kuadrant-operator-controller-manager -n kuadrant-system",
    ],
    "vault-uninitialized": [
        (c) =>
            c.pod(
                "maas-db",
                "vault-0",
                { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
                { labels: { "vault-initialized": "false", "vault-sealed": "true" } },
            ),
        /^Pod maas-db\/vault-0$/,
        "oc exec -n maas-db vault-0 -- vault operator init",
    ],
    "vault-sealed": [
        (c) =>
            c.pod(
                "maas-db",
                "vault-0",
                { phase: "Running", conditions: [{ type: "Ready", status: "False" }] },
                // As each start of a Vault labels its pod, also where its data are there.
                { labels: { "vault-initialized": "false", "vault-sealed": "true" } },
            ),
        /^Pod maas-db\/vault-0$/,
        "oc exec -it -n maas-db vault-0 -- vault operator unseal",
    ],
    "pull-secret": [
        (c) => c.waiting("maas", "model-1", "ImagePullBackOff", 'Back-off pulling image "registry.redhat.io/x": unauthorized'),
        /^Pod maas\/model-1$/,
        "oc describe pod model-1 -n maas",
    ],
    "perses-crashes": [
        (c) => c.waiting("maas", "data-science-perses-0", "CrashLoopBackOff", "back-off 5m0s restarting failed container=perses"),
        /^Pod maas\/data-science-perses-0$/,
        "oc get clusterserviceversions.operators.coreos.com -A | grep cluster-observability",
    ],
    "maas-api-database": [
        (c) =>
            c.waiting("redhat-ods-applications", "maas-api-5d8", "CrashLoopBackOff", "back-off 5m0s restarting failed container"),
        /^Pod redhat-ods-applications\/maas-api-5d8$/,
        "oc get secret maas-db-config -n redhat-ods-applications",
    ],
    "gen-ai-ui": [
        (c) =>
            c.waiting("redhat-ods-applications", "gen-ai-ui-1", "CrashLoopBackOff", "back-off 5m0s restarting failed container"),
        /gen-ai-ui-1$/,
        "oc get llminferenceservices.serving.kserve.io -A -o custom-columns=NS:.metadata.namespace,NAME:.metadata.name,MODEL:.spec.model.name",
    ],
    "out-of-memory": [
        (c) => c.waiting("maas", "model-1", "CrashLoopBackOff", "back-off 5m0s", { exitCode: 137, reason: "OOMKilled" }),
        /^Pod maas\/model-1$/,
        "maas plan test",
    ],
    "no-gpu-fits": [
        (c) => {
            const message =
                "0/6 nodes are available: 3 node(s) had untolerated taint {nvidia.com/gpu: }, 3 Insufficient nvidia.com/gpu.";
            c.condition("llminferenceservices", "gpt-oss-20b", "Ready", "False", "MinimumReplicasUnavailable");
            const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }];
            c.pod("maas", "gpt-oss-20b-kserve-1", { phase: "Pending", conditions });
        },
        /^Pod maas\/gpt-oss-20b-kserve-1$/,
        "oc describe pod gpt-oss-20b-kserve-1 -n maas",
    ],
    "not-scheduled": [
        (c) => {
            const message = "0/6 nodes are available: 6 Insufficient memory.";
            c.pod("maas", "p", {
                phase: "Pending",
                conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }],
            });
        },
        /^Pod maas\/p$/,
        "oc adm top nodes",
    ],
    "config-missing": [
        (c) => c.waiting("maas", "p", "CreateContainerConfigError", 'secret "hf-token" not found'),
        /^Pod maas\/p$/,
        "oc describe pod p -n maas",
    ],
    "volume-elsewhere": [
        (c) =>
            c.preparing(
                "maas",
                "p",
                "FailedAttachVolume",
                'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) q',
                7,
            ),
        /^Pod maas\/p$/,
        "oc get volumeattachments",
    ],
    "no-network": [
        (c) => c.preparing("maas", "p", "FailedCreatePodSandBox", "Failed to create pod sandbox: rpc error: code = Unknown", 5),
        /^Pod maas\/p$/,
        "oc get clusteroperators.config.openshift.io network",
    ],
    "crash-loop": [
        (c) => c.waiting("maas", "p", "CrashLoopBackOff", "back-off 5m0s", { exitCode: 1, reason: "Error" }),
        /^Pod maas\/p$/,
        "oc logs p -n maas --previous --all-containers",
    ],
};
