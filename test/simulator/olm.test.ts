import { install, namespace, operatorGroup, ref, Stage, subscription } from "./support";

const sub = (name: string, ns: string) => ref("operators.coreos.com/v1alpha1", "Subscription", name, ns);
const csv = (name: string, ns: string) => ref("operators.coreos.com/v1alpha1", "ClusterServiceVersion", name, ns);
const plans = (stage: Stage, ns: string) => stage.cluster.list("operators.coreos.com/v1alpha1", "InstallPlan", ns);
const failing = (object: { status?: any }, type: string) =>
    (object.status?.conditions as { type: string; status: string; message: string; reason: string }[] | undefined)?.find(
        (c) => c.type === type && c.status === "True",
    );

describe("OLM", () => {
    let stage: Stage;
    afterEach(() => stage.close());

    test("a Manual plan waits for its approval, then brings definitions before the CSV runs", async () => {
        stage = await Stage.open();
        await stage.create(namespace("redhat-ods-operator"), operatorGroup("rhods", "redhat-ods-operator", false));
        await stage.create(
            subscription("rhods-operator", "redhat-ods-operator", "stable-3.4", {
                installPlanApproval: "Manual",
                startingCSV: "rhods-operator.3.4.0",
            }),
        );
        const pending = await stage.until(
            sub("rhods-operator", "redhat-ods-operator"),
            ({ status }) => status?.state === "UpgradePending",
        );
        expect(failing(pending, "InstallPlanPending")).toMatchObject({ reason: "RequiresApproval" });
        await stage.pass(1800);
        const [plan] = await plans(stage, "redhat-ods-operator");
        expect(plan).toMatchObject({
            spec: { approval: "Manual", approved: false, clusterServiceVersionNames: ["rhods-operator.3.4.0"] },
            status: { phase: "RequiresApproval" },
        });
        expect(await stage.cluster.list("operators.coreos.com/v1alpha1", "ClusterServiceVersion", "redhat-ods-operator")).toEqual(
            [],
        );
        await stage.cluster.mergePatch(
            ref("operators.coreos.com/v1alpha1", "InstallPlan", plan!.metadata.name, "redhat-ods-operator"),
            { spec: { approved: true } },
        );
        const done = await stage.until(
            csv("rhods-operator.3.4.0", "redhat-ods-operator"),
            ({ status }) => status?.phase === "Succeeded",
        );
        expect((done.status.conditions as { phase: string }[]).map(({ phase }) => phase)).toEqual([
            "Pending",
            "Pending",
            "InstallReady",
            "Installing",
            "Succeeded",
        ]);
        expect(
            await stage.cluster.get(
                ref(
                    "apiextensions.k8s.io/v1",
                    "CustomResourceDefinition",
                    "datascienceclusters.datasciencecluster.opendatahub.io",
                ),
            ),
        ).toBeDefined();
        expect(
            await stage.cluster.get(
                ref("apiextensions.k8s.io/v1", "CustomResourceDefinition", "llminferenceservices.serving.kserve.io"),
            ),
        ).toBeUndefined();
    });

    test("upgrades go plan by plan along the channel", async () => {
        stage = await Stage.open();
        await install(stage, "rhods-operator", "redhat-ods-operator", "stable-3.x", false, {
            installPlanApproval: "Manual",
            startingCSV: "rhods-operator.3.3.0",
        });
        for (const next of ["rhods-operator.3.4.0", "rhods-operator.3.4.1"]) {
            await stage.until(
                sub("rhods-operator", "redhat-ods-operator"),
                ({ status }) => status?.currentCSV === next && status.state === "UpgradePending",
            );
            const plan = (await plans(stage, "redhat-ods-operator")).find(({ spec }) =>
                (spec.clusterServiceVersionNames as string[]).includes(next),
            )!;
            await stage.cluster.mergePatch(
                ref("operators.coreos.com/v1alpha1", "InstallPlan", plan.metadata.name, "redhat-ods-operator"),
                { spec: { approved: true } },
            );
            await stage.until(csv(next, "redhat-ods-operator"), ({ status }) => status?.phase === "Succeeded");
        }
        const settled = await stage.until(
            sub("rhods-operator", "redhat-ods-operator"),
            ({ status }) => status?.state === "AtLatestKnown" && status.installedCSV === "rhods-operator.3.4.1",
        );
        expect(settled.status.currentCSV).toBe("rhods-operator.3.4.1");
        await stage.gone(csv("rhods-operator.3.4.0", "redhat-ods-operator"));
        expect(stage.simulator.problems).toEqual([]);
    });

    test.each([
        ["no such channel", { channel: "fast" }, "no operators found in channel fast of package nfd"],
        [
            "no such version",
            { startingCSV: "nfd.1.0.0" },
            "no operators found with name nfd.1.0.0 in channel stable of package nfd",
        ],
        ["no such package", { name: "nfdd" }, "no operators found in package nfdd"],
        ["the wrong catalogue", { source: "community-operators" }, "no operators found in package nfd"],
    ])("%s: ConstraintsNotSatisfiable", async (_, more, message) => {
        stage = await Stage.open();
        await stage.create(
            namespace("openshift-nfd"),
            operatorGroup("nfd", "openshift-nfd", true),
            subscription("nfd", "openshift-nfd", "stable", more),
        );
        const failed = await stage.until(
            sub("nfd", "openshift-nfd"),
            (object) => failing(object, "ResolutionFailed") !== undefined,
            120,
        );
        expect(failing(failed, "ResolutionFailed")).toMatchObject({
            reason: "ConstraintsNotSatisfiable",
            message: expect.stringContaining(`constraints not satisfiable: ${message}`) as string,
        });
    });

    test.each([
        [0, "no operator group found that is managing this namespace"],
        [2, "more than one operator group(s) are managing this namespace count=2"],
    ])("%i OperatorGroups: the plan says so, and goes on once that is mended", async (count, message) => {
        stage = await Stage.open();
        await stage.create(
            namespace("openshift-nfd"),
            ...Array.from({ length: count }, (_, i) => operatorGroup(`nfd-${i}`, "openshift-nfd", true)),
        );
        await stage.create(subscription("nfd", "openshift-nfd", "stable"));
        await stage.pass(600);
        const [plan] = await plans(stage, "openshift-nfd");
        expect(plan!.status).toMatchObject({
            phase: "Installing",
            conditions: [{ type: "Installed", status: "False", reason: "InstallCheckFailed", message }],
        });
        if (count === 0) {
            await stage.create(operatorGroup("nfd", "openshift-nfd", true));
        } else {
            await stage.cluster.delete(ref("operators.coreos.com/v1", "OperatorGroup", "nfd-1", "openshift-nfd"));
        }
        await stage.until(csv("nfd.4.21.0-202607210000", "openshift-nfd"), ({ status }) => status?.phase === "Succeeded", 600);
    });

    test("an install mode that the operator does not support fails its CSV", async () => {
        stage = await Stage.open();
        await stage.create(
            namespace("kuadrant-system"),
            operatorGroup("own", "kuadrant-system", true),
            subscription("rhcl-operator", "kuadrant-system", "stable"),
        );
        const failed = await stage.until(
            csv("rhcl-operator.v1.4.1", "kuadrant-system"),
            ({ status }) => status?.phase === "Failed",
            600,
        );
        expect(failed.status).toMatchObject({
            reason: "UnsupportedOperatorGroup",
            message: "OwnNamespace InstallModeType not supported, cannot configure to watch own namespace",
        });
    });

    test("deleting the Subscription leaves the CSV; deleting the CSV ends the operator; definitions stay", async () => {
        stage = await Stage.open();
        const installed = await install(stage, "nfd", "openshift-nfd", "stable", true);
        await stage.cluster.delete(sub("nfd", "openshift-nfd"));
        await stage.pass(600);
        expect((await stage.get(csv(installed.metadata.name, "openshift-nfd"))).status.phase).toBe("Succeeded");
        await stage.cluster.delete(csv(installed.metadata.name, "openshift-nfd"));
        await stage.gone(ref("apps/v1", "Deployment", "nfd-controller-manager", "openshift-nfd"));
        expect(
            await stage.cluster.get(
                ref("apiextensions.k8s.io/v1", "CustomResourceDefinition", "nodefeaturediscoveries.nfd.openshift.io"),
            ),
        ).toBeDefined();
    });

    test("deleting the namespace ends Subscription, CSV and operator", async () => {
        stage = await Stage.open();
        await install(stage, "nfd", "openshift-nfd", "stable", true);
        await stage.cluster.delete(ref("v1", "Namespace", "openshift-nfd"));
        await stage.gone(ref("v1", "Namespace", "openshift-nfd"));
        expect(await stage.cluster.list("operators.coreos.com/v1alpha1", "ClusterServiceVersion")).toEqual([]);
        expect(stage.simulator.problems).toEqual([]);
    });

    test("one Manual Subscription in a namespace makes the plan of all wait", async () => {
        stage = await Stage.open();
        await stage.create(
            subscription("devspaces", "openshift-operators", "stable"),
            subscription("grafana-operator", "openshift-operators", "v5", {
                source: "community-operators",
                installPlanApproval: "Manual",
            }),
        );
        await stage.pass(300);
        const [plan, ...others] = await plans(stage, "openshift-operators");
        expect(others).toEqual([]);
        expect(plan).toMatchObject({
            spec: {
                approved: false,
                clusterServiceVersionNames: [
                    "devspacesoperator.v3.24.0",
                    "grafana-operator.v5.20.0",
                    "devworkspace-operator.v0.38.0",
                ],
            },
        });
    });
});
