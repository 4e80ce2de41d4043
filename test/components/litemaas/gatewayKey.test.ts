/** The key with which the proxies call models of tiers: in the plan, and made by the Job's program. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { GATEWAY_KEY } from "../../../catalogue/litemaas/names";
import { program } from "../../../index";
import { deploy, type Deployment } from "../../deployment";
import { type Draft, problemsOf, shipped } from "../../settings";
import { KeyServers } from "../workspaces/keyServers";

jest.setTimeout(60_000);

describe("production, planned", () => {
    let deployment: Deployment;
    beforeAll(async () => {
        deployment = await deploy(program, {
            stack: "production",
            preview: true,
            config: { "maas:settings": JSON.stringify(shipped("production")) },
        });
        expect(deployment.errors).toEqual([]);
    });

    it("waits for no key that another owner creates: of all Secrets that are expected, none is the proxies'", () => {
        const expected = deployment.registrations.filter(({ name }) => name.startsWith("litemaas-secret-"));
        expect([...new Set(expected.map(({ name }) => name.replace(/^litemaas-secret-|-expected$/g, "")))]).toEqual([
            "litemaas-backups",
        ]);
    });

    it("makes the key when the tier admits the proxies' account, and before proxies start", () => {
        const job = deployment.one("kubernetes:batch/v1:Job", "litemaas-gateway-key-job");
        const tier = deployment.registrations.find(
            ({ type, inputs }) => /MaaSSubscription$/.test(type) && inputs["metadata"].name === "enterprise",
        )!;
        expect(JSON.stringify(tier.inputs)).toContain("system:serviceaccount:litemaas:litemaas-gateway");
        expect(deployment.happensAfter(job, tier)).toBe(true);
        const proxies = deployment.one("kubernetes:apps/v1:Deployment", "litemaas-proxy");
        expect(deployment.happensAfter(proxies, job)).toBe(true);
        const [container] = (proxies.inputs as Draft)["spec"].template.spec.containers;
        expect(container.envFrom).toEqual([{ secretRef: { name: GATEWAY_KEY.name } }]);
        const { data } = deployment.one("kubernetes:core/v1:ConfigMap", "litemaas-sync-config").inputs as Draft;
        expect(JSON.parse(data["desired.json"]).models).toEqual([
            expect.objectContaining({
                params: expect.objectContaining({
                    api_base: expect.stringMatching(/^https:\/\/maas\.apps\.cluster\.example\.com\//),
                    api_key: "os.environ/MAAS_API_KEY",
                }),
            }),
        ]);
    });

    it("the Job may ask for tokens of that account, and write that Secret, and nothing else", () => {
        expect(
            deployment.one("kubernetes:rbac.authorization.k8s.io/v1:Role", "litemaas-gateway-key-role").inputs["rules"],
        ).toEqual([
            { apiGroups: [""], resources: ["serviceaccounts/token"], resourceNames: ["litemaas-gateway"], verbs: ["create"] },
            { apiGroups: [""], resources: ["secrets"], resourceNames: ["litemaas-gateway-key"], verbs: ["get", "patch"] },
            { apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["litellm"], verbs: ["get", "patch"] },
        ]);
    });

    it("keeps generated secrets in Vault, where only External Secrets writes, and only from the namespaces of LiteMaaS", () => {
        const pushed = deployment.one("kubernetes:external-secrets.io/v1alpha1:PushSecret", "litemaas-vault-secrets");
        expect(pushed.inputs["spec"]).toEqual({
            refreshInterval: "10m0s",
            updatePolicy: "Replace",
            deletionPolicy: "None",
            secretStoreRefs: [{ kind: "ClusterSecretStore", name: "maas-maas-7x2kq-litemaas" }],
            selector: { secret: { name: "litemaas-secrets" } },
            data: [{ match: { remoteRef: { remoteKey: "litemaas/secrets" } } }],
        });
        const stores = deployment
            .all("kubernetes:external-secrets.io/v1:ClusterSecretStore")
            .map(({ inputs }: Draft) => inputs["spec"]);
        expect(stores.map((spec) => [spec.provider.vault.auth.kubernetes.role, spec.conditions])).toEqual([
            ["maas-maas-7x2kq", [{ namespaces: ["openshift-config"] }]],
            ["maas-maas-7x2kq-litemaas", [{ namespaces: ["litemaas", "litemaas-workshops"] }]],
        ]);
        const policies = deployment.registrations
            .filter(({ type }) => type === "vault:index/policy:Policy")
            .map(({ inputs }) => [inputs["name"], inputs["policy"]]);
        expect(Object.fromEntries(policies)).toMatchObject({
            "maas-maas-7x2kq": 'path "maas-maas-7x2kq/data/htpasswd" {\n  capabilities = ["read"]\n}\n',
            "maas-maas-7x2kq-litemaas": ["data", "metadata"]
                .map(
                    (api) =>
                        `path "maas-maas-7x2kq/${api}/litemaas/*" {\n  capabilities = ["create", "read", "update", "delete"]\n}\n`,
                )
                .join("\n"),
            "maas-maas-7x2kq-workshops": 'path "maas-maas-7x2kq/data/litemaas/workshops/*" {\n  capabilities = ["read"]\n}\n',
        });
        expect(JSON.stringify(deployment.registrations)).not.toMatch(/"LITELLM_MASTER_KEY":"/);
        const roles = deployment.registrations
            .filter(({ type }) => /AuthBackendRole$/.test(type))
            .map(({ inputs }) => [inputs["roleName"], inputs["tokenPolicies"]]);
        expect(roles).toEqual([
            ["maas-maas-7x2kq", ["maas-maas-7x2kq"]],
            ["maas-maas-7x2kq-litemaas", ["maas-maas-7x2kq-litemaas"]],
        ]);
    });

    it("the hand-out of each workshop is kept there once it is written, and goes only where the settings say so", async () => {
        const other = await deploy(program, {
            stack: "production",
            preview: true,
            config: {
                "maas:settings": JSON.stringify(
                    shipped("production", (s) => {
                        s.litemaas.removal = "delete";
                        s.litemaas.workshops = [
                            { name: "rag", participants: 2, models: ["gpt-oss-20b"], end: "2027-03-31T18:00:00Z" },
                        ];
                    }),
                ),
            },
        });
        expect(other.errors).toEqual([]);
        const pushed = other.one("kubernetes:external-secrets.io/v1alpha1:PushSecret", "litemaas-vault-workshop-rag");
        expect(pushed.inputs).toMatchObject({
            metadata: { name: "workshop-rag", namespace: "litemaas-workshops" },
            spec: {
                deletionPolicy: "Delete",
                selector: { secret: { name: "workshop-rag" } },
                data: [{ match: { remoteRef: { remoteKey: "litemaas/workshops/rag" } } }],
            },
        });
        expect(other.happensAfter(pushed, other.one("kubernetes:batch/v1:Job", "litemaas-sync-job"))).toBe(true);
    });

    describe("the program of its ConfigMap", () => {
        const PROXIES = "/apis/apps/v1/namespaces/litemaas/deployments/litellm";
        let servers: KeyServers;
        let folder: string;
        beforeEach(async () => {
            folder = mkdtempSync(join(tmpdir(), "gateway-key-"));
            servers = new KeyServers(["litemaas"], { account: GATEWAY_KEY.account, secret: GATEWAY_KEY.name });
            await servers.start();
        });
        afterEach(async () => {
            await servers.stop();
            rmSync(folder, { recursive: true });
        });
        const run = async (change: Draft = {}): Promise<[number | null, string]> => {
            const files = (deployment.one("kubernetes:core/v1:ConfigMap", "litemaas-gateway-key-config").inputs as Draft)["data"];
            const config = JSON.parse(files["config.json"]);
            expect(config.workspaces).toEqual([
                { namespace: "litemaas", subscription: "enterprise", api: "https://maas.apps.cluster.example.com/maas-api" },
            ]);
            config.workspaces[0].api = `${servers.url}/maas-api`;
            const all = {
                ...files,
                "config.json": JSON.stringify({ ...config, firstWaitSeconds: 0.01, ...change }),
                token: "job-token",
            };
            Object.entries(all).forEach(([file, text]) => writeFileSync(join(folder, file), String(text)));
            const child = spawn(process.execPath, [join(folder, "renewKey.mjs")], {
                env: { KEYS_CONFIG: join(folder, "config.json"), KUBERNETES_URL: servers.url, SERVICE_ACCOUNT: folder },
            });
            let output = "";
            child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
            child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
            const code = await new Promise<number | null>((done) => child.on("close", done));
            servers.keys.forEach(({ key }) => expect(output).not.toContain(key));
            return [code, output];
        };

        it("makes one key before there are proxies, and keeps it", async () => {
            expect(await run()).toEqual([0, "1 callers: 0 kept, 1 created, 0 renewed, 0 revoked, 0 without a key\n"]);
            const [key, ...others] = servers.active("litemaas");
            expect([key, others]).toEqual([expect.objectContaining({ subscription: "enterprise", name: "litemaas" }), []]);
            expect(servers.held("litemaas")).toBe(key!.key);
            expect((await run())[1]).toContain("1 kept, 0 created");
        });

        it("starts the proxies again with a renewed key, once, and leaves the old one valid meanwhile", async () => {
            await run();
            servers.deployments.set(PROXIES, {});
            await run();
            expect(servers.deployments.get(PROXIES)).toEqual({ [GATEWAY_KEY.startedWith]: "id-1" });
            const [first] = servers.active("litemaas");
            const at = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
            Object.assign(first!, { creationDate: at(-28), expirationDate: at(2) });
            expect(await run()).toEqual([
                0,
                expect.stringMatching(/1 renewed, 0 revoked.*\nthe proxies start again with the key\n$/),
            ]);
            expect(servers.deployments.get(PROXIES)).toEqual({ [GATEWAY_KEY.startedWith]: "id-2" });
            expect(servers.active("litemaas").map(({ id }) => id)).toEqual(["id-1", "id-2"]);
            expect((await run())[1]).not.toContain("start again");
        });

        it("leaves the proxies alone when the key could not be made, and says why", async () => {
            servers.deployments.set(PROXIES, {});
            servers.before = (request) =>
                request === "POST /maas-api/v1/api-keys" ? { status: 403, body: { error: "no such subscription" } } : undefined;
            const [code, output] = await run();
            expect([code, output]).toEqual([1, expect.stringContaining("403: no such subscription")]);
            expect(servers.deployments.get(PROXIES)).toEqual({});
        });

        it("fails when the proxies cannot be told, so that the next run tells them", async () => {
            servers.deployments.set(PROXIES, {});
            servers.before = (request) => (request === `PATCH ${PROXIES}` ? { status: 500 } : undefined);
            expect((await run())[0]).toBe(1);
            servers.before = () => undefined;
            expect(await run()).toEqual([0, expect.stringContaining("start again")]);
        });
    });
});

describe("settings", () => {
    const problems = (change: (litemaas: Draft, settings: Draft) => unknown): string[] =>
        problemsOf(shipped("production", (s) => change(s.litemaas, s)));

    it.each<[string, (litemaas: Draft, settings: Draft) => unknown, string]>([
        [
            "a tier that does not exist",
            (l) => (l.gatewayKey.tier = "enterprize"),
            'litemaas.gatewayKey.tier: "enterprize" is not a tier; expected one of free, premium, enterprise; did you mean "enterprise"?',
        ],
        [
            "a model of other tiers",
            (l) => {
                l.gatewayKey.tier = "free";
                l.models[0].endpoints = [{ model: "nemotron-3-nano-30b-a3b" }];
            },
            'litemaas.models[0].endpoints[0].model: "nemotron-3-nano-30b-a3b" is no model of tier free, whose key the proxies have (litemaas.gatewayKey.tier); expected one of gpt-oss-20b, tier premium or enterprise, or a keyVariable',
        ],
        [
            "a renewal before the beginning",
            (l) => Object.assign(l.gatewayKey, { days: 5, renewDays: 5 }),
            "litemaas.gatewayKey.renewDays: expected fewer days than the key is valid (5), got 5",
        ],
        [
            "a release without keys",
            (_l, s) => (s.release = "3.3"),
            "litemaas.gatewayKey: release 3.3 has no API keys; expected release 3.4",
        ],
    ])("refuses %s", (_what, change, expected) => {
        expect(problems(change).join("\n")).toContain(expected);
    });

    it("refuses a Vault that the stack has not", () => {
        const without = problems((_l, s) => {
            delete s.identity.vault;
            s.identity.store = "kubernetes";
        });
        expect(without).toEqual([
            expect.stringContaining(
                "litemaas.secretStore: vault is the Vault of identity.vault, and identity.store is not vault",
            ),
        ]);
    });

    it("accepts a model with a key that somebody brings", () => {
        expect(
            problems((l) => {
                delete l.gatewayKey;
                l.proxy.secrets = ["own-key"];
                l.models[0].endpoints[0].keyVariable = "OWN_KEY";
            }),
        ).toEqual([]);
    });
});
