import { parseFault } from "../../simulator/faults";
import { dataScienceCluster, gateway, gatewayClass, gatewayParameters, kuadrant, machineSet, refOf } from "./sliceObjects";
import { install, namespace, operatorGroup, ref, Stage, subscription } from "./support";

describe("reading faults", () => {
    test.each([
        ["csv-failed:rhods-operator", { type: "csv-failed", operator: "rhods-operator" }],
        ["csv-failed:nfd=out of memory: killed", { type: "csv-failed", operator: "nfd", message: "out of memory: killed" }],
        ["unresolvable:rhcl-operator", { type: "unresolvable", operator: "rhcl-operator" }],
        ["crd-missing:clusterpolicies.nvidia.com", { type: "crd-missing", crd: "clusterpolicies.nvidia.com" }],
        ["not-ready:Kuadrant/kuadrant", { type: "not-ready", kind: "Kuadrant", name: "kuadrant" }],
        ["no-capacity:us-east-2a", { type: "no-capacity", zone: "us-east-2a" }],
        ["refuse:Gateway/maas-default-gateway", { type: "refuse", kind: "Gateway", name: "maas-default-gateway" }],
        ["uninitialized:vault", { type: "uninitialized", name: "vault" }],
        ["foreign:nfd", { type: "foreign", operator: "nfd" }],
    ])("%s", (text, fault) => {
        expect(parseFault(text)).toEqual(fault);
    });

    test.each([
        ["csv-faild:rhods-operator", 'did you mean "csv-failed"?'],
        ["csv-failed:rhod-operator", 'did you mean "rhods-operator"?'],
        ["crd-missing:clusterpolicy.nvidia.com", 'did you mean "clusterpolicies.nvidia.com"?'],
        ["not-ready:Kuadrent/kuadrant", 'did you mean "Kuadrant"?'],
        ["not-ready:Kuadrant", "expected not-ready:<Kind>/<name>"],
        ["no-capacity:us-east-1a", 'did you mean "us-east-2a"?'],
        ["", "cannot be read"],
        ["vcpu-limit:g6e.2xlarg", 'did you mean "g6e.2xlarge"?'],
        ["csv-failed", "cannot be read"],
    ])("%j is refused with the nearest name", (text, message) => {
        expect(() => parseFault(text)).toThrow(message);
    });
});

describe("faults", () => {
    let stage: Stage;
    afterEach(() => stage.close());

    test("csv-failed: the CSV ends Failed with InstallCheckFailed and the given message", async () => {
        stage = await Stage.open(["csv-failed:nfd=deployment never came up"]);
        await stage.create(
            namespace("openshift-nfd"),
            operatorGroup("nfd", "openshift-nfd", true),
            subscription("nfd", "openshift-nfd", "stable"),
        );
        const failed = await stage.until(
            ref("operators.coreos.com/v1alpha1", "ClusterServiceVersion", "nfd.4.21.0-202607210000", "openshift-nfd"),
            ({ status }) => status?.phase === "Failed",
            900,
        );
        expect(failed.status).toMatchObject({ reason: "InstallCheckFailed", message: "deployment never came up" });
    });

    test("unresolvable: the Subscription says why", async () => {
        stage = await Stage.open(["unresolvable:nfd"]);
        await stage.create(
            namespace("openshift-nfd"),
            operatorGroup("nfd", "openshift-nfd", true),
            subscription("nfd", "openshift-nfd", "stable"),
        );
        const failed = await stage.condition(
            ref("operators.coreos.com/v1alpha1", "Subscription", "nfd", "openshift-nfd"),
            "ResolutionFailed",
        );
        expect(JSON.stringify(failed.status.conditions)).toContain("constraints not satisfiable");
    });

    test("crd-missing: the CSV stays Pending, and objects of the kind find no match", async () => {
        stage = await Stage.open(["crd-missing:nodefeaturediscoveries.nfd.openshift.io"]);
        await stage.create(
            namespace("openshift-nfd"),
            operatorGroup("nfd", "openshift-nfd", true),
            subscription("nfd", "openshift-nfd", "stable"),
        );
        await stage.pass(1800);
        const csv = await stage.get(
            ref("operators.coreos.com/v1alpha1", "ClusterServiceVersion", "nfd.4.21.0-202607210000", "openshift-nfd"),
        );
        expect(csv.status).toMatchObject({
            phase: "Pending",
            reason: "RequirementsNotMet",
            requirementStatus: [{ name: "nodefeaturediscoveries.nfd.openshift.io", status: "NotPresent" }],
        });
        await expect(
            stage.cluster.create({
                apiVersion: "nfd.openshift.io/v1",
                kind: "NodeFeatureDiscovery",
                metadata: { name: "a", namespace: "openshift-nfd" },
            }),
        ).rejects.toThrow('no matches for kind "NodeFeatureDiscovery" in version "nfd.openshift.io/v1"');
    });

    test("not-ready: the operand reports the reason for ever", async () => {
        stage = await Stage.open(["not-ready:Kuadrant/kuadrant=LimitadorNotReady"]);
        await stage.create(gatewayClass);
        await stage.condition(refOf(gatewayClass), "Accepted");
        await install(stage, "rhcl-operator", "kuadrant-system", "stable", false);
        await stage.create(kuadrant);
        await stage.pass(3600);
        expect((await stage.get(refOf(kuadrant))).status.conditions).toEqual([
            expect.objectContaining({ type: "Ready", status: "False", reason: "LimitadorNotReady" }),
        ]);
    });

    test("no-capacity: the Machine stays Provisioning and says what AWS said; other zones work", async () => {
        stage = await Stage.open(["no-capacity:us-east-2a"]);
        await stage.create(machineSet("us-east-2a"), machineSet("us-east-2b"));
        await stage.until(refOf(machineSet("us-east-2b")), ({ status }) => status?.readyReplicas === 1);
        await stage.pass(3600);
        expect((await stage.get(refOf(machineSet("us-east-2a")))).status.readyReplicas).toBe(0);
        const machine = (await stage.cluster.list("machine.openshift.io/v1beta1", "Machine")).find(({ metadata }) =>
            metadata.name.includes("gpu-us-east-2a"),
        )!;
        expect(machine.status.phase).toBe("Provisioning");
        expect(machine.status.providerStatus.conditions[0]).toMatchObject({
            type: "MachineCreation",
            status: "False",
            message: expect.stringContaining("InsufficientInstanceCapacity") as string,
        });
    });

    test("an instance type that EC2 does not have fails the Machine", async () => {
        stage = await Stage.open();
        await stage.create(machineSet("us-east-2a", "g9.enormous"));
        await stage.pass(600);
        const machine = (await stage.cluster.list("machine.openshift.io/v1beta1", "Machine")).find(({ metadata }) =>
            metadata.name.includes("gpu-us-east-2a"),
        )!;
        expect(machine.status).toMatchObject({
            phase: "Failed",
            errorReason: "InvalidConfiguration",
            errorMessage: expect.stringContaining("g9.enormous") as string,
        });
    });

    test("refuse: a webhook denies the object", async () => {
        stage = await Stage.open(["refuse:Gateway/maas-default-gateway=hostname is taken"]);
        await stage.create(gatewayParameters);
        await expect(stage.cluster.create(gateway)).rejects.toMatchObject({
            code: 403,
            message: 'admission webhook "rehearsal.maas.example.com" denied the request: hostname is taken',
        });
    });

    test("foreign: somebody else's operator runs, and a second one conflicts with it", async () => {
        stage = await Stage.open(["foreign:rhcl-operator"]);
        const theirs = await stage.get(
            ref("operators.coreos.com/v1alpha1", "Subscription", "rhcl-operator", "openshift-operators"),
        );
        expect(theirs.status.installedCSV).toBe("rhcl-operator.v1.4.1");
        await stage.condition(
            ref("apps/v1", "Deployment", "kuadrant-operator-controller-manager", "openshift-operators"),
            "Available",
        );
        await stage.create(
            namespace("kuadrant-system"),
            operatorGroup("all", "kuadrant-system", false),
            subscription("rhcl-operator", "kuadrant-system", "stable"),
        );
        const failed = await stage.until(
            ref("operators.coreos.com/v1alpha1", "ClusterServiceVersion", "rhcl-operator.v1.4.1", "kuadrant-system"),
            ({ status }) => status?.phase === "Failed",
            900,
        );
        expect(failed.status.reason).toBe("InterOperatorGroupOwnerConflict");
        expect(stage.simulator.problems).toEqual([]);
    });
});

describe("preconditions of the products", () => {
    let stage: Stage;
    afterEach(() => stage.close());

    test("Kuadrant's operator that started before the gateway class needs a restart", async () => {
        stage = await Stage.open();
        await install(stage, "rhcl-operator", "kuadrant-system", "stable", false);
        await stage.create(kuadrant);
        const blocked = await stage.condition(refOf(kuadrant), "Ready", "False");
        expect(blocked.status.conditions[0]).toMatchObject({
            reason: "MissingDependency",
            message:
                "[Gateway API provider (istio / envoy gateway)] is not installed, please restart Kuadrant Operator pod once dependency has been installed",
        });
        await stage.create(gatewayClass);
        await stage.condition(refOf(gatewayClass), "Accepted");
        await stage.pass(1800);
        expect((await stage.get(refOf(kuadrant))).status.conditions[0].reason).toBe("MissingDependency");
        await stage.cluster.mergePatch(ref("apps/v1", "Deployment", "kuadrant-operator-controller-manager", "kuadrant-system"), {
            spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z" } } } },
        });
        await stage.condition(refOf(kuadrant), "Ready");
    });

    test("MaaS names what it lacks: first the gateway, then the database", async () => {
        stage = await Stage.open();
        await stage.create(gatewayClass);
        await stage.condition(refOf(gatewayClass), "Accepted");
        await install(stage, "rhcl-operator", "kuadrant-system", "stable", false);
        await stage.create(kuadrant);
        await stage.condition(refOf(kuadrant), "Ready");
        await install(stage, "rhods-operator", "redhat-ods-operator", "stable-3.4", false);
        await stage.create(dataScienceCluster);
        const reason = (text: string) => (object: { status?: any }) =>
            ((object.status?.conditions ?? []) as { type: string; reason: string }[]).some(
                (c) => c.type === "ModelsAsServiceReady" && c.reason === text,
            );
        await stage.until(refOf(dataScienceCluster), reason("GatewayNotReady"));
        await stage.create(gatewayParameters, gateway);
        const blocked = await stage.until(refOf(dataScienceCluster), reason("PrerequisitesNotMet"));
        expect(JSON.stringify(blocked.status.conditions)).toContain("maas-db-config not found");
        expect(JSON.stringify((await stage.get(refOf(dataScienceCluster))).status.conditions)).toContain("DB_CONNECTION_URL");
    });

    test("a Gateway whose certificate does not exist is not programmed, and is once it does", async () => {
        stage = await Stage.open();
        await stage.create(gatewayClass, gatewayParameters);
        const spec = structuredClone(gateway);
        spec.spec.listeners[0].tls.certificateRefs[0].name = "maas-tls";
        await stage.create(spec);
        const refused = await stage.condition(refOf(gateway), "Programmed", "False");
        await stage.pass(600);
        expect(JSON.stringify((await stage.get(refOf(gateway))).status)).toContain("secret openshift-ingress/maas-tls not found");
        expect(refused).toBeDefined();
        await stage.create({
            apiVersion: "v1",
            kind: "Secret",
            type: "kubernetes.io/tls",
            metadata: { name: "maas-tls", namespace: "openshift-ingress" },
            data: { "tls.crt": "YQ==", "tls.key": "YQ==" },
        });
        await stage.condition(refOf(gateway), "Programmed", "True", 600);
    });
});
