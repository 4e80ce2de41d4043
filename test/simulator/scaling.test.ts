import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { install, ref, Stage } from "./support";

const KEDA = "openshift-custom-metrics-autoscaler-operator";
const NAMESPACE = "openshift-keda";
const RBAC = "rbac.authorization.k8s.io/v1";

let stage: Stage;
afterEach(() => stage.close());

const object = (apiVersion: string, kind: string, name: string, namespace: string | undefined, rest: object): KubeObject =>
    ({ apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) }, ...rest }) as KubeObject;

/** What KEDA misses before it acts, one after the other, in its own words. */
it("lets KEDA act only when its trigger can prove itself to Prometheus", async () => {
    stage = await Stage.open();
    await install(stage, KEDA, NAMESPACE, "stable", false);
    const subject = { kind: "ServiceAccount", name: "reader", namespace: NAMESPACE };
    const deployment = {
        selector: { matchLabels: { a: "b" } },
        template: { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "a", image: "quay.io/a/b:1" }] } },
    };
    await stage.create(
        object("keda.sh/v1alpha1", "KedaController", "keda", NAMESPACE, { spec: { watchNamespace: "" } }),
        object("v1", "Namespace", "models", undefined, {}),
        object("apps/v1", "Deployment", "m", "models", { spec: { replicas: 1, ...deployment } }),
        object("keda.sh/v1alpha1", "ScaledObject", "m-kserve-keda", "models", {
            spec: {
                scaleTargetRef: { name: "m" },
                minReplicaCount: 2,
                maxReplicaCount: 4,
                triggers: [
                    {
                        type: "prometheus",
                        metadata: { serverAddress: "https://thanos", query: "x", threshold: "1", authModes: "bearer" },
                        authenticationRef: { name: "thanos", kind: "ClusterTriggerAuthentication" },
                    },
                ],
            },
        }),
    );
    const scaled = ref("keda.sh/v1alpha1", "ScaledObject", "m-kserve-keda", "models");
    const says = (part: string) =>
        stage.until(
            scaled,
            ({ status }) => String(status?.conditions?.[0]?.message).includes(part) && status.conditions[0].status === "False",
        );
    const steps: [string, KubeObject[]][] = [
        [
            "bearer token=<empty> is required",
            [
                object("keda.sh/v1alpha1", "ClusterTriggerAuthentication", "thanos", undefined, {
                    spec: { boundServiceAccountToken: [{ parameter: "bearerToken", serviceAccountName: "reader" }] },
                }),
            ],
        ],
        ['serviceaccounts "reader" not found', [object("v1", "ServiceAccount", "reader", NAMESPACE, {})]],
        [
            'cannot create resource "serviceaccounts/token"',
            [
                object(RBAC, "Role", "tokens", NAMESPACE, {
                    rules: [
                        { apiGroups: [""], resources: ["serviceaccounts/token"], resourceNames: ["reader"], verbs: ["create"] },
                    ],
                }),
                object(RBAC, "RoleBinding", "tokens", NAMESPACE, {
                    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "tokens" },
                    subjects: [{ kind: "ServiceAccount", name: "keda-operator", namespace: NAMESPACE }],
                }),
            ],
        ],
        [
            "status: 403",
            [
                object(RBAC, "ClusterRoleBinding", "reader", undefined, {
                    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-monitoring-view" },
                    subjects: [subject],
                }),
            ],
        ],
    ];
    for (const [message, missing] of steps) {
        await says(message);
        await stage.create(...missing);
    }
    await stage.condition(scaled, "Ready");
    await stage.until(ref("apps/v1", "Deployment", "m", "models"), ({ spec }) => spec.replicas === 2);
    expect(
        (await stage.get(ref("autoscaling/v2", "HorizontalPodAutoscaler", "keda-hpa-m-kserve-keda", "models"))).spec,
    ).toMatchObject({
        minReplicas: 2,
        maxReplicas: 4,
    });
    expect(stage.simulator.problems).toEqual([]);
});

it("keeps a model from becoming ready while the kinds of what sets its copies are missing", async () => {
    stage = await Stage.open();
    await install(stage, "rhods-operator", "redhat-ods-operator", "stable-3.4", false);
    await stage.create(
        object("datasciencecluster.opendatahub.io/v2", "DataScienceCluster", "default-dsc", undefined, {
            spec: { components: { kserve: { managementState: "Managed", wva: { managementState: "Managed" } } } },
        }),
        object("v1", "Namespace", "models", undefined, {}),
    );
    await stage.condition(ref("datasciencecluster.opendatahub.io/v2", "DataScienceCluster", "default-dsc"), "KserveReady");
    await stage.create(
        object("serving.kserve.io/v1alpha2", "LLMInferenceService", "m", "models", {
            spec: {
                model: { name: "m", uri: "hf://a/b" },
                router: { gateway: {}, route: {}, scheduler: {} },
                template: { containers: [{ name: "main" }] },
                scaling: { minReplicas: 1, maxReplicas: 2, wva: { keda: {} } },
            },
        }),
    );
    const service = ref("serving.kserve.io/v1alpha2", "LLMInferenceService", "m", "models");
    const refused = await stage.condition(service, "Ready", "False");
    expect(refused.status.conditions.find((c: { type: string }) => c.type === "WorkloadsReady").message).toBe(
        'failed to reconcile main workload scaling: no matches for kind "ScaledObject" in version "keda.sh/v1alpha1"',
    );
    await install(stage, KEDA, NAMESPACE, "stable", false);
    await stage.until(ref("keda.sh/v1alpha1", "ScaledObject", "m-kserve-keda", "models"), () => true);
});
