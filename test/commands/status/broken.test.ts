/**
 * Each cause of catalogue/troubles.json is the first that `maas status` names of a stack that is up but for it: objects as a rehearsal
 * has them, with the words of the products for what broke.
 */
import { spawnSync } from "node:child_process";

import { causes } from "../../../catalogue/troubleshooting";
import { type Status, statusOf } from "../../../cli/status/status";
import { Kube, type KubeObject } from "../../../components/kube";
import "../../../kinds";
import { plan } from "../../../rehearsal/plan";
import type { Plan } from "../../../rehearsal/result";
import { openSession } from "../../../simulator/rehearse";
import { Project } from "../../project";
import { BrokenCluster, recording } from "./recorded";

jest.setTimeout(120_000);

let planned: Plan;
let lists: ReadonlyMap<string, readonly KubeObject[]>;
let whole: Status;

beforeAll(async () => {
    const project = new Project();
    const stack = project.change();
    const session = await openSession({ projectDir: project.folder, stack });
    try {
        await session.up();
        planned = await plan({ projectDir: project.folder, stack });
        const recorded = recording(await Kube.connect(undefined, session.world.kubeconfig));
        whole = await statusOf(recorded.kube, planned);
        // Read only where something is wrong.
        await recorded.kube.list({ apiVersion: "apiextensions.k8s.io/v1", plural: "customresourcedefinitions" });
        lists = recorded.lists;
    } finally {
        await session.close();
        project.remove();
    }
});

async function broken(change: (cluster: BrokenCluster) => void): Promise<Status> {
    const cluster = new BrokenCluster(lists);
    change(cluster);
    return statusOf(cluster.kube, planned);
}

it("finds nothing wrong with a stack that is up", () => {
    const { up, all, problems, operators, unseen, unread } = whole;
    expect([problems, unseen, unread]).toEqual([[], 0, []]);
    expect([up, all > 60]).toEqual([all, true]);
    expect(operators.map(({ package: of }) => of)).toEqual(expect.arrayContaining(["rhods-operator", "rhcl-operator"]));
    expect(operators.every(({ version }) => version !== undefined)).toBe(true);
});

const CSV = "clusterserviceversions";
const RHODS = "rhods-operator.3.4.0";
const MODEL = "gpt-oss-20b";

/** A Subscription as OLM leaves it before anything is installed. */
const pending = (cluster: BrokenCluster, name: string, status: object): void =>
    cluster.each("subscriptions", name, (object) => (object.status = status));
const model = (cluster: BrokenCluster, reason: string, message: string, type = "Ready"): void => {
    cluster.condition("llminferenceservices", MODEL, type, "False", reason, message);
    cluster.condition("llminferenceservices", MODEL, "Ready", "False", reason, message);
};
const machine = (errorReason: string, errorMessage: string) => (cluster: BrokenCluster) =>
    cluster.all("machines").forEach((one) => (one.status = { phase: "Failed", errorReason, errorMessage }));
const refused = (message: string) => (cluster: BrokenCluster) => {
    cluster.remove("llminferenceservices", MODEL);
    cluster.refusal = message;
};

/** The commands that were offered in the tests so far. */
const told: string[] = [];

/** id of the cause: what is broken, the object that is named first, and a command that is offered. */
const rows: Readonly<Record<string, readonly [change: (cluster: BrokenCluster) => void, object: RegExp, remedy: string]>> = {
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
    "vault-sealed": [
        (c) =>
            c.pod(
                "maas-db",
                "vault-0",
                { phase: "Running" },
                { labels: { "vault-initialized": "true", "vault-sealed": "true" } },
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
            model(c, "MinimumReplicasUnavailable", "Deployment does not have minimum availability.", "MainWorkloadReady");
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
    "crash-loop": [
        (c) => c.waiting("maas", "p", "CrashLoopBackOff", "back-off 5m0s", { exitCode: 1, reason: "Error" }),
        /^Pod maas\/p$/,
        "oc logs p -n maas --previous --all-containers",
    ],
    "no-capacity": [
        machine(
            "InsufficientInstanceCapacity",
            "error launching instance: We currently do not have sufficient g6e.2xlarge capacity in the Availability Zone you requested (us-east-2a).",
        ),
        /^Machine openshift-machine-api\//,
        "pulumi up --stack test",
    ],
    "vcpu-limit": [
        machine(
            "VcpuLimitExceeded",
            "error launching instance: You have requested more vCPU capacity than your current vCPU limit of 0 allows for the instance bucket that the specified instance type belongs to.",
        ),
        /^Machine openshift-machine-api\//,
        "pulumi up --stack test",
    ],
    "machine-failed": [
        machine("InvalidConfiguration", "error launching instance: The key pair 'x' does not exist"),
        /^Machine openshift-machine-api\//,
        "oc describe machines.machine.openshift.io",
    ],
    "webhook-down": [
        refused('Internal error occurred: failed calling webhook "x": no endpoints available for service "llmisvc-webhook"'),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc get pods -A",
    ],
    admission: [
        refused('admission webhook "llmisvc.kserve" denied the request: spec.model.uri: unsupported scheme'),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "pulumi up --stack test",
    ],
    "kind-unknown": [
        refused("llminferenceservices: the server could not find the requested resource"),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc get clusterserviceversions.operators.coreos.com -A | grep -v Succeeded",
    ],
    "hardware-profile": [
        refused("hardware profile 'gpu-large' not found in namespace redhat-ods-applications"),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc get hardwareprofiles.infrastructure.opendatahub.io -A",
    ],
    "additional-args": [
        refused("VLLM_ADDITIONAL_ARGS is set twice"),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc describe llminferenceservices.serving.kserve.io gpt-oss-20b -n maas",
    ],
    immutable: [
        (c) =>
            c.condition(
                "datascienceclusters",
                "default-dsc",
                "Ready",
                "False",
                "Error",
                'Deployment.apps "maas-api" is invalid: spec.selector: Invalid value: field is immutable',
            ),
        /^DataScienceCluster default-dsc$/,
        "oc delete deployment maas-controller maas-api -n redhat-ods-applications",
    ],
    "stuck-deleting": [
        (c) =>
            c.each("llminferenceservices", MODEL, ({ metadata }) => {
                metadata.deletionTimestamp = "2026-01-01T00:00:00Z";
                metadata.finalizers = ["serving.kserve.io/llmisvc-finalizer"];
            }),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc get llminferenceservices.serving.kserve.io gpt-oss-20b -n maas -o jsonpath='{.metadata.finalizers}'",
    ],
    "gateway-certificate": [
        (c) => {
            c.condition(
                "gateways",
                "maas-default-gateway",
                "Programmed",
                "False",
                "Invalid",
                "Failed to assign to any requested addresses",
            );
            c.each("gateways", "maas-default-gateway", ({ status }) => {
                const message = "certificate reference to secret openshift-ingress/x not found";
                status.listeners = [
                    {
                        name: "https",
                        conditions: [{ type: "ResolvedRefs", status: "False", reason: "InvalidCertificateRef", message }],
                    },
                ];
            });
        },
        /^Gateway openshift-ingress\/maas-default-gateway$/,
        "oc get secrets -n openshift-ingress --field-selector=type=kubernetes.io/tls",
    ],
    "gateway-address": [
        (c) =>
            c.condition(
                "gateways",
                "maas-default-gateway",
                "Programmed",
                "False",
                "AddressNotAssigned",
                "address pending for hostname",
            ),
        /^Gateway openshift-ingress\/maas-default-gateway$/,
        "oc get services -n openshift-ingress -l gateway.networking.k8s.io/gateway-name=maas-default-gateway",
    ],
    "gateway-not-programmed": [
        (c) => c.condition("gateways", "maas-default-gateway", "Programmed", "Unknown", "Pending", "Waiting for controller"),
        /^Gateway openshift-ingress\/maas-default-gateway$/,
        "oc get gatewayclasses.gateway.networking.k8s.io",
    ],
    "class-waits": [
        (c) => c.condition("gatewayclasses", "openshift-default", "Accepted", "Unknown", "Pending", "Waiting for controller"),
        /^GatewayClass openshift-default$/,
        "oc get subscriptions.operators.coreos.com -A | grep -i servicemesh",
    ],
    "not-allowed-by-listeners": [
        (c) => model(c, "NotAllowedByListeners", "no listener admits namespace maas", "HTTPRoutesReady"),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc get namespace maas --show-labels",
    ],
    "gateway-precondition": [
        (c) => model(c, "GatewayPreconditionNotMet", "AuthPolicy CRD is not available", "HTTPRoutesReady"),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc get crd authpolicies.kuadrant.io",
    ],
    "auth-conflict": [
        (c) => model(c, "ConflictingAuthPolicy", "gpt-oss-20b-kserve-route-authn", "RouterReady"),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc get authpolicies.kuadrant.io -n maas",
    ],
    "inference-pool": [
        (c) => model(c, "NotReady", "InferencePool is not accepted", "InferencePoolReady"),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc get crd inferencepools.inference.networking.k8s.io",
    ],
    "model-not-ready": [
        (c) => model(c, "MinimumReplicasUnavailable", "Deployment does not have minimum availability."),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc get pods -n maas -l app.kubernetes.io/name=gpt-oss-20b",
    ],
    modelsasservice: [
        (c) => {
            c.condition("datascienceclusters", "default-dsc", "ModelsAsServiceReady", "False", "Failed", "gateway not found");
            c.condition(
                "datascienceclusters",
                "default-dsc",
                "Ready",
                "False",
                "NotReady",
                "Some components are not ready: modelsasservice",
            );
        },
        /^DataScienceCluster default-dsc$/,
        "oc get secret maas-db-config -n redhat-ods-applications",
    ],
    "dsc-not-ready": [
        (c) =>
            c.condition(
                "datascienceclusters",
                "default-dsc",
                "Ready",
                "False",
                "NotReady",
                "Some components are not ready: kserve",
            ),
        /^DataScienceCluster default-dsc$/,
        "oc get pods -n redhat-ods-applications",
    ],
    "policy-not-accepted": [
        (c) =>
            c.condition(
                "authpolicies",
                "maas-auth-gpt-oss-20b",
                "Accepted",
                "False",
                "TargetNotFound",
                "HTTPRoute gpt was not found",
            ),
        /^AuthPolicy maas\/maas-auth-gpt-oss-20b$/,
        "oc describe authpolicies.kuadrant.io maas-auth-gpt-oss-20b -n maas",
    ],
    "gpu-operator": [
        (c) => c.each("clusterpolicies", "gpu-cluster-policy", (o) => (o.status = { state: "notReady" })),
        /^ClusterPolicy gpu-cluster-policy$/,
        "oc get nodes -l feature.node.kubernetes.io/pci-10de.present=true",
    ],
    "subscription-failed": [
        (c) => c.all("maassubscriptions").forEach((o) => (o.status = { phase: "Failed" })),
        /^MaaSSubscription models-as-a-service\//,
        "oc get maasmodelrefs.maas.opendatahub.io -A",
    ],
    "not-found": [
        (c) => c.remove("secrets", "maas-db-config"),
        /^Secret redhat-ods-applications\/maas-db-config$/,
        "pulumi up --refresh --stack test",
    ],
    "not-allowed": [
        (c) => {
            const message = 'pods "server-0" is forbidden: unable to validate against any security context constraint';
            c.all("statefulsets").forEach((o) => {
                o.status = {
                    ...o.status,
                    readyReplicas: 0,
                    conditions: [{ type: "ReplicaFailure", status: "True", reason: "FailedCreate", message }],
                };
            });
        },
        /^StatefulSet maas-db\//,
        "oc get resourcequotas,limitranges -n maas-db",
    ],
};

test.each(Object.keys(rows))("%s", async (id) => {
    const [change, object, remedy] = rows[id]!;
    const { problems, up, all } = await broken(change);
    told.push(...problems.flatMap(({ remedies }) => remedies));
    expect(problems[0]).toMatchObject({ id, object: expect.stringMatching(object) as string });
    expect(problems[0]!.remedies.some((one) => one.startsWith(remedy))).toBe(true);
    expect(up).toBeLessThanOrEqual(all);
});

/** Causes of kinds that the stack of these tests does not have: status.test.ts compares their words alone. */
const BY_WORDS = [
    "mlflow-key",
    "certificate-stuck",
    "issuer-not-ready",
    "monitoring-order",
    "tenant-gateway",
    "tenant-dependencies",
    "tenant-prerequisites",
    "tenant-degraded",
    "store-denied",
    "store-unreachable",
    "store-no-key",
    "store-condition",
    "two-owners",
    "store-not-valid",
    "route-not-admitted",
    "credentials",
    "secret-missing",
    "gate-waits",
    "not-ready",
];

it("no cause is without a broken cluster, or words of its own", () => {
    expect([...Object.keys(rows), ...BY_WORDS].sort()).toEqual(causes.map(({ id }) => id).sort());
});

it("a pod in trouble that nothing waits for comes after what others wait for", async () => {
    const { problems, up, all } = await broken((c) => {
        c.waiting("maas", "stray", "CrashLoopBackOff", "back-off 5m0s");
        c.remove("secrets", "maas-db-config");
        c.condition("datascienceclusters", "default-dsc", "Ready", "False", "NotReady");
    });
    expect(problems.map(({ object }) => object)).toEqual(["Secret redhat-ods-applications/maas-db-config", "Pod maas/stray"]);
    expect([problems[0]!.waiting.length > 0, problems[1]!.waiting, up < all]).toEqual([true, [], true]);
});

it("a policy that others override, a finished pod and a failed pod of a Job are no trouble", async () => {
    const { problems } = await broken((c) => {
        c.condition("authpolicies", "maas-default-gateway-default-auth", "Enforced", "False", "Overridden", "by maas/a");
        c.pod("maas", "done", { phase: "Succeeded" });
        c.pod("maas", "try-1", { phase: "Failed" }, { ownerReferences: [{ kind: "Job" }] });
    });
    expect(problems).toEqual([]);
});

it("every remedy can be pasted into a shell: it parses, begins with a command that a reader has, and names kinds in full", () => {
    const remedies = [...told, ...causes.flatMap((cause) => cause.remedies)];
    expect(remedies.filter((one) => !/^(oc|pulumi|maas|aws|vault|\$\{create\}) ?/.test(one))).toEqual([]);
    const script = [...new Set(told)].join("\n");
    expect(told.length).toBeGreaterThanOrEqual(Object.keys(rows).length);
    expect(script).not.toMatch(/\$\{|…/);
    expect(spawnSync("bash", ["-n"], { input: script, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
    // Another product may have a kind of the same name: Istio a gateway, Knative a route, ACM a subscription.
    const short =
        /\boc (?:get|describe|delete) (?:gateways?|routes?|subscriptions?|certificates?|tenants?|csv|policies|machines?)\b(?!\.)/;
    expect(remedies.filter((one) => short.test(one))).toEqual([]);
});
