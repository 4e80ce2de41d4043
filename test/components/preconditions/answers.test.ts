/** Preconditions where the cluster answers otherwise, or is of another make. */
import type { Wanted } from "../../../components/preconditions/precondition";
import type { Reader } from "../../../components/preconditions/reads";
import { changed, config, connect, failing, find, having, wanted, withWorld, with_ } from "./support";

withWorld();

it("fails on an old Kubernetes", async () => {
    expect(await find("kubernetes-version", wanted(), () => with_({ version: () => Promise.resolve("v1.31.2") }))).toMatchObject(
        failing(/v1\.31\.2/),
    );
});

it("fails for whoever may not do everything", async () => {
    const denied = { metadata: { name: "" }, status: { allowed: false } };
    expect(await find("cluster-admin", wanted(), () => with_({ create: () => Promise.resolve(denied) }))).toMatchObject(
        failing(/some verbs or resources are not allowed/),
    );
});

it("fails on workers that are too small or too few", async () => {
    const reader = await connect();
    const list: Reader["list"] = async (kind) =>
        kind.plural === "nodes" ? (await reader.list(kind)).slice(0, 1) : reader.list(kind);
    expect(await find("worker-nodes", wanted(), () => Promise.resolve(having(reader, { list })))).toMatchObject({
        status: "failed",
    });
});

it("takes manual credentials without tokens for what is to be done by hand, and those with tokens as they are", async () => {
    const mode = { apiVersion: "operator.openshift.io/v1", kind: "CloudCredential", name: "cluster" };
    await changed(
        mode,
        (o) => (o.spec.credentialsMode = "Manual"),
        async () => {
            expect(await find("credentials-mode")).toMatchObject({ status: "unknown", found: "Manual without tokens" });
            const issued = await changed(
                config("Authentication"),
                (o) => (o.spec.serviceAccountIssuer = "https://oidc.example.com"),
                () => find("credentials-mode"),
            );
            expect(issued).toMatchObject({ status: "passed", found: expect.stringContaining("STS") as string });
        },
    );
});

it("fails on any catalogue that does not answer, since one stops every Subscription", async () => {
    const other = {
        apiVersion: "operators.coreos.com/v1alpha1",
        kind: "CatalogSource",
        metadata: { name: "our-mirror", namespace: "openshift-marketplace" },
        spec: { sourceType: "grpc", image: "registry.example.com/catalog:1" },
    };
    const reader = await connect();
    const list: Reader["list"] = async (kind) =>
        kind.plural === "catalogsources"
            ? [
                  ...(await reader.list(kind)),
                  { ...other, status: { connectionState: { lastObservedState: "TRANSIENT_FAILURE" } } },
              ]
            : reader.list(kind);
    expect(await find("catalogs", wanted(), () => Promise.resolve(having(reader, { list })))).toMatchObject({
        ...failing(/^our-mirror is TRANSIENT_FAILURE, which stops every Subscription$/),
        remedy: expect.stringContaining("oc delete catalogsource") as string,
    });
});

describe("a hosted control plane", () => {
    const hosted = (run: () => Promise<unknown>): Promise<unknown> =>
        changed(config("Infrastructure"), (o) => (o.status.controlPlaneTopology = "External"), run);

    it("names each setting that cannot work there, and what can", async () => {
        await hosted(async () => {
            const found = await find(
                "hosted-control-plane",
                wanted((s) => {
                    s.gpu.pools[0].autoscale = { min: 1, max: 2 };
                    s.certificates = { letsEncrypt: { environment: "staging" } };
                    s.identity = { ...s.identity, kubeadmin: "remove", store: "kubernetes" };
                    delete s.identity.vault;
                }),
            );
            expect(found).toMatchObject(
                failing(
                    /gpu\.pools \(l40s\), gpu\.clusterAutoscaler, certificates\.apiServer, certificates\.letsEncrypt, identity\.store, identity\.kubeadmin$/,
                ),
            );
            expect(found.remedy).toMatch(/rosa create machinepool --name l40s .*gpu\.pools\[\]\.existing\.nodeSelector/);
        });
    });

    it("takes a stack that changes nothing of it", async () => {
        await hosted(async () => {
            const asked = wanted((s) => {
                s.gpu.pools[0] = { name: "l40s", instanceType: "g6e.2xlarge", existing: { nodeSelector: { pool: "l40s" } } };
                s.identity = { users: s.identity.users };
            });
            expect(await find("hosted-control-plane", asked)).toMatchObject({ status: "passed" });
        });
    });
});

it("tells models that are downloaded past the cluster's proxy", async () => {
    const reader = await connect();
    const proxy = { metadata: { name: "cluster" }, status: { httpsProxy: "http://proxy.example.com:3128" } };
    const get: Reader["get"] = (kind, name) => (kind.plural === "proxies" ? Promise.resolve(proxy) : reader.get(kind, name));
    const behind = (): Promise<Reader> => Promise.resolve(having(reader, { get }));
    const from = (source: string): Wanted => wanted((s) => (s.models = [{ ...s.models[0], source }]));
    expect(await find("cluster-proxy", from("hf://openai/gpt-oss-20b"), behind)).toMatchObject({
        status: "unknown",
        found: expect.stringContaining("model gpt-oss-20b (hf://openai/gpt-oss-20b)") as string,
    });
    expect(await find("cluster-proxy", from("oci://registry.example.com/gpt:1"), behind)).toMatchObject({ status: "passed" });
    expect(await find("cluster-proxy", from("hf://openai/gpt-oss-20b"))).toMatchObject({ status: "passed" });

    const told = (release: string, https = "http://proxy.example.com:3128"): Wanted =>
        wanted((s) => {
            s.release = release;
            s.models = [{ ...s.models[0], source: "hf://openai/gpt-oss-20b" }];
            s.cluster.proxy = { https, noProxy: [".example.com"] };
        });
    // Downloads of 3.5 are told of it; those of 3.4 cannot be.
    expect(await find("cluster-proxy", told("3.5"), behind)).toMatchObject({ status: "passed" });
    expect(await find("cluster-proxy", told("3.4"), behind)).toMatchObject({
        status: "unknown",
        remedy: expect.stringMatching(/^bring the weights as an image/) as string,
    });
    expect(await find("cluster-proxy", told("3.5", "http://other:3128"), behind)).toMatchObject({
        found: "cluster.proxy names http://other:3128, and the cluster another proxy, at proxy.example.com:3128",
    });
    expect(await find("cluster-proxy", told("3.5"))).toMatchObject({ status: "unknown" });
    const untold = wanted((s) => {
        s.release = "3.5";
        s.models = [{ ...s.models[0], source: "hf://openai/gpt-oss-20b" }];
    });
    expect(await find("cluster-proxy", untold, behind)).toMatchObject({
        remedy: expect.stringMatching(/^set cluster\.proxy to what oc get proxy cluster/) as string,
    });
});

it("finds arguments of cert-manager that this stack would take away (T-27)", async () => {
    const reader = await connect();
    const having_ = (overrideArgs: string[], manager: string): (() => Promise<Reader>) => {
        const object = {
            metadata: {
                name: "cluster",
                managedFields: [{ manager, fieldsV1: { "f:spec": { "f:controllerConfig": { "f:overrideArgs": {} } } } }],
            },
            spec: { controllerConfig: { overrideArgs } },
        };
        const get: Reader["get"] = (kind, name) =>
            kind.plural === "certmanagers" ? Promise.resolve(object as never) : reader.get(kind, name);
        return () => Promise.resolve(having(reader, { get }));
    };
    const issued = wanted((s) => (s.certificates = { letsEncrypt: { environment: "staging" } }));
    const foreign = ["--enable-certificate-owner-ref"];
    expect(await find("cert-manager-arguments", issued, having_(foreign, "kubectl-edit"))).toMatchObject(
        failing(/^CertManager cluster has --enable-certificate-owner-ref of somebody else$/),
    );
    expect(await find("cert-manager-arguments", issued, having_(foreign, "pulumi-kubernetes-1"))).toMatchObject({
        status: "passed",
    });
    const same = ["--dns01-recursive-nameservers=8.8.8.8:53,1.1.1.1:53", "--dns01-recursive-nameservers-only"];
    expect(await find("cert-manager-arguments", issued, having_(same, "kubectl-edit"))).toMatchObject({ status: "passed" });
    expect(await find("cert-manager-arguments", wanted(), having_(foreign, "kubectl-edit"))).toMatchObject({ status: "passed" });
});

describe("of AWS", () => {
    const answers = { quotas: { onDemandG: 8 }, offerings: { "g6e.2xlarge": ["us-east-2b"] } };

    it("quotas are compared with the pools at their largest", async () => {
        expect(await find("quotas", wanted(undefined, answers))).toMatchObject({
            ...failing(/"Running On-Demand G and VT instances" \(L-DB2E81BA\): 8, l40s need 16/),
            remedy: expect.stringContaining("--quota-code L-DB2E81BA --desired-value 16") as string,
        });
        expect(
            await find(
                "quotas",
                wanted((s) => (s.cluster.quotas = { onDemandG: 16 })),
            ),
        ).toMatchObject({ status: "passed" });
    });

    it("offerings are compared with the zones of the pools", async () => {
        expect(await find("instance-types", wanted(undefined, answers))).toMatchObject(
            failing(/us-east-2a does not offer g6e\.2xlarge \(pool l40s\); it is offered in us-east-2b/),
        );
        const fine = { quotas: {}, offerings: { "g6e.2xlarge": ["us-east-2a"] } };
        expect(await find("instance-types", wanted(undefined, fine))).toMatchObject({ status: "passed" });
    });
});
