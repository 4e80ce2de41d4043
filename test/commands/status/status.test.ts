/** `maas status` on rehearsals in memory: each fault is named with its cause. */
import { causeOf, causes } from "../../../catalogue/troubleshooting";
import { type Status, statusOf } from "../../../cli/status/status";
import { Kube } from "../../../components/kube";
import "../../../kinds";
import { plan } from "../../../rehearsal/plan";
import { inProcess } from "../helper";
import { rehearsed } from "../../rehearsed";

jest.setTimeout(120_000);

const stage = rehearsed({ policies: false });

async function statusWith(faults: readonly string[], change?: (settings: any) => unknown): Promise<Status> {
    const session = await stage.open(change, faults);
    await session.up();
    const planned = await plan({ projectDir: stage.project.folder, stack: "test" });
    return statusOf(await Kube.connect(undefined, session.world.kubeconfig), planned);
}

it("names the operator that failed, in its words, and who waits for it", async () => {
    const { problems } = await statusWith(["csv-failed:rhods-operator=deployment never came up"]);
    const [first] = problems;
    expect([first!.id, first!.object]).toEqual([
        "csv-failed",
        expect.stringContaining("ClusterServiceVersion redhat-ods-operator/rhods"),
    ]);
    expect(first!.says).toContain("deployment never came up");
    expect(first!.waiting).toEqual(expect.arrayContaining(["DataScienceCluster default-dsc"]));
    expect(first!.remedies[0]).toBe("oc get pods -n redhat-ods-operator");
});

describe("the causes", () => {
    it.each([
        ["Kuadrant", "kuadrant", "Ready=False (MissingDependency: no gateway provider)", "missing-dependency"],
        ["Pod", "data-science-perses-0", "CrashLoopBackOff: back-off 5m0s", "perses-crashes"],
        ["Pod", "maas-api-5d", "CrashLoopBackOff: back-off 5m0s", "maas-api-database"],
        ["Pod", "other", "CrashLoopBackOff: back-off 5m0s", "crash-loop"],
        ["Pod", "x", "ImagePullBackOff: unauthorized", "pull-secret"],
        ["Pod", "x", "Unschedulable: 0/6 nodes are available: 6 Insufficient nvidia.com/gpu", "no-gpu-fits"],
        ["Machine", "x", "InsufficientInstanceCapacity: we do not have sufficient g6e.2xlarge capacity", "no-capacity"],
        ["Machine", "x", "VcpuLimitExceeded: You have requested more vCPU capacity", "vcpu-limit"],
        ["Subscription", "nfd", "OLM cannot resolve it (ConstraintsNotSatisfiable): x", "not-resolvable"],
        ["Subscription", "nfd", "InstallPlan install-abc waits for approval", "plan-waits"],
        ["LLMInferenceService", "m", "HTTPRoutesReady=False (NotAllowedByListeners)", "not-allowed-by-listeners"],
        ["LLMInferenceService", "m", "Ready=False", "model-not-ready"],
        ["GatewayClass", "openshift-default", "Accepted=Unknown (Pending: Waiting for controller)", "class-waits"],
        ["DataScienceCluster", "default-dsc", "ModelsAsServiceReady=False", "modelsasservice"],
        ["Widget", "x", 'admission webhook "x" denied the request: no', "admission"],
        ["OdhDashboardConfig", "x", "spec.dashboardConfig.mlflow must be removed", "mlflow-key"],
        ["Certificate", "x", "Ready=False (DoesNotExist: Issuing certificate as Secret does not exist)", "certificate-stuck"],
        ["ClusterIssuer", "x", "Ready=False (ErrRegisterACMEAccount: 403)", "issuer-not-ready"],
        ["DSCInitialization", "x", "Ready=False (Error: opentelemetrycollectors)", "monitoring-order"],
        ["Tenant", "x", "Ready=False (GatewayNotReady: gateway not found)", "tenant-gateway"],
        ["Tenant", "x", "Ready=False (DependenciesNotAvailable: AuthConfig)", "tenant-dependencies"],
        ["Tenant", "x", "MaaSPrerequisitesAvailable=False (PrerequisitesNotMet: secret)", "tenant-prerequisites"],
        ["Tenant", "x", "Degraded=True (Warning: Authorino TLS is not configured)", "tenant-degraded"],
        ["ClusterSecretStore", "x", "Ready=False (InvalidProviderConfig: Code: 403. permission denied)", "store-denied"],
        [
            "PushSecret",
            "x",
            "Ready=False (Errored: set secret failed: unable to log in with Kubernetes auth: Code: 503. Errors: * Vault is sealed)",
            "store-sealed",
        ],
        ["ClusterSecretStore", "x", "Ready=False (x509: certificate signed by unknown authority)", "store-unreachable"],
        ["ExternalSecret", "x", 'cannot find secret data for key: "password"', "store-no-key"],
        ["ExternalSecret", "x", "using ClusterSecretStore is not allowed: denied by spec.condition", "store-condition"],
        ["ExternalSecret", "x", "target is owned by another ExternalSecret", "two-owners"],
        ["ExternalSecret", "x", "Ready=False (SecretSyncedError)", "store-not-valid"],
        ["Route", "x", "host a: Admitted=False (HostAlreadyClaimed)", "route-not-admitted"],
        ["CredentialsRequest", "x", "CredentialsProvisionFailure=True", "credentials"],
        ["Secret", "x", "not passed: Secret ns/x exists; Secret x does not exist", "secret-missing"],
        ["Secret", "authorino-server-cert", "not passed: Secret authorino-server-cert is issued", "secret-not-issued"],
        ["gate", "x", "not passed: waits until something", "gate-waits"],
        ["Widget", "x", "Widget x does not exist", "not-found"],
        ["Widget", "x", "anything", "not-ready"],
    ])("%s %s: %s", (kind, name, says, id) => {
        const found = causeOf({ kind, name, namespace: "ns", says, package: "nfd" }, "dev");
        expect(found.id).toBe(id);
        expect(found.remedies.join(" ")).not.toMatch(/\$\{|…/);
    });

    it("each can be found, has a remedy, and its name is its own", () => {
        expect(new Set(causes.map(({ id }) => id)).size).toBe(causes.length);
        causes.forEach(({ remedies, cause }) => expect([remedies.length > 0, cause.endsWith(".")]).toEqual([true, true]));
        // The last takes what no other does; one before it that takes everything would hide it.
        expect(causes.filter((one) => one.kind === undefined && one.says === ".").map(({ id }) => id)).toEqual(["not-ready"]);
    });
});

describe("the command", () => {
    it("refuses a fault without a rehearsal, and one that does not exist", async () => {
        expect((await inProcess("status", "llm-d", "--fault", "csv-failed:nfd")).err).toContain("--fault needs --rehearsal");
        const { code, err } = await inProcess("status", "llm-d", "--rehearsal", "--fault", "csv-faild:nfd");
        expect([code, err]).toEqual([2, expect.stringContaining('did you mean "csv-failed"?')]);
    });
});
