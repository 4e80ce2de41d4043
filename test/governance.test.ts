/** What the options of gateway, limits, database, tenants and models elsewhere come to in the real program. */
import { parse } from "yaml";

import { program } from "../index";
import { deploy, type Deployment, type Registration } from "./deployment";
import { type Draft, shipped } from "./settings";

const PEM = "-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----\n";
const openai = { provider: "openai", endpoint: "api.openai.com", targetModel: "gpt-4o", secret: "openai-key" };

async function run(change: (settings: Draft) => unknown): Promise<Deployment> {
    const settings = JSON.stringify(shipped("code-assistant", change));
    const deployment = await deploy(program, { preview: true, config: { "maas:settings": settings } });
    expect(deployment.errors).toEqual([]);
    return deployment;
}

const byName = (deployment: Deployment, name: string): Registration => {
    const found = deployment.registrations.filter((r) => r.name === name && r.request.custom);
    expect([name, found.length]).toEqual([name, 1]);
    return found[0]!;
};
const kinds = (deployment: Deployment, kind: string): Registration[] =>
    deployment.registrations.filter((r) => r.type.endsWith(`:${kind}`));

describe("the gateway", () => {
    it("has a listener and a Route for each host, and one certificate for all of them", async () => {
        const deployment = await run((s) => {
            s.gateway = {
                additionalHosts: [{ host: "inference.maas.apps.cluster.example.com" }],
                issuer: { name: "local-ca" },
                allowedRoutes: "label",
                replicas: 2,
                memoryGiB: 2,
            };
        });
        const hosts = ["maas.apps.cluster.example.com", "inference.maas.apps.cluster.example.com"];
        const gateway = byName(deployment, "maas-gateway-gateway");
        const { listeners } = gateway.inputs["spec"];
        expect(listeners.map((l: Draft) => l.hostname)).toEqual(hosts);
        expect(new Set(listeners.map((l: Draft) => l.tls.certificateRefs[0].name))).toEqual(new Set(["maas-gateway-tls"]));
        expect(kinds(deployment, "Route").map((r) => r.inputs["spec"].host)).toEqual(hosts);
        expect(new Set(kinds(deployment, "Route").map((r) => r.inputs["spec"].tls.termination))).toEqual(
            new Set(["passthrough"]),
        );
        const certificate = byName(deployment, "maas-gateway-certificate");
        expect(certificate.inputs["spec"]).toMatchObject({ secretName: "maas-gateway-tls", dnsNames: hosts });
        expect(deployment.happensAfter(gateway, certificate)).toBe(true);
        expect(parse(byName(deployment, "maas-gateway-parameters").inputs["data"].deployment as string)).toEqual({
            spec: {
                replicas: 2,
                template: { spec: { containers: [{ name: "istio-proxy", resources: { limits: { memory: "2Gi" } } }] } },
            },
        });
        // The label that the listeners ask for is on every namespace whose routes attach.
        expect(listeners[0].allowedRoutes.namespaces.selector.matchLabels).toEqual({
            "maas.opendatahub.io/gateway-access": "true",
        });
        for (const namespace of ["applications", "models"]) {
            expect(byName(deployment, namespace).inputs["metadata"].labels).toMatchObject({
                "maas.opendatahub.io/gateway-access": "true",
            });
        }
    });

    it("behind a router that encrypts anew, shows the certificate that the service CA writes for it", async () => {
        const deployment = await run((s) => (s.gateway = { exposure: "reencrypt" }));
        const [listener, ...others] = byName(deployment, "maas-gateway-gateway").inputs["spec"].listeners;
        expect(others).toEqual([]);
        expect(listener.hostname).toBeUndefined();
        const secret = listener.tls.certificateRefs[0].name as string;
        expect(byName(deployment, "maas-gateway-parameters").inputs["data"].service).toContain(
            `service.beta.openshift.io/serving-cert-secret-name: "${secret}"`,
        );
        expect(secret).not.toBe("router-certs-default");
        expect(kinds(deployment, "Route").map((r) => r.inputs["spec"].tls)).toEqual([
            { termination: "reencrypt", insecureEdgeTerminationPolicy: "Redirect" },
        ]);
    });

    it("with a load balancer has no Route, and a record for its host", async () => {
        const deployment = await run((s) => {
            s.gateway = { exposure: "loadBalancer", loadBalancer: { hostedZoneId: "Z0123456789ABC", internal: true } };
        });
        expect(kinds(deployment, "Route")).toEqual([]);
        const [record] = kinds(deployment, "Record");
        expect(record!.inputs).toMatchObject({ zoneId: "Z0123456789ABC", name: "maas.apps.cluster.example.com", type: "CNAME" });
        const { service } = byName(deployment, "maas-gateway-parameters").inputs["data"];
        expect(parse(service)).toEqual({
            metadata: {
                annotations: {
                    "service.beta.kubernetes.io/aws-load-balancer-type": "nlb",
                    "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
                },
            },
            spec: { type: "LoadBalancer" },
        });
    });

    it("lets nobody call before it is seen to speak TLS to Authorino", async () => {
        const deployment = await run(() => undefined);
        const filter = byName(deployment, "maas-gateway-authorino-tls");
        expect(filter.inputs["data"].object).toBe("EnvoyFilter openshift-ingress/maas-default-gateway-authn-ssl");
        expect(deployment.happensAfter(filter, byName(deployment, "openshift-ai-components"))).toBe(true);
        expect(deployment.happensAfter(byName(deployment, "tier-free-subscription"), filter)).toBe(true);
        expect(deployment.happensAfter(byName(deployment, "tier-free-auth-policy"), filter)).toBe(true);
    });
});

describe("a tier", () => {
    const tiered = (): Promise<Deployment> =>
        run((s) => {
            s.tiers = [
                {
                    ...s.tiers[0],
                    models: ["gpt-oss-20b"],
                    subscription: "free-subscription",
                    authPolicy: "free-policy",
                    group: "tier-free-users",
                    users: ["ci"],
                },
                {
                    name: "premium",
                    group: "premium-users",
                    groups: ["cluster-admins"],
                    models: [
                        "gpt-oss-20b",
                        {
                            name: "nemotron-3-nano-30b-a3b",
                            tokens: [
                                { limit: 5, window: "1m" },
                                { limit: 50, window: "1h" },
                            ],
                        },
                    ],
                    tokens: [{ limit: 10000, window: "1m" }],
                },
                {
                    name: "nightly",
                    groups: ["premium-users"],
                    models: ["gpt-oss-20b"],
                    tokens: [{ limit: 20000, window: "1m" }],
                    priority: 0,
                },
            ];
            s.workspaces = undefined;
            s.identity = {
                users: [
                    { name: "ann", tier: "free" },
                    { name: "bea", tier: "premium", tiers: ["nightly"] },
                ],
            };
        });

    it("has the names, Groups, users and priority of the settings", async () => {
        const deployment = await tiered();
        const spec = (name: string): Draft => byName(deployment, name).inputs["spec"];
        const groups = kinds(deployment, "Group").map(({ inputs }) => [inputs["metadata"].name, inputs["users"]]);
        expect(Object.fromEntries(groups)).toEqual({ "tier-free-users": ["ann"], "premium-users": ["bea"] });
        const priorities = kinds(deployment, "MaaSSubscription").map(({ inputs }) => [
            inputs["metadata"].name,
            inputs["spec"].priority,
        ]);
        expect(Object.fromEntries(priorities)).toEqual({ "free-subscription": 1, premium: 2, nightly: 0 });
        expect(byName(deployment, "tier-free-auth-policy").inputs["metadata"].name).toBe("free-policy");
        const owners = {
            free: { groups: [{ name: "tier-free-users" }], users: ["ci"] },
            premium: { groups: [{ name: "premium-users" }, { name: "cluster-admins" }] },
            // No Group of its own: its users are named, whatever Group they are in.
            nightly: { groups: [{ name: "premium-users" }], users: ["bea"] },
        };
        for (const [tier, owner] of Object.entries(owners)) {
            expect([tier, spec(`tier-${tier}-subscription`).owner]).toEqual([tier, owner]);
            expect([tier, spec(`tier-${tier}-auth-policy`).subjects]).toEqual([tier, owner]);
        }
    });

    it("limits each model by itself, and requests by the subscription's name", async () => {
        const deployment = await tiered();
        expect(byName(deployment, "tier-premium-subscription").inputs["spec"].modelRefs).toEqual([
            { name: "gpt-oss-20b", namespace: "maas", tokenRateLimits: [{ limit: 10000, window: "1m" }] },
            {
                name: "nemotron-3-nano-30b-a3b",
                namespace: "maas",
                tokenRateLimits: [
                    { limit: 5, window: "1m" },
                    { limit: 50, window: "1h" },
                ],
            },
        ]);
        const { limits } = byName(deployment, "request-limits-policy").inputs["spec"];
        expect(Object.keys(limits).sort()).toEqual(["forged_path", "free", "internal_api"]);
        expect(limits.free.when[0].predicate).toMatch(/selected_subscription == "free-subscription"$/);
    });
});

describe("the gateway of llm-d", () => {
    it("has a record for the address of its load balancer", async () => {
        const deployment = await run((s) => {
            s.gateway = { inference: { exposure: "loadBalancer", hostedZoneId: "Z0123456789ABC" } };
        });
        expect(deployment.errors).toEqual([]);
        const host = "inference.apps.cluster.example.com";
        expect(byName(deployment, `inference-gateway-record-${host}`).inputs).toMatchObject({
            zoneId: "Z0123456789ABC",
            name: host,
            type: "CNAME",
        });
    });
});

describe("limits", () => {
    it("close when they cannot be counted, and keep their counters in Redis", async () => {
        const deployment = await run((s) => {
            s.connectivityLink = {
                authorino: { replicas: 2 },
                limitador: { replicas: 2, telemetry: "exhaustive", headers: true, storage: { secret: "redis", cached: true } },
            };
        });
        const env = byName(deployment, "operator-rhcl-operator-subscription").inputs["spec"].config.env as Draft[];
        expect(Object.fromEntries(env.map(({ name, value }) => [name, value]))).toEqual({
            AUTH_SERVICE_FAILURE_MODE: "deny",
            AUTH_SERVICE_TIMEOUT: "2s",
            RATELIMIT_SERVICE_FAILURE_MODE: "deny",
            RATELIMIT_CHECK_SERVICE_FAILURE_MODE: "deny",
            RATELIMIT_REPORT_SERVICE_FAILURE_MODE: "deny",
            RATELIMIT_SERVICE_TIMEOUT: "2s",
            RATELIMIT_CHECK_SERVICE_TIMEOUT: "2s",
            RATELIMIT_REPORT_SERVICE_TIMEOUT: "2s",
        });
        const limitador = byName(deployment, "connectivity-link-limitador");
        expect(limitador.inputs["spec"]).toEqual({
            replicas: 2,
            pdb: { maxUnavailable: 1 },
            telemetry: "exhaustive",
            rateLimitHeaders: "DRAFT_VERSION_03",
            storage: { "redis-cached": { configSecretRef: { name: "redis" } } },
        });
        expect(deployment.happensAfter(limitador, byName(deployment, "connectivity-link-limitador-storage"))).toBe(true);
        expect(byName(deployment, "connectivity-link-authorino-tls").inputs["spec"].replicas).toBe(2);
        expect(deployment.happensAfter(byName(deployment, "openshift-ai-components"), limitador)).toBe(true);
    });

    it("of time hold for all three services of Limitador", async () => {
        const deployment = await run((s) => (s.connectivityLink = { limitTimeout: "3s" }));
        const env = byName(deployment, "operator-rhcl-operator-subscription").inputs["spec"].config.env as Draft[];
        expect(env.filter(({ value }) => value === "3s").map(({ name }) => name)).toEqual([
            "RATELIMIT_SERVICE_TIMEOUT",
            "RATELIMIT_CHECK_SERVICE_TIMEOUT",
            "RATELIMIT_REPORT_SERVICE_TIMEOUT",
        ]);
    });

    it("are scraped by the Prometheus of user workloads, and Kuadrant makes no monitors where that is not wanted", async () => {
        const kuadrant = async (change: (s: Draft) => unknown): Promise<Draft> =>
            byName(await run(change), "connectivity-link-kuadrant");
        expect((await kuadrant(() => undefined)).inputs["spec"]).toEqual({ observability: { enable: true } });
        expect((await kuadrant((s) => (s.connectivityLink = { monitors: false }))).inputs["spec"]).toEqual({
            observability: { enable: false },
        });
        const namespace = byName(await run(() => undefined), "operator-rhcl-operator-namespace").inputs["metadata"];
        expect(namespace.labels).toBeUndefined();
    });

    it("are traced by Authorino and Limitador where traces are kept, and the output says where others send theirs", async () => {
        const deployment = await run((s) => (s.observability = { traces: {} }));
        const endpoint = "rpc://traces-collector.maas-observability.svc:4317";
        expect(byName(deployment, "connectivity-link-authorino-tls").inputs["spec"].tracing).toEqual({
            endpoint,
            insecure: true,
        });
        expect(byName(deployment, "connectivity-link-limitador").inputs["spec"]).toEqual({ tracing: { endpoint } });
    });

    it("open when they cannot be counted only where that is asked for, and authorization not even then", async () => {
        const deployment = await run((s) => (s.connectivityLink = { failClosed: false }));
        const env = byName(deployment, "operator-rhcl-operator-subscription").inputs["spec"].config.env as Draft[];
        expect(env.filter(({ value }) => value === "allow").map(({ name }) => name)).toEqual([
            "RATELIMIT_SERVICE_FAILURE_MODE",
            "RATELIMIT_CHECK_SERVICE_FAILURE_MODE",
            "RATELIMIT_REPORT_SERVICE_FAILURE_MODE",
        ]);
        expect(env).toContainEqual({ name: "AUTH_SERVICE_FAILURE_MODE", value: "deny" });
    });

    it("close paths that no caller may use, also where no tier limits requests", async () => {
        const deployment = await run((s) => s.tiers.forEach((tier: Draft) => delete tier.requests));
        const { limits } = kinds(deployment, "RateLimitPolicy")[0]!.inputs["spec"];
        expect(Object.keys(limits)).toEqual(["forged_path", "internal_api"]);
    });

    it("leave Limitador alone when nothing is asked of it", async () => {
        const deployment = await run(() => undefined);
        expect(kinds(deployment, "LimitadorPatch")).toEqual([]);
    });
});

describe("the database", () => {
    it.each([
        ["PostgreSQL", {}, "maas-db"],
        ["CloudNativePG", { cloudNativePg: {} }, "maas"],
    ])("of %s admits the namespace of a release's MaaS API by a policy of its own", async (_, database, server) => {
        const policyOf = async (release: string): Promise<[name: string, admitted: string]> => {
            const deployment = await run((s) => Object.assign(s, { release, database }));
            const { metadata, spec } = byName(deployment, "database-network-policy").inputs as Draft;
            return [metadata.name, spec.ingress[0].from[0].namespaceSelector.matchLabels["kubernetes.io/metadata.name"]];
        };
        // Another name: the former policy is not changed in place while the former API is the one that answers.
        expect(await policyOf("3.4")).toEqual([server, "redhat-ods-applications"]);
        expect(await policyOf("3.5")).toEqual([`${server}-from-redhat-ai-gateway-infra`, "redhat-ai-gateway-infra"]);
    });

    it("is PostgreSQL with standbys, once its operator runs", async () => {
        const deployment = await run((s) => (s.database = { cloudNativePg: {} }));
        const cluster = byName(deployment, "database-cluster");
        expect(cluster.inputs["spec"]).toMatchObject({
            instances: 3,
            bootstrap: { initdb: { owner: "maas", database: "maas" } },
        });
        expect(deployment.happensAfter(cluster, byName(deployment, "operator-cloudnative-pg-installed"))).toBe(true);
        expect(deployment.happensAfter(byName(deployment, "database-connection"), cluster)).toBe(true);
        expect(byName(deployment, "database-network-policy").inputs["spec"].podSelector).toEqual({
            matchLabels: { "cnpg.io/cluster": "maas" },
        });
        expect(kinds(deployment, "StatefulSet").filter((r) => r.name.startsWith("database"))).toEqual([]);
    });

    it("is RDS that the nodes alone reach, encrypted, backed up, and known by its certificate", async () => {
        const deployment = await run((s) => {
            s.database = {
                rds: {
                    vpcId: "vpc-0123456789abcdef0",
                    subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
                    nodeSecurityGroupId: "sg-0123456789abcdef0",
                    certificateAuthorities: PEM,
                },
            };
        });
        expect(byName(deployment, "database-instance").inputs).toMatchObject({
            engine: "postgres",
            storageEncrypted: true,
            publiclyAccessible: false,
            multiAz: true,
            backupRetentionPeriod: 7,
            deletionProtection: true,
            skipFinalSnapshot: false,
        });
        // The last snapshot is named for each creation: the second destroy of a stack would meet that of the first.
        expect(byName(deployment, "database-creation")).toMatchObject({
            type: "random:index/randomId:RandomId",
            inputs: { keepers: { identifier: "maas-7x2kq-maas" } },
        });
        expect(byName(deployment, "database-instance").request.propertydependenciesMap).toContainEqual([
            "finalSnapshotIdentifier",
            { urnsList: expect.arrayContaining([byName(deployment, "database-creation").urn]) },
        ]);
        expect(byName(deployment, "database-from-nodes").inputs).toMatchObject({
            referencedSecurityGroupId: "sg-0123456789abcdef0",
            fromPort: 5432,
            toPort: 5432,
        });
        expect(byName(deployment, "database-parameters").inputs["parameters"]).toEqual([{ name: "rds.force_ssl", value: "1" }]);
        // The API gets the authorities while it is made, and its being ready must not wait for itself.
        const mounted = byName(deployment, "maas-api-database");
        expect(mounted.inputs["spec"].template.spec.containers).toEqual([
            {
                name: "maas-api",
                volumeMounts: [{ name: "database-authorities", mountPath: "/etc/maas-db-authorities", readOnly: true }],
            },
        ]);
        expect(deployment.happensAfter(byName(deployment, "openshift-ai-components"), mounted)).toBe(false);
        expect(deployment.happensAfter(mounted, byName(deployment, "openshift-ai-components"))).toBe(false);
    });

    it("is somebody else's, of whose Secret the connection is made", async () => {
        const deployment = await run((s) => (s.database = { existing: { host: "pg.example.com", secret: "pg" } }));
        expect(byName(deployment, "database-credentials-expected").inputs["data"]).toEqual({
            namespace: "maas-platform",
            secret: "pg",
            keys: "username password",
        });
        expect(kinds(deployment, "StatefulSet").filter((r) => r.name.startsWith("database"))).toEqual([]);
        const brought = await run((s) => (s.database = { existing: {} }));
        expect(
            brought.registrations.some((r) => r.type === "kubernetes:core/v1:Secret" && r.name === "database-connection"),
        ).toBe(false);
        expect(byName(brought, "database-connection-expected").inputs["data"].secret).toBe("maas-db-config");
    });

    it.each(["server", "cloudNativePg"])(
        "a rotation of a %s changes the password and restarts what reads it, nothing else",
        async (kind) => {
            const settings = kind === "server" ? {} : { [kind]: {} };
            const before = await run((s) => (s.database = { ...settings, rotation: "2026-10" }));
            const after = await run((s) => (s.database = { ...settings, rotation: "2026-11" }));
            const changed = after.registrations
                // Components show the word as an input.
                .filter(({ type }) => !type.startsWith("maas:"))
                .filter(
                    (r) => JSON.stringify(r.inputs) !== JSON.stringify(before.registrations.find((b) => b.urn === r.urn)?.inputs),
                )
                .map((r) => r.name);
            expect(changed.sort()).toEqual(
                kind === "server"
                    ? ["database-password", "database-server", "maas-api-database"]
                    : ["database-password", "maas-api-database"],
            );
            expect(after.happensAfter(byName(after, "maas-api-database"), byName(after, "database-connection"))).toBe(true);
        },
    );
});

describe("tenants and models elsewhere", () => {
    it("3.4: the Tenant is patched, with telemetry where it is asked for", async () => {
        const deployment = await run((s) => {
            s.tenant = { keyDays: 30, telemetry: {}, oidc: { issuerUrl: "https://idp.example.com", clientId: "maas" } };
        });
        expect(byName(deployment, "tenant-settings").inputs).toMatchObject({
            metadata: { name: "default-tenant", namespace: "models-as-a-service" },
            spec: {
                apiKeys: { maxExpirationDays: 30 },
                externalOIDC: { issuerUrl: "https://idp.example.com", clientId: "maas" },
                telemetry: { enabled: true, metrics: { captureUser: false, captureModelUsage: true } },
            },
        });
        const without = await run((s) => (s.tenant = { keyDays: 30 }));
        expect(byName(without, "tenant-settings").inputs["spec"]).toEqual({ apiKeys: { maxExpirationDays: 30 } });
    });

    it("3.4: a model elsewhere is published under its name, with a key that is only named", async () => {
        const deployment = await run((s) => {
            s.externalModels = [{ name: "gpt-4o", providers: [{ ...openai, port: 8443 }] }];
            s.tiers[2].models.push("gpt-4o");
        });
        const model = byName(deployment, "external-gpt-4o-model");
        expect(model.inputs).toMatchObject({
            apiVersion: "maas.opendatahub.io/v1alpha1",
            metadata: { annotations: { "maas.opendatahub.io/port": "8443" } },
            spec: {
                provider: "openai",
                endpoint: "api.openai.com",
                targetModel: "gpt-4o",
                credentialRef: { name: "openai-key" },
            },
        });
        const label = byName(deployment, "provider-key-openai-key-label");
        expect(label.inputs).toMatchObject({ metadata: { labels: { "inference.networking.k8s.io/bbr-managed": "true" } } });
        expect(label.inputs["data"] ?? label.inputs["stringData"]).toBeUndefined();
        expect(deployment.happensAfter(model, label)).toBe(true);
        const ref = byName(deployment, "model-gpt-4o-published");
        expect(ref.inputs["spec"].modelRef).toEqual({ kind: "ExternalModel", name: "gpt-4o" });
        expect(deployment.happensAfter(byName(deployment, "tier-enterprise-subscription"), ref)).toBe(true);
    });

    it("3.5: providers share a model by weight, and a tenant has all of its own", async () => {
        const deployment = await run((s) => {
            s.release = "3.5";
            const [first, second] = s.models;
            s.externalModels = [
                {
                    name: "gpt-4o",
                    providers: [
                        { ...openai, weight: 80 },
                        {
                            provider: "azure-openai",
                            endpoint: "x.openai.azure.com",
                            targetModel: "gpt-4o-eu",
                            secret: "azure",
                            weight: 20,
                        },
                    ],
                },
            ];
            s.tenants = [{ name: "research", admins: ["lab-leads"], keyDays: 7 }];
            s.tenant = { usageLogging: true, telemetry: {} };
            s.tiers = [
                {
                    name: "free",
                    models: [first.name, "gpt-4o"],
                    requests: { limit: 5, window: "2m" },
                    tokens: [{ limit: 9, window: "1m" }],
                },
                {
                    name: "lab",
                    tenant: "research",
                    models: [second.name],
                    requests: { limit: 9, window: "2m" },
                    tokens: [{ limit: 9, window: "1m" }],
                },
            ];
            s.identity = {};
        });
        expect(
            byName(deployment, "external-gpt-4o-model").inputs["spec"].externalProviderRefs.map((r: Draft) => [
                r.ref.name,
                r.weight,
            ]),
        ).toEqual([
            ["gpt-4o-1", 80],
            ["gpt-4o-2", 20],
        ]);
        const gateway = byName(deployment, "maas-gateway-research-gateway");
        expect(gateway.inputs["spec"].listeners[0]).toMatchObject({
            hostname: "research-maas.apps.cluster.example.com",
            allowedRoutes: {
                namespaces: { selector: { matchLabels: { "maas.opendatahub.io/gateway-access-research": "true" } } },
            },
        });
        // Routes of the tenant's API are in the namespace of the MaaS APIs, which nobody else labels.
        expect(byName(deployment, "maas-api-namespace").inputs["metadata"].labels).toEqual({
            "maas.opendatahub.io/gateway-access-research": "true",
        });
        const tenant = byName(deployment, "tenant-research-tenant");
        expect(deployment.happensAfter(tenant, gateway)).toBe(true);
        expect(byName(deployment, "tier-lab-subscription").inputs["metadata"].namespace).toBe("ai-tenant-research");
        expect(deployment.happensAfter(byName(deployment, "tier-lab-subscription"), tenant)).toBe(true);
        expect(
            kinds(deployment, "RoleBinding")
                .filter((r) => r.name.startsWith("tenant-research"))
                .map((r) => r.inputs["subjects"][0].name),
        ).toEqual(["lab-leads", "lab-leads"]);
        // A model is ready once it is governed: its publication waits for no readiness, and the end waits for it.
        for (const ref of kinds(deployment, "MaaSModelRef")) {
            expect(ref.inputs["metadata"].annotations["pulumi.com/waitFor"]).toBeUndefined();
            expect(deployment.happensAfter(byName(deployment, "models-published"), ref)).toBe(true);
        }
        expect(deployment.happensAfter(byName(deployment, "maas-cut-over"), byName(deployment, "models-published"))).toBe(true);
        expect(
            kinds(deployment, "MaaSModelRef")
                .map((r) => r.inputs["spec"].tenantRef)
                .sort(),
        ).toEqual(["models-as-a-service", "models-as-a-service", "research"]);
        expect(byName(deployment, "database-connection").inputs["metadata"].namespace).toBe("redhat-ai-gateway-infra");
        expect(byName(deployment, "tenant-logging").inputs["spec"]).toEqual({ usageLogging: true });
        expect(byName(deployment, "tenant-settings").type).toMatch(/MaasTenantConfigPatch$/);
        const targets = kinds(deployment, "RateLimitPolicy").map((r) => [
            r.inputs["metadata"].name,
            r.inputs["spec"].targetRef.name,
            Object.keys(r.inputs["spec"].limits),
        ]);
        expect(targets.sort()).toEqual([
            ["gateway-rate-limits", "maas-default-gateway", ["forged_path", "free", "internal_api"]],
            ["research-rate-limits", "research", ["forged_path", "internal_api", "lab"]],
        ]);
    });

    it("what a tier costs is told with its tokens", async () => {
        const deployment = await run(
            (s) => (s.tiers[0].cost = { organization: "acme", costCenter: "cc-1", perToken: "0.00001" }),
        );
        expect(byName(deployment, "tier-free-subscription").inputs["spec"]).toMatchObject({
            tokenMetadata: { organizationId: "acme", costCenter: "cc-1" },
            modelRefs: [{ billingRate: { perToken: "0.00001" } }],
        });
        expect(byName(deployment, "tier-free-auth-policy").inputs["spec"].meteringMetadata).toEqual({
            organizationId: "acme",
            costCenter: "cc-1",
        });
    });
});
