/** Certificates and observability, rehearsed in memory: up, again, taken down, refused, failing. */
import { execFileSync } from "node:child_process";
import path from "node:path";

import { changes, errors, findings, rehearsed } from "../rehearsed";

jest.setTimeout(60_000);

const CONFIG = "config.openshift.io/v1";
const theirs = "-----BEGIN CERTIFICATE-----\nVEhFSVJT\n-----END CERTIFICATE-----\n";

const stage = rehearsed({ policies: true });

const open = (settings: object, ...faults: string[]) => stage.open((s) => Object.assign(s, settings), faults);

const read = (apiVersion: string, kind: string, name: string, namespace?: string) =>
    stage.session.world.cluster.get({ apiVersion, kind, name, ...(namespace !== undefined && { namespace }) });
const write = (apiVersion: string, kind: string, name: string, patch: object, namespace?: string) =>
    stage.session.world.cluster.mergePatch(
        { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) },
        patch as Record<string, unknown>,
        { fieldManager: "somebody" },
    );
const configMap = (namespace: string, name: string, data: Record<string, string>) =>
    stage.session.world.cluster.create(
        { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data },
        { fieldManager: "somebody" },
    );
const bundle = async () => (await read("v1", "ConfigMap", "user-ca-bundle", "openshift-config"))?.["data"]?.["ca-bundle.crt"];
const monitoring = async () =>
    (await read("v1", "ConfigMap", "cluster-monitoring-config", "openshift-monitoring"))?.["data"]?.["config.yaml"];

describe("a private authority, and everything that is observed", () => {
    const settings = {
        certificates: { privateCa: {} },
        observability: { metrics: { retentionDays: 15 }, alerts: {}, grafana: { viewers: ["ai-platform"] }, traces: {} },
    };

    it("comes up beside what was there, changes nothing again, and leaves what was there", async () => {
        const stack = await open(settings);
        const configured = "# by the platform team\nprometheusK8s:\n  retention: 30d\n";
        await configMap("openshift-config", "user-ca-bundle", { "ca-bundle.crt": theirs });
        await configMap("openshift-monitoring", "cluster-monitoring-config", { "config.yaml": configured });

        const up = await stack.up();
        expect([errors(up), up.rejected, findings(up), up.succeeded]).toEqual([[], [], [], true]);
        const merged = (await bundle()) as string;
        expect(merged.startsWith(theirs)).toBe(true);
        expect(merged.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
        expect(await monitoring()).toBe(`${configured}enableUserWorkload: true\n`);
        expect((await read(CONFIG, "Proxy", "cluster"))?.spec.trustedCA).toEqual({ name: "user-ca-bundle" });
        expect((await read(CONFIG, "APIServer", "cluster"))?.spec).toMatchObject({
            audit: { profile: "Default" },
            servingCerts: {
                namedCertificates: [{ names: ["api.cluster.example.com"], servingCertificate: { name: "api-certs" } }],
            },
        });
        // Replicas and placement are the cluster's (T-5).
        const ingress = await read("operator.openshift.io/v1", "IngressController", "default", "openshift-ingress-operator");
        expect(ingress?.spec).toEqual({ replicas: 2, defaultCertificate: { name: "ingress-certs" } });
        // Each model is scraped once, by what KServe made.
        const monitors = up.resources.filter((r) => /:(Pod|Service)Monitor$/.test(r.type));
        expect(monitors.map(({ urn }) => urn.split("::").at(-1))).toEqual([
            "authorino-metrics-monitor",
            "external-secrets-metrics-monitor",
            "keys-metrics-monitor",
            "cert-manager-metrics-monitor",
        ]);
        expect(await read("monitoring.coreos.com/v1", "PodMonitor", "kserve-llm-isvc-vllm-engine", "maas")).toBeDefined();
        // The router has deleted its own by then.
        expect(await read("v1", "Secret", "router-certs-default", "openshift-ingress")).toBeUndefined();
        const gateway = await read("gateway.networking.k8s.io/v1", "Gateway", "maas-default-gateway", "openshift-ingress");
        expect(JSON.stringify(gateway?.spec.listeners)).toContain('"name":"ingress-certs"');

        expect(changes(await stack.up())).toEqual([]);

        const down = await stack.destroy();
        expect([errors(down), down.succeeded]).toEqual([[], true]);
        expect(((await bundle()) as string).startsWith(theirs)).toBe(true);
        expect(await monitoring()).toBe(`${configured}enableUserWorkload: true\n`);
        expect((await read(CONFIG, "APIServer", "cluster"))?.spec).not.toHaveProperty("servingCerts.namedCertificates");
        const after = await read("operator.openshift.io/v1", "IngressController", "default", "openshift-ingress-operator");
        expect([after?.spec.replicas, after?.spec.defaultCertificate?.name]).toEqual([2, undefined]);
    });

    it("does not hold the model up", async () => {
        const up = await (await open(settings)).up();
        expect(
            up.criticalPath.map((urn) => urn.split("::").at(-1)!).filter((n) => /^(certificates|observability)/.test(n)),
        ).toEqual([]);
        const end = (name: string) => up.timeline.find((t) => t.urn.endsWith(`::${name}`))!;
        expect(end("certificates-trust-distributed").end).toBeLessThanOrEqual(end("openshift-ai-components").start);
        expect(end("certificates-api").start).toBeGreaterThanOrEqual(end("certificates-ocp-api").end);
        expect(end("certificates-ocp-ingress").end).toBeLessThanOrEqual(end("maas-gateway-gateway").start);
        expect(end("operator-tempo-product-installed").end).toBeLessThanOrEqual(
            end("operator-rhods-operator-subscription").start,
        );
    });

    it("changes the retention alone when the retention changes", async () => {
        const stack = await open(settings);
        const theirsToo = "alertmanager:\n  enabled: true\n";
        await configMap("openshift-user-workload-monitoring", "user-workload-monitoring-config", { "config.yaml": theirsToo });
        await stack.up();
        stage.project.change((s) => Object.assign(s, settings, { observability: { ...settings.observability, metrics: {} } }));
        expect(changes(await stack.up())).toEqual(["update observability-metrics-retention"]);
        const config = await read("v1", "ConfigMap", "user-workload-monitoring-config", "openshift-user-workload-monitoring");
        expect(config?.["data"]["config.yaml"]).not.toContain("retention");
        expect(config?.["data"]["config.yaml"]).toContain(theirsToo);
    });
});

describe("Let's Encrypt", () => {
    const letsEncrypt = (more: object = {}) => ({ certificates: { letsEncrypt: { environment: "staging", ...more } } });

    it("gets a key that the cluster mints, and a resolver that sees the public zone", async () => {
        const up = await (await open(letsEncrypt({ hostedZoneId: "Z0123456789ABC" }))).up();
        expect([errors(up), up.rejected, up.succeeded]).toEqual([[], [], true]);
        const issuer = await read("cert-manager.io/v1", "ClusterIssuer", "letsencrypt-staging");
        expect(issuer?.spec.acme.solvers[0].dns01.route53).toEqual({
            region: "us-east-2",
            hostedZoneID: "Z0123456789ABC",
            accessKeyIDSecretRef: { name: "aws-creds", key: "aws_access_key_id" },
            secretAccessKeySecretRef: { name: "aws-creds", key: "aws_secret_access_key" },
        });
        const manager = await read("operator.openshift.io/v1alpha1", "CertManager", "cluster");
        expect(manager?.spec.controllerConfig.overrideArgs).toContain("--dns01-recursive-nameservers-only");
    });

    it("gets a role instead of a key where the cluster uses AWS STS", async () => {
        const oidcProvider = "arn:aws:iam::123456789012:oidc-provider/oidc.example.com/abc";
        const stack = await open(letsEncrypt({ oidcProvider }));
        await write(CONFIG, "Authentication", "cluster", { spec: { serviceAccountIssuer: "https://oidc.example.com/abc" } });
        const up = await stack.up();
        expect([errors(up), up.rejected, findings(up), up.succeeded]).toEqual([[], [], [], true]);
        const issuer = await read("cert-manager.io/v1", "ClusterIssuer", "letsencrypt-staging");
        expect(issuer?.spec.acme.solvers[0].dns01.route53).toMatchObject({
            role: "arn:aws:iam::000000000000:role/maas-7x2kq-cert-manager",
            auth: { kubernetes: { serviceAccountRef: { name: "cert-manager", audiences: ["sts.amazonaws.com"] } } },
        });
        expect(up.resources.filter((r) => r.type.endsWith(":CredentialsRequest"))).toEqual([]);
        const role = up.resources.find((r) => r.type === "aws:iam/role:Role")!;
        expect(JSON.parse(role.inputs["assumeRolePolicy"] as string).Statement[0].Condition.StringEquals).toEqual({
            "oidc.example.com/abc:sub": "system:serviceaccount:cert-manager:cert-manager",
            "oidc.example.com/abc:aud": "sts.amazonaws.com",
        });
        expect(changes(await stack.up())).toEqual([]);
    });

    it("is refused a key by a cluster that makes none, with what to set", async () => {
        const stack = await open(letsEncrypt());
        await write("operator.openshift.io/v1", "CloudCredential", "cluster", { spec: { credentialsMode: "Manual" } });
        expect(errors(await stack.up())).toEqual([expect.stringMatching(/mode is Manual, .*oidcProvider/)]);
    });

    it("tells what the challenge says when a certificate never comes, and what else could be done is done", async () => {
        const stack = await open(letsEncrypt(), "not-ready:Certificate/ocp-ingress=AccessDenied: not authorized");
        const up = await stack.up();
        expect(up.succeeded).toBe(false);
        expect(errors(up)).toContainEqual(
            expect.stringMatching(
                /certificate openshift-ingress\/ocp-ingress was not issued within 12 minutes: challenge for apps\.cluster\.example\.com is pending: AccessDenied: not authorized/,
            ),
        );
        expect(changes(up)).toContain("create certificates-api-rolled-out");
        expect(changes(up)).not.toContain("create certificates-ingress");
        expect((await read("v1", "Secret", "router-certs-default", "openshift-ingress")) !== undefined).toBe(true);
    });

    it("tells what the issuer says when it cannot register", async () => {
        const up = await (await open(letsEncrypt(), "not-ready:ClusterIssuer/letsencrypt-staging=ErrRegisterACMEAccount")).up();
        expect(errors(up)).toEqual([expect.stringMatching(/ClusterIssuer::certificates-issuer.*ErrRegisterACMEAccount/)]);
    });

    it("tells what the operator says when the API server does not roll out", async () => {
        const up = await (await open(letsEncrypt(), "not-ready:ClusterOperator/kube-apiserver=a node is not ready")).up();
        expect(errors(up)).toEqual([expect.stringMatching(/kube-apiserver has not rolled out .*\(a node is not ready\)/)]);
    });
});

describe("what somebody else configured", () => {
    it.each([
        [
            "certificates of the API server",
            { certificates: { privateCa: {} } },
            () =>
                write(CONFIG, "APIServer", "cluster", {
                    spec: {
                        servingCerts: { namedCertificates: [{ names: ["k8s.corp"], servingCertificate: { name: "corp" } }] },
                    },
                }),
            /would remove: corp for k8s\.corp.*certificates\.apiServer: false/,
            "certificates-api",
        ],
        [
            "a certificate of the routes",
            { certificates: { privateCa: {}, apiServer: false } },
            () =>
                write(
                    "operator.openshift.io/v1",
                    "IngressController",
                    "default",
                    { spec: { defaultCertificate: { name: "corp" } } },
                    "openshift-ingress-operator",
                ),
            /certificate corp, which others have set.*certificates\.existing\.ingress: corp/,
            "certificates-ingress",
        ],
        [
            "a bundle of authorities",
            { certificates: { privateCa: {} } },
            () => write(CONFIG, "Proxy", "cluster", { spec: { trustedCA: { name: "corp" } } }),
            /openshift-config\/corp, which the patch would replace: set certificates\.privateCa\.bundle: corp/,
            "certificates-trust-proxy",
        ],
        [
            "monitoring that is off on purpose",
            { observability: {} },
            () =>
                configMap("openshift-monitoring", "cluster-monitoring-config", { "config.yaml": "enableUserWorkload: false\n" }),
            /cluster-monitoring-config: config\.yaml already has other values, and nothing was changed: enableUserWorkload: false/,
            "observability-metrics-running",
        ],
    ])("is not dropped: %s", async (_, settings, before, message, untouched) => {
        const stack = await open(settings);
        // What the API server is told of names a Secret of theirs.
        for (const namespace of ["openshift-config", "openshift-ingress"]) {
            await stage.session.world.cluster.create(
                {
                    apiVersion: "v1",
                    kind: "Secret",
                    type: "kubernetes.io/tls",
                    metadata: { name: "corp", namespace },
                    data: { "tls.crt": "eA==", "tls.key": "eA==" },
                },
                { fieldManager: "somebody" },
            );
        }
        await before();
        const up = await stack.up();
        expect([errors(up), up.succeeded]).toEqual([[expect.stringMatching(message)], false]);
        expect(changes(up)).not.toContain(`create ${untouched}`);
    });
});

it("takes certificates that exist already, and misses those that are not", async () => {
    const stack = await open({ certificates: { existing: { ingress: "wildcard" } } });
    const first = await stack.up();
    expect(errors(first)).toEqual([
        expect.stringMatching(/certificates\.existing\.ingress: Secret openshift-ingress\/wildcard does not exist; create it/),
    ]);
    await stage.session.world.cluster.create(
        {
            apiVersion: "v1",
            kind: "Secret",
            type: "kubernetes.io/tls",
            metadata: { name: "wildcard", namespace: "openshift-ingress" },
            data: { "tls.crt": "eA==", "tls.key": "eA==" },
        },
        { fieldManager: "somebody" },
    );
    const second = await stack.up();
    expect([errors(second), second.succeeded]).toEqual([[], true]);
    expect(second.resources.filter((r) => /:(ClusterIssuer|APIServerPatch)$/.test(r.type))).toEqual([]);
    expect(changes(await stack.up())).toEqual([]);
});

it("loads only the modules of AWS that it uses: the whole package takes seconds", () => {
    const loaded = execFileSync(
        process.execPath,
        [
            "-r",
            "./typescript.js",
            "-e",
            `require("./components/platform");
             const files = Object.keys(require.cache).filter((file) => file.includes("@pulumi/aws"));
             console.log(files.length < 20, files.some((file) => /@pulumi.aws.index.js$/.test(file)))`,
        ],
        { cwd: path.join(__dirname, "../.."), encoding: "utf8" },
    );
    expect(loaded.trim()).toBe("true false");
});
