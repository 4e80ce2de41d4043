/* eslint-disable max-lines -- each trap of docs/litemaas.md, against one plan of the stack */
/** What the stack litemaas asks for: the traps of a LiteMaaS by hand, each sprung once. Numbers are those of docs/litemaas.md. */
import { parse } from "yaml";

import { DATABASES, SECRETS } from "../../../catalogue/litemaas/names";
import { program } from "../../../index";
import { deploy, type Deployment } from "../../deployment";
import { type Draft, problemsOf, shipped } from "../../settings";

jest.setTimeout(60_000);

const NAMESPACE = "litemaas";
const run = (change: (litemaas: Draft, settings: Draft) => unknown = () => undefined): Promise<Deployment> =>
    deploy(program, {
        stack: "litemaas",
        preview: true,
        config: { "maas:settings": JSON.stringify(shipped("litemaas", (s) => change(s.litemaas, s))) },
    });

let deployment: Deployment;
let further: Deployment;
beforeAll(async () => {
    deployment = await run();
    further = await run((l, s) => {
        l.portal.login = "serviceAccount";
        l.portal.allowedAddresses = ["10.0.0.0/8"];
        l.portal.branding = { logo: "<svg xmlns='x'></svg>", favicon: "<svg></svg>", title: "It's ours" };
        l.mcp = { image: `quay.io/acme/litemaas-mcp@sha256:${"0f1e2d3c".repeat(8)}` };
        l.backup = {
            s3: { bucket: "acme-backups", secret: "backup-credentials" },
            snapshotClass: "csi-aws-vsc",
            restore: "20261129-021700",
        };
        l.removal = "delete";
        l.proxy.secrets = [];
        s.litemaas.models[0].endpoints.forEach((endpoint: Draft) => delete endpoint.keyVariable);
    });
    expect([deployment.errors, further.errors]).toEqual([[], []]);
});

const kind = (type: string, name: string, of: Deployment = deployment): Record<string, any> => {
    const found = of.all(`kubernetes:${type}`).filter(({ inputs }) => inputs["metadata"]?.name === name);
    expect([type, name, found.length]).toEqual([type, name, 1]);
    return found[0]!.inputs;
};
const workload = (name: string, of?: Deployment): Record<string, any> => kind("apps/v1:Deployment", name, of);
const pod = (object: Record<string, any>): Record<string, any> => object["spec"].template.spec;
const env = (container: Record<string, any>): Record<string, any> =>
    Object.fromEntries(container["env"].map((one: any) => [one.name, one.value ?? one.valueFrom.secretKeyRef]));
const litellm = (of?: Deployment) => pod(workload("litellm", of)).containers[0];
const backend = (of?: Deployment) => pod(workload("litellm-backend", of)).containers[0];
const config = () => parse(kind("core/v1:ConfigMap", "litellm-config")["data"]["config.yaml"]);
const route = (name: string, of?: Deployment) => kind("route.openshift.io/v1:Route", name, of);
/** All pods in the namespace: of workloads, Jobs and CronJobs. */
const pods = (of: Deployment): [string, Record<string, any>][] =>
    of.registrations.flatMap(({ name, inputs }) => {
        const spec = inputs["spec"]?.jobTemplate?.spec ?? inputs["spec"];
        return inputs["metadata"]?.namespace === NAMESPACE && spec?.template?.spec !== undefined
            ? [[name, spec.template.spec]]
            : [];
    });
const containers = (spec: Record<string, any>): Record<string, any>[] => [
    ...(spec["initContainers"] ?? []),
    ...spec["containers"],
];

describe("databases", () => {
    it("no command and no argument replace the start of PostgreSQL's image (trap 1)", () => {
        const [server] = pod(kind("apps/v1:StatefulSet", "litellm-postgres")).containers;
        expect([server.command, server.args]).toEqual([undefined, undefined]);
        expect(env(server)["POSTGRESQL_MAX_CONNECTIONS"]).toBe("200");
        expect(server.volumeMounts).toContainEqual({
            name: "start",
            mountPath: "/opt/app-root/src/postgresql-start",
            readOnly: true,
        });
    });

    it("each application has a database and a user of its own (trap 2)", () => {
        const host = "litellm-postgres.litemaas.svc.cluster.local:5432";
        expect(env(litellm())["DATABASE_URL"]).toBe(
            `postgresql://litellm:$(PROXY_DB_PASSWORD)@${host}/litellm_db?sslmode=require&sslaccept=strict&sslcert=/service-ca/service-ca.crt`,
        );
        expect(env(backend())["DATABASE_URL"]).toBe(
            `postgresql://litemaas:$(PORTAL_DB_PASSWORD)@${host}/litemaas_db?sslmode=verify-full&sslrootcert=/service-ca/service-ca.crt`,
        );
        // The portal reads one table of the proxies, with its own user.
        expect(env(backend())["LITELLM_DATABASE_URL"]).toContain(`//litemaas:$(PORTAL_DB_PASSWORD)@${host}/litellm_db?`);
    });

    it("clients of the databases name those that the start makes (trap 15)", () => {
        const urls = [...pods(deployment), ...pods(further)].flatMap(([, spec]) =>
            containers(spec).flatMap((c) =>
                (c["env"] ?? []).flatMap(({ name, value }: any) =>
                    name === "PGDATABASE" ? [value] : (/5432\/(\w+)\?/.exec(String(value))?.[1] ?? []),
                ),
            ),
        );
        expect(urls.length).toBeGreaterThan(6);
        expect([...new Set(urls)].sort()).toEqual([DATABASES.proxy.name, DATABASES.portal.name]);
    });

    it("proxies wait for nothing that may be switched off (trap 6)", () => {
        expect(pod(workload("litellm")).initContainers.map((c: any) => c.name)).toEqual(["wait-for-database"]);
        expect(workload("litellm-redis")["spec"].replicas).toBe(1);
    });

    it("Redis has a password, TLS alone, and no client but the proxies (traps 5 and 34)", () => {
        const [redis] = pod(workload("litellm-redis")).containers;
        expect(redis.args.join(" ")).toMatch(/^run-redis --port 0 --tls-port 6379 --tls-cert-file \/tls\/tls.crt /);
        expect(env(redis)["REDIS_PASSWORD"]).toEqual({ name: SECRETS, key: "REDIS_PASSWORD" });
        const tls = { ssl: true, ssl_ca_certs: "/service-ca/service-ca.crt" };
        expect(config().litellm_settings.cache_params).toMatchObject({ password: "os.environ/REDIS_PASSWORD", ...tls });
        expect(config().router_settings.cache_kwargs).toEqual(tls);
        expect(Object.keys(env(backend())).filter((name) => name.startsWith("REDIS"))).toEqual([]);
    });
});

describe("secrets", () => {
    it("come from the Secret that is made once, and are nowhere in the plan (traps 7 and 32)", () => {
        const gate = deployment.one("kubernetes:core/v1:ConfigMap", "litemaas-secrets").inputs["data"];
        expect(gate.object).toBe("Secret litemaas/litemaas-secrets");
        expect(gate.keys.split(" ")).toEqual(expect.arrayContaining(["LITELLM_MASTER_KEY", "LITELLM_SALT_KEY", "JWT_SECRET"]));
        expect(deployment.all("kubernetes:core/v1:Secret").map(({ inputs }) => inputs["metadata"].name)).toEqual([
            "litemaas-oauth-client",
        ]);
        expect(JSON.stringify(deployment.registrations.map((r) => r.inputs))).not.toMatch(/sk-[A-Za-z0-9]{8}|ltm_admin_\w/);
    });

    it("models are encrypted with a key of their own, not with the master key (trap 26)", () => {
        expect(env(litellm())["LITELLM_SALT_KEY"]).toEqual({ name: SECRETS, key: "LITELLM_SALT_KEY" });
        expect(env(litellm())["LITELLM_MASTER_KEY"]).toEqual({ name: SECRETS, key: "LITELLM_MASTER_KEY" });
        expect(env(backend())["LITELLM_MASTER_KEY"]).toEqual({ name: SECRETS, key: "PORTAL_ENCRYPTION_KEY" });
    });

    it("the portal's key for administrators is one of its own, with the prefix that it asks for (traps 8, 16 and 17)", () => {
        expect(env(backend())["ADMIN_API_KEYS"]).toEqual({ name: SECRETS, key: "ADMIN_API_KEY" });
        expect(env(backend())["LITELLM_API_KEY"]).toEqual({ name: SECRETS, key: "LITELLM_MASTER_KEY" });
        expect(env(pod(workload("litemaas-mcp", further)).containers[0])["MCP_API_KEY"]).toEqual({
            name: SECRETS,
            key: "MCP_API_KEY",
        });
    });
});

describe("the portal", () => {
    it("always has a provider of logins (trap 8)", () => {
        expect(env(backend())).toMatchObject({
            AUTH_PROVIDER: "openshift",
            OAUTH_ISSUER: "https://oauth-openshift.apps.cluster.example.com",
            OAUTH_CALLBACK_URL: "https://litellm-frontend.apps.cluster.example.com/api/auth/callback",
        });
        const client = kind("oauth.openshift.io/v1:OAuthClient", "litemaas-portal");
        expect(client["redirectURIs"]).toEqual(["https://litellm-frontend.apps.cluster.example.com/api/auth/callback"]);
    });

    it("may log in with a ServiceAccount instead of an object of the whole cluster", () => {
        expect(further.all("kubernetes:oauth.openshift.io/v1:OAuthClient")).toEqual([]);
        expect(env(backend(further))).toMatchObject({
            OAUTH_CLIENT_ID: "system:serviceaccount:litemaas:litellm-backend",
            OAUTH_CLIENT_SECRET: { name: "litemaas-oauth-token", key: "token" },
        });
    });

    it("has one backend, and never two during an update (trap 9)", () => {
        const { replicas, strategy } = workload("litellm-backend")["spec"];
        expect([replicas, strategy]).toEqual([1, { type: "Recreate" }]);
        expect(workload("litellm-frontend")["spec"].replicas).toBe(3);
    });

    it("has no request without a token taken for an administrator's (trap 33)", () => {
        for (const name of ["litellm-backend", "litellm-frontend"]) {
            expect(route(name)["spec"].httpHeaders.actions.request).toEqual([
                { name: "User-Agent", action: { type: "Set", set: { value: "portal" } } },
                { name: "Origin", action: { type: "Delete" } },
                { name: "Referer", action: { type: "Delete" } },
            ]);
        }
        // In no way that a caller chooses: what the backend would go by is what the Route has written.
        expect(bypassed({ "user-agent": "portal", accept: "*/*" }, ["a word that nobody knows"])).toBe(false);
        expect(bypassed({ "user-agent": "Mozilla/5.0", accept: "application/json" }, ["a word that nobody knows"])).toBe(true);
        expect(bypassed({ origin: "http://localhost:3000", accept: "*/*" }, undefined)).toBe(true);
        expect(env(backend())["ALLOWED_FRONTEND_ORIGINS"]).toEqual({ name: SECRETS, key: "NO_ORIGIN" });
        expect(route("litellm-backend", further)["metadata"].annotations).toMatchObject({
            "haproxy.router.openshift.io/ip_allowlist": "10.0.0.0/8",
        });
    });

    it("checks certificates: of the OAuth server, of the API server, of proxies and databases (trap 22)", () => {
        for (const [, spec] of [...pods(deployment), ...pods(further)]) {
            for (const container of containers(spec)) {
                const names = (container["env"] ?? []).map((one: any) => one.name);
                expect(names).not.toContain("NODE_TLS_REJECT_UNAUTHORIZED");
                expect(names).not.toContain("K8S_API_SKIP_TLS_VERIFY");
            }
        }
        expect(env(backend())["NODE_EXTRA_CA_CERTS"]).toBe("/trust/ca-bundle.crt");
        const [bundle] = pod(workload("litellm-backend")).initContainers.filter((c: any) => c.name === "trust");
        expect(bundle.command.at(-1)).toBe("cat /authorities/ca-bundle.crt /authorities/ca.crt > /trust/ca-bundle.crt");
    });

    it("does not start on a schema that was migrated halfway (trap 35)", () => {
        const names = pod(workload("litellm-backend")).initContainers.map((c: any) => c.name);
        expect(names).toEqual(["wait-for-database", "migrations", "trust"]);
        expect(pod(workload("litellm-backend")).initContainers[1].image).toBe(backend().image);
    });

    it("sets nothing that the portal does not read (trap 11)", () => {
        const { budget, ...rest } = shipped("litemaas").litemaas.portal.defaults;
        expect([budget, Object.keys(rest)]).toEqual([100, ["tokensPerMinute", "requestsPerMinute"]]);
        expect(env(backend())["DEFAULT_USER_BUDGET_DURATION"]).toBeUndefined();
        expect(env(backend())).toMatchObject({ DEFAULT_USER_MAX_BUDGET: "100", DEFAULT_USER_TPM_LIMIT: "400000" });
        expect(problemsOf(shipped("litemaas", (s) => (s.litemaas.portal.defaults.period = "daily")))).toHaveLength(1);
    });

    it("takes pictures out of its own image, and its name from its database (trap 21)", () => {
        const spec = pod(workload("litellm-frontend", further));
        expect(spec.initContainers[0].image).toBe(spec.containers[0].image);
        const sql: string = kind("core/v1:ConfigMap", "litemaas-settings", further)["data"]["settings.sql"];
        expect(sql).toContain("login_title = 'It''s ours'");
        expect(sql).toContain("header_brand_dark_mime_type = 'image/svg+xml'");
        expect(sql).toContain("restricted_access = (id IN ('gpt-oss-120b'))");
    });

    it("has no volume that a second pod would wait for (trap 36)", () => {
        const claims = [...pods(deployment)].filter(([, { volumes = [] }]) =>
            volumes.some((volume: any) => volume.persistentVolumeClaim !== undefined),
        );
        expect(claims.map(([name]) => name)).toEqual(["litemaas-backup"]);
        expect(kind("batch/v1:CronJob", "litemaas-backup")["spec"].concurrencyPolicy).toBe("Forbid");
    });
});

describe("the network", () => {
    const policies = (of = deployment) =>
        of
            .all("kubernetes:networking.k8s.io/v1:NetworkPolicy")
            .map(({ inputs }) => inputs)
            .filter((one) => one["metadata"].namespace === NAMESPACE);
    const clients = (app: string, of = deployment): unknown[] =>
        policies(of)
            .filter((one) => one["spec"].podSelector.matchLabels?.app === app)
            .flatMap((one) => one["spec"].ingress[0].from)
            .map((peer: any) => peer.podSelector?.matchLabels.app ?? Object.keys(peer.namespaceSelector.matchLabels)[0]);

    it("is closed, also between pods of the namespace (trap 4)", () => {
        const [closed] = policies().filter((one) => one["metadata"].name === "closed");
        expect(closed!["spec"]).toEqual({ podSelector: {}, policyTypes: ["Ingress"] });
        expect(policies().every((one) => one["spec"].policyTypes.join() === "Ingress")).toBe(true);
        expect(clients("litellm-redis")).toEqual(["litellm"]);
        expect(clients("litellm-postgres")).toContain("litemaas-backup");
        // Labels of pods, which CronJobs give their Jobs as well.
        for (const [name, spec] of pods(deployment)) {
            expect([name, spec["volumes"] !== undefined]).toEqual([name, expect.any(Boolean)]);
        }
    });

    it("admits the router on the host's network, Prometheus, the Jobs and the MCP server (trap 5)", () => {
        const router = "policy-group.network.openshift.io/ingress";
        expect(clients("litellm")).toEqual([
            router,
            "kubernetes.io/metadata.name",
            "litellm-backend",
            "litemaas-sync",
            "litemaas-benchmark",
        ]);
        expect(clients("litellm-backend")).toEqual([router, "litellm-frontend", "litemaas-sync"]);
        expect(clients("litellm-frontend")).toEqual([router]);
        expect(clients("litemaas-mcp", further)).toEqual([router]);
        expect(clients("litellm", further)).toContain("litemaas-mcp");
    });

    it("each client that a policy names is the label of a pod of the stack (trap 4)", () => {
        const labels = further.registrations.flatMap(({ inputs }) => {
            const spec = inputs["spec"]?.jobTemplate?.spec ?? inputs["spec"];
            return spec?.template?.metadata?.labels?.app ?? [];
        });
        const named = policies(further).flatMap((one) =>
            (one["spec"].ingress ?? []).flatMap(({ from }: any) =>
                from.flatMap((peer: any) => peer.podSelector?.matchLabels.app ?? []),
            ),
        );
        expect(named.filter((name: string) => !labels.includes(name))).toEqual([]);
    });
});

describe("the proxies", () => {
    it("have one file of configuration, with everything in it (traps 19 and 20)", () => {
        expect(litellm().command).toBeUndefined();
        expect(litellm().args.slice(0, 4)).toEqual(["--port", "4000", "--config", "/etc/litellm/config.yaml"]);
        expect(Object.keys(config())).toEqual(["general_settings", "litellm_settings", "router_settings", "guardrails"]);
        expect(JSON.stringify(config().guardrails)).not.toContain("generic_api_key");
    });

    it("lose their filters with the setting, and leave no volume behind (trap 19)", async () => {
        const without = await run((l) => delete l.guardrails);
        expect(parse(kind("core/v1:ConfigMap", "litellm-config", without)["data"]["config.yaml"]).guardrails).toBeUndefined();
        expect(pod(workload("litellm", without)).volumes).toEqual(pod(workload("litellm")).volumes);
        expect(workload("litellm", without)["spec"].template.metadata.annotations).not.toEqual(
            workload("litellm")["spec"].template.metadata.annotations,
        );
    });

    it("share the state of routing and the limits through Redis (trap 29)", () => {
        expect(config().router_settings).toMatchObject({
            routing_strategy: "simple-shuffle",
            redis_host: "os.environ/REDIS_HOST",
            fallbacks: [{ "qwen3-14b": ["granite-3-2-8b-instruct"] }],
        });
        expect(config().litellm_settings.cache_params).toMatchObject({ type: "redis", supported_call_types: [] });
    });

    it("start on a schema that one Job has brought up to date", () => {
        expect(env(litellm())["DISABLE_SCHEMA_UPDATE"]).toBe("true");
        const job = deployment.one("kubernetes:batch/v1:Job", "litemaas-proxy-migration");
        const [, migration] = pod(job.inputs).initContainers;
        expect(migration.args).toContain("--skip_server_startup");
        expect(env(migration)["DISABLE_SCHEMA_UPDATE"]).toBe("false");
        expect(deployment.happensAfter(deployment.one("kubernetes:apps/v1:Deployment", "litemaas-proxy"), job)).toBe(true);
    });

    it("are as many as the settings say, spread, and not drained at once (trap 28)", () => {
        expect(workload("litellm")["spec"].replicas).toBe(3);
        expect(pod(workload("litellm")).affinity.podAntiAffinity).toBeDefined();
        expect(kind("policy/v1:PodDisruptionBudget", "litellm")["spec"].maxUnavailable).toBe(1);
    });

    it("get a license under the name that they read", async () => {
        const licensed = await run((l) => (l.proxy.licenseSecret = "litellm-license"));
        expect(env(litellm(licensed))["LITELLM_LICENSE"]).toEqual({ name: "litellm-license", key: "LITELLM_LICENSE" });
    });

    it("ask for a key at /metrics, and Prometheus has one (trap 23)", () => {
        expect(config().litellm_settings.require_auth_for_metrics_endpoint).toBe(true);
        const monitor = kind("monitoring.coreos.com/v1:PodMonitor", "litellm")["spec"].podMetricsEndpoints[0];
        expect(monitor).toMatchObject({ portNumber: 4000, scheme: "https", scrapeTimeout: "10s" });
        expect(monitor.authorization.credentials).toEqual({ name: SECRETS, key: "LITELLM_MASTER_KEY" });
        // One for each service, at the port of its runtime.
        expect(
            deployment
                .all("kubernetes:monitoring.coreos.com/v1:PodMonitor")
                .filter(({ name }) => name.startsWith("litemaas-"))
                .map(({ inputs }) => [inputs["metadata"].name, inputs["spec"].podMetricsEndpoints[0].portNumber])
                .sort(),
        ).toEqual([
            ["granite-3-2-8b-instruct-metrics", 8080],
            ["granite-docling-258m-metrics", 5001],
            ["litellm", 4000],
            ["litemaas-database-metrics", 9187],
        ]);
    });
});

describe("Jobs", () => {
    it("fetch nothing from elsewhere, and run images of the settings alone (traps 30 and 31)", () => {
        for (const [name, spec] of [...pods(deployment), ...pods(further)]) {
            for (const { image, command = [], args = [] } of containers(spec)) {
                expect([name, image]).toEqual([
                    name,
                    expect.stringMatching(/^(registry\.redhat\.io|quay\.io)\/.*(:(?!latest)[^:]+|@sha256:.{64})$/),
                ]);
                expect([...(command as string[]), ...(args as string[])].join(" ")).not.toMatch(/\b(pip|npm|curl|wget|dnf) /);
            }
        }
        expect(litellm().image).toMatch(/@sha256:[0-9a-f]{64}$/);
    });

    it("register models after proxies, portal and the services behind them (trap 12)", () => {
        const job = deployment.one("kubernetes:batch/v1:Job", "litemaas-sync-job");
        for (const [type, name] of [
            ["kubernetes:apps/v1:Deployment", "litemaas-proxy"],
            ["kubernetes:apps/v1:Deployment", "litemaas-backend"],
            ["kubernetes:serving.kserve.io/v1beta1:InferenceService", "predictive-granite-docling-258m-service"],
        ] as const) {
            expect([name, deployment.happensAfter(job, deployment.one(type, name))]).toEqual([name, true]);
        }
    });

    it("raise the cap of the team that all keys of the portal share (trap 10)", () => {
        const desired = JSON.parse(kind("core/v1:ConfigMap", "litemaas-sync")["data"]["desired.json"]);
        expect(desired.teams).toContainEqual(
            expect.objectContaining({ id: "a0000000-0000-4000-8000-000000000001", tpm: 1_000_000, rpm: 10_000 }),
        );
        expect(desired.models.map(({ name }: any) => name)).toEqual([
            "qwen3-14b",
            "qwen3-14b",
            "gpt-oss-120b",
            "granite-3-2-8b-instruct",
            "granite-docling-258m",
        ]);
    });

    it("the liveness of the MCP server is that of its process (trap 18)", () => {
        const { livenessProbe, readinessProbe } = pod(workload("litemaas-mcp", further)).containers[0];
        expect([livenessProbe.tcpSocket, readinessProbe.httpGet.path]).toEqual([{ port: 8080 }, "/health"]);
    });

    it.each(["litemaas-sync", "litemaas-benchmark"])("%s finds each file of its ConfigMap where its program looks", (name) => {
        const { containers: runs, volumes } = kind("batch/v1:CronJob", name)["spec"].jobTemplate.spec.template.spec;
        const files = volumes.find((volume: any) => volume.name === "config").configMap.items;
        expect(files.map(({ key }: any) => key).sort()).toEqual(Object.keys(kind("core/v1:ConfigMap", name)["data"]).sort());
        const paths: string[] = files.map(({ path }: any) => `/config/${path}`);
        expect(paths).toEqual(expect.arrayContaining([runs[0].command[1], "/config/send.cjs", "/config/litemaas/sync/http.js"]));
    });

    it("a benchmark runs when it is told to, may write its report alone, and reaches the proxies", async () => {
        const cron = kind("batch/v1:CronJob", "litemaas-benchmark");
        expect(cron["spec"]).toMatchObject({ suspend: true, concurrencyPolicy: "Forbid" });
        expect(kind("rbac.authorization.k8s.io/v1:Role", "litemaas-benchmark")["rules"]).toEqual([
            { apiGroups: [""], resources: ["configmaps"], resourceNames: ["litemaas-benchmark-report"], verbs: ["patch"] },
        ]);
        const [rule] = kind("networking.k8s.io/v1:NetworkPolicy", "litellm")["spec"].ingress;
        expect(rule.from).toContainEqual({ podSelector: { matchLabels: { app: "litemaas-benchmark" } } });
        const nightly = await run((l) => (l.benchmark = { models: ["gpt-oss-120b"], schedule: "0 3 * * *" }));
        expect(kind("batch/v1:CronJob", "litemaas-benchmark", nightly)["spec"]).toMatchObject({
            suspend: false,
            schedule: "0 3 * * *",
        });
        const without = await run((l) => delete l.benchmark);
        expect(without.registrations.filter(({ name }) => name.includes("benchmark"))).toEqual([]);
    });

    it("a backup is dumped, proved, copied and brought back before proxies start", () => {
        const spec = kind("batch/v1:CronJob", "litemaas-backup", further)["spec"].jobTemplate.spec.template.spec;
        expect(containers(spec).map((c) => c["command"].join(" "))).toEqual([
            "bash /scripts/backup.sh",
            "node /scripts/copy.js put",
        ]);
        expect(env(containers(spec)[1]!)["S3_URL"]).toBe("https://s3.us-east-2.amazonaws.com/acme-backups/litemaas-backups");
        const restore = further.one("kubernetes:batch/v1:Job", "litemaas-restore");
        expect(restore.inputs["metadata"].name).toBe("litemaas-restore-20261129-021700");
        expect(further.happensAfter(further.one("kubernetes:apps/v1:Deployment", "litemaas-proxy"), restore)).toBe(true);
    });
});

describe("a backup that is brought back from a snapshot", () => {
    it("is read on a volume that is made of it, which no other pod has, before proxies start", async () => {
        const from = await run((l) => {
            l.backup = { snapshotClass: "csi-aws-vsc", restore: "20261129-021700", restoreFrom: "snapshot" };
        });
        const job = from.one("kubernetes:batch/v1:Job", "litemaas-restore");
        expect(job.inputs["metadata"].name).toBe("litemaas-restore-snapshot-20261129-021700");
        const spec = pod(job.inputs);
        expect(containers(spec).map((c) => [c["command"].join(" "), env(c)["BACKUPS"], env(c)["STAMP"]])).toEqual([
            ["bash /scripts/snapshot.sh", "/snapshot/dumps", "20261129-021700"],
            ["bash /scripts/restore.sh", "/snapshot/dumps", "20261129-021700"],
        ]);
        const claims = spec.volumes.flatMap((volume: any) => volume.persistentVolumeClaim?.claimName ?? []);
        expect(claims).toEqual(["litemaas-restore-20261129-021700"]);
        const volume = from.one("kubernetes:core/v1:PersistentVolumeClaim", "litemaas-restore-volume");
        const gate = from.one("kubernetes:core/v1:ConfigMap", "litemaas-restore-snapshot");
        expect(from.happensAfter(volume, gate)).toBe(true);
        expect(from.happensAfter(from.one("kubernetes:apps/v1:Deployment", "litemaas-proxy"), job)).toBe(true);
    });
});

describe("removal", () => {
    it("keeps namespace, Secret and volumes, or deletes them with the namespace", () => {
        const request = (of: Deployment) => of.one("kubernetes:core/v1:NamespacePatch", "litemaas-namespace").request;
        expect(request(deployment).retainondelete).toBe(true);
        expect(request(further).retainondelete).toBeFalsy();
        // Keys that are kept in the database would be made again without the values that participants have.
        const handOuts = (of: Deployment) => of.one("kubernetes:core/v1:NamespacePatch", "litemaas-workshops").request;
        expect([handOuts(deployment).retainondelete, handOuts(further).retainondelete ?? false]).toEqual([true, false]);
        expect(
            deployment.one("kubernetes:core/v1:PersistentVolumeClaimPatch", "litemaas-backup-volume").request.retainondelete,
        ).toBe(true);
    });

    it("names nothing of the whole cluster that others could have (trap 37)", () => {
        const names = deployment.registrations
            .filter(({ type, inputs }) => /ClusterRole|OAuthClient/.test(type) && /litemaas/.test(JSON.stringify(inputs)))
            .map(({ type, inputs }) => `${type.split(":").at(-1)} ${inputs["metadata"].name}`);
        expect(names).toEqual(["OAuthClient litemaas-portal"]);
    });
});

/** How release 0.4.0 judges a request without a token. Source: docs/sources/litemaas.md#requests-without-a-token. */
function bypassed(headers: Record<string, string>, origins: string[] | undefined): boolean {
    const { origin = "", referer = "", accept = "", "user-agent": agent = "" } = headers;
    const allowed = origins ?? ["localhost:3000", "localhost:3001", "127.0.0.1:3000", "127.0.0.1:3001"];
    return (
        allowed.some((one) => (origin !== "" && origin.includes(one)) || (referer !== "" && referer.includes(one))) ||
        (/Mozilla|Chrome|Safari|Firefox/.test(agent) &&
            /application\/json|\*\/\*/.test(accept) &&
            !/curl|wget|Postman/.test(agent))
    );
}
