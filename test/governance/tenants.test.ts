/** What the settings of the database, tenants and external models come to in the real program. */
import type { Draft } from "../settings";
import { byName, kinds, run } from "./support";

const PEM = "-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----\n";
const openai = { provider: "openai", endpoint: "api.openai.com", targetModel: "gpt-4o", secret: "openai-key" };

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
            setting: "database.existing.secret",
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
                    ? ["database-password", "database-server", "keys-metrics-exporter", "maas-api-database"]
                    : ["database-password", "keys-metrics-exporter", "maas-api-database"],
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
        const without = await run((s) => {
            s.tenant = { keyDays: 30 };
            delete s.observability;
            s.tiers.forEach((tier: Draft) => delete tier.cost);
        });
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
        // Closed before the first route, by a policy that maas-controller neither writes nor deletes.
        const closing = byName(deployment, "maas-gateway-research-default-deny");
        expect(closing.inputs["metadata"]).toMatchObject({ name: "research-default-auth", namespace: "openshift-ingress" });
        expect(closing.inputs["spec"]).toMatchObject({
            targetRef: { kind: "Gateway", name: "research" },
            defaults: { rules: { authentication: {} } },
        });
        expect(deployment.happensAfter(gateway, closing)).toBe(true);
        expect(deployment.happensAfter(byName(deployment, "model-nemotron-3-nano-30b-a3b-service"), closing)).toBe(true);
        expect(byName(deployment, "maas-gateway-default-deny").inputs["metadata"].name).toBe("maas-default-gateway-default-auth");
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
        // Who keeps the logs is told, and what collects them is installed.
        expect(byName(deployment, "tenant-usage-logs-expected").inputs["data"]).toEqual({
            namespace: "redhat-ods-monitoring",
            name: "usage",
            setting: "tenant.usageLogging",
        });
        expect(byName(deployment, "operator-opentelemetry-product-subscription")).toBeDefined();
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
