import { installCertManager, ref, Stage } from "./support";

const CONFIG = "config.openshift.io/v1";
const operator = (name: string) => ref(CONFIG, "ClusterOperator", name);
const tls = (name: string, namespace: string) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace },
    data: { "tls.crt": "eA==", "tls.key": "eA==" },
});

let stage: Stage;
afterEach(() => stage.close());

const patch = (kind: ReturnType<typeof ref>, change: object) =>
    stage.cluster.mergePatch(kind, change as Record<string, unknown>, { fieldManager: "test" });

test("the API server rolls a certificate out once its Secret exists, and says until then what is missing", async () => {
    stage = await Stage.open();
    await stage.pass(1);
    await patch(ref(CONFIG, "APIServer", "cluster"), {
        spec: { servingCerts: { namedCertificates: [{ names: ["api.x"], servingCertificate: { name: "mine" } }] } },
    });
    const degraded = await stage.condition(operator("kube-apiserver"), "Degraded");
    expect(JSON.stringify(degraded.status)).toContain("secret openshift-config/mine not found");
    await stage.create(tls("mine", "openshift-config"));
    await stage.condition(operator("kube-apiserver"), "Progressing");
    const begun = stage.clock.now();
    await stage.condition(operator("kube-apiserver"), "Progressing", "False");
    expect(stage.clock.now() - begun).toBeGreaterThanOrEqual(600);
    await stage.condition(operator("kube-apiserver"), "Degraded", "False");
    expect(stage.simulator.problems).toEqual([]);
});

test("the router deletes its own certificate for another, and makes it again when that goes", async () => {
    stage = await Stage.open();
    await stage.pass(1);
    const controller = ref("operator.openshift.io/v1", "IngressController", "default", "openshift-ingress-operator");
    const own = ref("v1", "Secret", "router-certs-default", "openshift-ingress");
    await stage.create(tls("mine", "openshift-ingress"));
    await patch(controller, { spec: { defaultCertificate: { name: "mine" } } });
    await stage.gone(own);
    await patch(controller, { spec: { defaultCertificate: null } });
    await stage.until(own, () => true);
    expect(stage.simulator.problems).toEqual([]);
});

test("the authorities that the cluster trusts are those of the bundle that Proxy names", async () => {
    stage = await Stage.open();
    await patch(ref(CONFIG, "Proxy", "cluster"), { spec: { trustedCA: { name: "house" } } });
    const degraded = await stage.condition(operator("network"), "Degraded");
    expect(JSON.stringify(degraded.status)).toContain("configmap openshift-config/house not found");
    await stage.create({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "house", namespace: "openshift-config" },
        data: { "ca-bundle.crt": "HOUSE" },
    });
    const spread = ref("v1", "ConfigMap", "trusted-ca-bundle", "openshift-config-managed");
    await stage.until(spread, (bundle) => bundle["data"]["ca-bundle.crt"].endsWith("HOUSE"));
    await stage.condition(operator("network"), "Degraded", "False");
});

test("user workloads are monitored while the configuration says so", async () => {
    stage = await Stage.open();
    const config = ref("v1", "ConfigMap", "cluster-monitoring-config", "openshift-monitoring");
    const prometheus = ref("apps/v1", "StatefulSet", "prometheus-user-workload", "openshift-user-workload-monitoring");
    await stage.create({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: config.name, namespace: config.namespace! },
        data: { "config.yaml": "enableUserWorkload: [" },
    });
    const degraded = await stage.condition(operator("monitoring"), "Degraded");
    expect(JSON.stringify(degraded.status)).toContain("cannot be parsed");
    await patch(config, { data: { "config.yaml": "enableUserWorkload: true\n" } });
    await stage.until(prometheus, (set) => set.status?.readyReplicas === 2);
    await stage.condition(operator("monitoring"), "Degraded", "False");
    await patch(config, { data: { "config.yaml": "enableUserWorkload: false\n" } });
    await stage.gone(prometheus);
});

test("a certificate of an ACME issuer waits for the key of its zone, and its challenge says so", async () => {
    stage = await Stage.open();
    await installCertManager(stage);
    const key = { name: "aws-creds", key: "x" };
    await stage.create(
        {
            apiVersion: "cert-manager.io/v1",
            kind: "ClusterIssuer",
            metadata: { name: "acme" },
            spec: {
                acme: {
                    server: "https://acme.example.com/directory",
                    privateKeySecretRef: { name: "account" },
                    solvers: [
                        { dns01: { route53: { region: "us-east-2", accessKeyIDSecretRef: key, secretAccessKeySecretRef: key } } },
                    ],
                },
            },
        },
        {
            apiVersion: "cert-manager.io/v1",
            kind: "Certificate",
            metadata: { name: "web", namespace: "openshift-ingress" },
            spec: { secretName: "web", dnsNames: ["*.x.example.com"], issuerRef: { kind: "ClusterIssuer", name: "acme" } },
        },
    );
    const challenge = ref("acme.cert-manager.io/v1", "Challenge", "web-1", "openshift-ingress");
    const stuck = await stage.until(challenge, (object) => object.status?.reason !== undefined);
    expect([stuck.spec.dnsName, stuck.status.reason]).toEqual([
        "x.example.com",
        expect.stringContaining('secret "aws-creds" not found'),
    ]);
    await stage.create(tls("aws-creds", "cert-manager"));
    const begun = stage.clock.now();
    await stage.condition(ref("cert-manager.io/v1", "Certificate", "web", "openshift-ingress"), "Ready");
    expect(stage.clock.now() - begun).toBeGreaterThanOrEqual(150);
    await stage.gone(challenge);
    expect(stage.simulator.problems).toEqual([]);
});
