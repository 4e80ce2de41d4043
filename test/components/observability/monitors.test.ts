/** What the platform rests on is read by the Prometheus of user workloads, each once, and says when it is down. */
import { program } from "../../../index";
import { deploy, type Deployment } from "../../deployment";
import { type Draft, shipped } from "../../settings";

async function planned(change: (settings: Draft) => void, stack: "llm-d" | "litemaas" = "llm-d"): Promise<Deployment> {
    const config = { "maas:settings": JSON.stringify(shipped(stack, change)) };
    const deployment = await deploy(program, { stack, preview: true, config });
    expect(deployment.errors).toEqual([]);
    return deployment;
}

const monitors = (plan: Deployment): Record<string, Draft> =>
    Object.fromEntries(
        plan
            .all("kubernetes:monitoring.coreos.com/v1:PodMonitor")
            .map(({ inputs }) => [`${inputs["metadata"].namespace}/${inputs["metadata"].name}`, inputs["spec"]]),
    );
const alerts = (plan: Deployment): [string, string][] =>
    plan
        .one("kubernetes:monitoring.coreos.com/v1:PrometheusRule")
        .inputs["spec"].groups.flatMap((group: Draft) => group.rules)
        .filter((rule: Draft) => /^Database|^KeysApi/.test(String(rule.alert)))
        .map((rule: Draft) => [rule.alert, rule.labels.database ?? ""]);

const seal = { kmsKeyId: "alias/vault", region: "us-east-2", roleArn: "arn:aws:iam::123456789012:role/vault" };

describe("Authorino", () => {
    const authorino = async (rhcl: Draft): Promise<Draft> =>
        monitors(await planned((settings) => (settings.operators["rhcl-operator"] = rhcl)))[
            "kuadrant-system/authorino-server-metrics"
        ];

    it("is read where Kuadrant makes no monitor of it, and everybody reaches it as before", async () => {
        const plan = await planned(() => undefined);
        const spec = monitors(plan)["kuadrant-system/authorino-server-metrics"]!;
        expect(spec.selector.matchLabels).toEqual({ "authorino-resource": "authorino" });
        expect(spec.podMetricsEndpoints).toEqual([{ portNumber: 8080, path: "/server-metrics", interval: "30s" }]);
        const policies = plan
            .all("kubernetes:networking.k8s.io/v1:NetworkPolicy")
            .map(({ inputs }) => inputs["metadata"].namespace);
        expect(policies).not.toContain("kuadrant-system");
    });

    it.each([
        [{ csv: "rhcl-operator.v1.4.2" }, false],
        [{ csv: "rhcl-operator.v1.3.4" }, true],
        // Its version is not known.
        [{ existing: true }, false],
    ])("with %j it is read once", async (rhcl, ours) => {
        expect((await authorino(rhcl)) !== undefined).toBe(ours);
    });
});

describe("External Secrets, a Vault and CloudNativePG of the stack", () => {
    let plan: Deployment;
    beforeAll(async () => {
        plan = await planned((settings) => {
            settings.identity = { store: "vault", vault: { install: { seal } }, users: [{ name: "ana", tier: "freemium" }] };
            settings.database = { cloudNativePg: {} };
            delete settings.openshiftAi.modelRegistry;
            settings.cluster.proxy = { https: "http://proxy.example.com:3128" };
        });
    });

    it("are read by their pods' labels, over verified TLS where they have it", () => {
        const all = monitors(plan);
        expect(Object.keys(all).sort()).toEqual([
            "external-secrets/external-secrets-metrics",
            "kuadrant-system/authorino-server-metrics",
            "maas-db/keys-database-metrics",
            "maas-platform/maas-keys-metrics",
            "vault/vault-metrics",
        ]);
        const [endpoint] = all["vault/vault-metrics"]!.podMetricsEndpoints;
        expect(endpoint).toMatchObject({
            portNumber: 8200,
            path: "/v1/sys/metrics",
            params: { format: ["prometheus"] },
            scheme: "https",
            tlsConfig: { ca: { configMap: { name: "vault-service-ca" } }, serverName: "vault.vault.svc" },
        });
        // Its pods carry what the monitor selects.
        const pods = plan.one("kubernetes:apps/v1:StatefulSet", "identity-vault-server-server").inputs["spec"].template;
        expect(pods.metadata.labels).toMatchObject(all["vault/vault-metrics"]!.selector.matchLabels);
        const cluster = plan.one("kubernetes:postgresql.cnpg.io/v1:Cluster").inputs["metadata"].name;
        expect(all["maas-db/keys-database-metrics"]!.selector.matchLabels).toEqual({ "cnpg.io/cluster": cluster });
    });

    it("admit Prometheus to that port alone", () => {
        for (const [name, spec] of Object.entries(monitors(plan)).filter(([one]) => !one.includes("authorino"))) {
            const policy = plan
                .all("kubernetes:networking.k8s.io/v1:NetworkPolicy")
                .find(({ inputs }) => `${inputs["metadata"].namespace}/${inputs["metadata"].name}` === name)!.inputs["spec"];
            expect(policy.podSelector).toEqual(spec.selector);
            const [{ from, ports }] = policy.ingress;
            expect(from[0].namespaceSelector.matchLabels).toEqual({
                "kubernetes.io/metadata.name": "openshift-user-workload-monitoring",
            });
            expect(ports.map(({ port }: Draft) => port)).toEqual([spec.podMetricsEndpoints[0].portNumber]);
        }
    });

    it("Vault tells its metrics, and finds the proxy", () => {
        const hcl = plan.one("kubernetes:core/v1:ConfigMap", "identity-vault-server-config").inputs["data"]["vault.hcl"];
        expect(hcl).toMatch(/listener "tcp" \{[^}]*telemetry \{\n {4}unauthenticated_metrics_access = true\n {2}\}\n\}/);
        expect(hcl).toMatch(/\ntelemetry \{\n {2}prometheus_retention_time = "24h"\n/);
        const pods = plan.one("kubernetes:apps/v1:StatefulSet", "identity-vault-server-server").inputs["spec"].template;
        expect(JSON.stringify(pods)).toContain("proxy.example.com");
    });

    it("alerts name the cluster", () => {
        expect(alerts(plan)).toEqual([
            ["KeysApiDown", ""],
            ["DatabaseClusterDown", "maas-db/maas"],
            ["DatabaseUnreachable", ""],
            ["DatabaseConnectionsNearlyUsed", ""],
            ["DatabaseVolumeFills", ""],
        ]);
    });
});

it("whoever runs External Secrets decides who reads it, and a Vault that nobody reads tells nothing", async () => {
    const plan = await planned((settings) => {
        settings.identity = { store: "vault", vault: { install: { seal } }, users: [{ name: "ana", tier: "freemium" }] };
        settings.operators["openshift-external-secrets-operator"] = { existing: true };
        delete settings.observability;
    });
    expect(monitors(plan)).toEqual({});
    const hcl = plan.one("kubernetes:core/v1:ConfigMap", "identity-vault-server-config").inputs["data"]["vault.hcl"];
    expect(hcl).not.toContain("telemetry");
});

it("each database of the stack has an alert; one outside shows by the API of keys, and by its exporter", async () => {
    const registry = await planned((settings) => {
        settings.openshiftAi.modelRegistry = {};
    });
    expect(alerts(registry).filter(([name]) => name === "DatabaseDown")).toEqual([
        ["DatabaseDown", "maas-db/maas-db"],
        ["DatabaseDown", "model-registry-db/model-registry-db"],
    ]);
    const outside = await planned((settings) => {
        delete settings.openshiftAi.modelRegistry;
        settings.database = { existing: { host: "db.example.com", secret: "db" } };
    });
    expect(alerts(outside)).toEqual([
        ["KeysApiDown", ""],
        ["DatabaseUnreachable", ""],
        ["DatabaseConnectionsNearlyUsed", ""],
    ]);
    const litemaas = await planned(() => undefined, "litemaas");
    expect(alerts(litemaas).filter(([name]) => name === "DatabaseDown")).toEqual([["DatabaseDown", "litemaas/litellm-postgres"]]);
});
