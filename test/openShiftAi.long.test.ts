/** Everything that OpenShift AI can have, rehearsed in memory: brought up, again, changed, failing, taken down. */
import { everything } from "./everything";
import { changes, errors, findings, rehearsed, OPERATORS_LEAVE } from "./rehearsed";

jest.setTimeout(120_000);

const DSCI = { apiVersion: "dscinitialization.opendatahub.io/v2", kind: "DSCInitialization", name: "default-dsci" };
const CONFIG = {
    apiVersion: "opendatahub.io/v1alpha",
    kind: "OdhDashboardConfig",
    namespace: "redhat-ods-applications",
    name: "odh-dashboard-config",
};
/** Cluster-wide and other kinds that the parts here bring; CRDs themselves stay, as OLM leaves them. */
const OURS: readonly (readonly [apiVersion: string, kind: string])[] = [
    ["kueue.openshift.io/v1", "Kueue"],
    ["kueue.x-k8s.io/v1beta2", "ResourceFlavor"],
    ["kueue.x-k8s.io/v1beta2", "ClusterQueue"],
    ["kueue.x-k8s.io/v1beta2", "LocalQueue"],
    ["operator.openshift.io/v1", "JobSetOperator"],
    ["mlflow.opendatahub.io/v1", "MLflow"],
    ["modelregistry.opendatahub.io/v1beta1", "ModelRegistry"],
    ["datasciencepipelinesapplications.opendatahub.io/v1", "DataSciencePipelinesApplication"],
    ["metallb.io/v1beta1", "MetalLB"],
    ["metallb.io/v1beta1", "IPAddressPool"],
    ["monitoring.rhobs/v1alpha1", "MonitoringStack"],
    ["tempo.grafana.com/v1alpha1", "TempoMonolithic"],
    ["datasciencecluster.opendatahub.io/v2", "DataScienceCluster"],
];

const stage = rehearsed({ policies: true });

const withEverything = (settings: any): void => void Object.assign(settings, structuredClone(everything));

const open = (change: (settings: any) => unknown, ...faults: string[]) => stage.open(change, faults);

it("comes up, changes nothing the second time, and leaves nothing but what operators made", async () => {
    const stack = await open(withEverything);
    const { cluster } = stack.world;
    const before = new Set((await cluster.list("v1", "Namespace")).map((n) => n.metadata.name));
    const up = await stack.up();
    expect([errors(up), up.rejected, findings(up), up.succeeded]).toEqual([[], [], [], true]);
    // None of it is on the way to the last tier: the nodes and the model are.
    const path = up.criticalPath.map((urn) => urn.split("::").at(-1));
    expect(path).toContain("gpu-l40s-allocatable");
    expect(path).not.toContain("openshift-ai-components");

    const dsci = (await cluster.get(DSCI))!;
    expect(dsci.spec.monitoring).toMatchObject({
        namespace: "redhat-ods-monitoring",
        metrics: { replicas: 1, storage: { retention: "90d", size: "5Gi" } },
        traces: { sampleRatio: "0.1", storage: { backend: "pv", retention: "2160h", size: "10Gi" } },
        alerting: {},
    });
    expect((await cluster.list("tempo.grafana.com/v1alpha1", "TempoMonolithic")).length).toBe(1);
    const { dashboardConfig } = (await cluster.get(CONFIG))!.spec;
    // What the dashboard wrote itself is kept.
    expect(dashboardConfig).toMatchObject({
        maasAuthPolicies: true,
        modelAsService: true,
        disableKueue: false,
        genAiStudio: true,
    });

    expect(changes(await stack.up())).toEqual([]);

    const down = await stack.destroy();
    expect([errors(down), down.succeeded]).toEqual([[], true]);
    for (const [apiVersion, kind] of OURS) {
        expect([kind, (await cluster.list(apiVersion, kind)).map((o) => o.metadata.name)]).toEqual([kind, []]);
    }
    const left = (await cluster.list("v1", "Namespace")).map((n) => n.metadata.name).filter((n) => !before.has(n));
    expect(left.filter((name) => !OPERATORS_LEAVE.has(name))).toEqual([]);
    // The operator's own words are there again: no storage is asked for that nobody would look after.
    const { monitoring } = (await cluster.get(DSCI))!.spec;
    expect([monitoring.managementState, monitoring.namespace]).toEqual(["Managed", "redhat-ods-monitoring"]);
    expect(monitoring.traces ?? monitoring.alerting ?? monitoring.metrics?.storage).toBeUndefined();
});

it("comes up on 3.5, with the names that it has there", async () => {
    const stack = await open((s) => {
        withEverything(s);
        s.release = "3.5";
        Object.assign(s.openshiftAi.components, { mcpLifecycle: true, batchGateway: true });
    });
    const up = await stack.up();
    expect([errors(up), up.rejected, up.succeeded]).toEqual([[], [], true]);
});

it("touches the switches and restarts the dashboard, and nothing else, when a switch changes", async () => {
    const stack = await open((s) => void (s.openshiftAi = { dashboard: {} }));
    await stack.up();
    stage.project.change((s) => void (s.openshiftAi = { dashboard: { flags: { mcpCatalog: true } } }));
    expect(changes(await stack.up()).sort()).toEqual(["update dashboard-config", "update dashboard-restarted"]);
});

it("creates a bucket for a project, changes nothing the second time, and takes it away", async () => {
    const project = { name: "science", storage: { bucket: { deleteObjects: true } }, pipelines: {} };
    const stack = await open((s) => void (s.openshiftAi = { components: { pipelines: true }, projects: [project] }));
    const up = await stack.up();
    expect([errors(up), up.rejected, findings(up), up.succeeded]).toEqual([[], [], [], true]);
    expect(changes(up)).toEqual(
        expect.arrayContaining(["create project-science-storage-key", "create project-science-pipelines"]),
    );
    const { cluster } = stack.world;
    const secret = await cluster.get({ apiVersion: "v1", kind: "Secret", namespace: "science", name: "object-storage" });
    expect(Object.keys(secret!["data"] as object)).toContain("AWS_SECRET_ACCESS_KEY");
    expect(changes(await stack.up())).toEqual([]);
    const down = await stack.destroy();
    expect([errors(down), down.succeeded]).toEqual([[], true]);
    expect(await cluster.get({ apiVersion: "v1", kind: "Namespace", name: "science" })).toBeUndefined();
});

describe("a failure", () => {
    it.each([
        ["not-ready:Kueue/cluster", /condition=Available/],
        ["not-ready:ModelRegistry/registry", /condition=Available/],
        ["not-ready:DataSciencePipelinesApplication/dspa", /condition=Ready/],
        [
            "not-ready:Secret/object-storage",
            /projects\[\]\.storage\.existing\.secret: Secret science\/object-storage .* did not appear/,
        ],
        ["csv-failed:tempo-product", /operator tempo-product: .* failed/],
    ])("of %s is told, what is independent finishes, and the next up tells it again", async (fault, message) => {
        const stack = await open(withEverything, fault);
        const first = await stack.up();
        expect([first.succeeded, errors(first).join("\n")]).toEqual([false, expect.stringMatching(message)]);
        expect(changes(first)).toContain("create gpu-l40s-allocatable");
        const second = await stack.up();
        expect([second.succeeded, errors(second).join("\n")]).toEqual([false, expect.stringMatching(message)]);
        expect(changes(second)).not.toContain("create gpu-l40s-allocatable");
    });

    it("to be alone with Argo Workflows is told before OpenShift AI is asked for pipelines", async () => {
        const stack = await open((s) => void (s.openshiftAi = { components: { pipelines: true } }));
        await stack.world.cluster.create({
            apiVersion: "apiextensions.k8s.io/v1",
            kind: "CustomResourceDefinition",
            metadata: { name: "workflows.argoproj.io" },
            spec: {
                group: "argoproj.io",
                scope: "Namespaced",
                names: { kind: "Workflow", plural: "workflows", listKind: "WorkflowList", singular: "workflow" },
                versions: [
                    {
                        name: "v1alpha1",
                        served: true,
                        storage: true,
                        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
                    },
                ],
            },
        } as never);
        const result = await stack.up();
        expect(errors(result)).toEqual([
            expect.stringMatching(/openshiftAi\.components\.pipelines: CRD workflows\.argoproj\.io already exists/),
        ]);
        expect(changes(result)).not.toContain("create openshift-ai-components");
    });
});
