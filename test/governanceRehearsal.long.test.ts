/** Governance with all its options, rehearsed in memory on both releases: brought up, again, changed, failing, taken down. */
import { ClosedGateways } from "./closedGateways";
import { changes, errors, findings, rehearsed } from "./rehearsed";

jest.setTimeout(240_000);

const openai = { provider: "openai", endpoint: "api.openai.com", targetModel: "gpt-4o", secret: "openai-key" };

const stage = rehearsed({ policies: true });

const open = (change: (settings: any) => unknown, ...faults: string[]) => stage.open(change, faults);

function onThree4(s: any): void {
    s.gateway = {
        additionalHosts: [{ host: "inference.maas.apps.cluster.example.com" }],
        issuer: { kind: "selfSigned" },
        allowedRoutes: "label",
        className: "data-science-gateway-class",
    };
    s.connectivityLink = {
        limitador: { replicas: 2, telemetry: "exhaustive", headers: true, storage: { secret: "redis-url", cached: true } },
    };
    s.database = { cloudNativePg: {}, rotation: "2026-10" };
    s.tenant = { keyDays: 30, telemetry: { user: true } };
    s.externalModels = [{ name: "gpt-4o", providers: [openai] }];
    s.tiers[2].models.push("gpt-4o");
    s.tiers[2].cost = { organization: "acme", costCenter: "cc-1" };
}

function onThree5(s: any): void {
    const first = s.models[0].name;
    const second = "lab-model";
    s.gpu.pools[0].replicas++;
    s.models.push({ ...s.models[0], name: second });
    s.release = "3.5";
    s.tenant = { telemetry: {}, usageLogging: true };
    s.externalModels = [
        {
            name: "gpt-4o",
            providers: [
                { ...openai, weight: 80 },
                { ...openai, endpoint: "x.openai.azure.com", secret: "azure-key", weight: 20 },
            ],
        },
    ];
    s.tenants = [{ name: "research", admins: ["lab-leads"], telemetry: {} }];
    for (const tier of s.tiers) {
        tier.models = [first, "gpt-4o"];
    }
    s.tiers.push({
        name: "lab",
        tenant: "research",
        models: [second],
        requests: { limit: 9, window: "1m" },
        tokens: [{ limit: 50_000, window: "1m" }],
    });
}

const OURS: readonly (readonly [apiVersion: string, kind: string])[] = [
    ["maas.opendatahub.io/v1alpha1", "MaaSModelRef"],
    ["maas.opendatahub.io/v1alpha1", "MaaSSubscription"],
    ["maas.opendatahub.io/v1alpha1", "MaaSAuthPolicy"],
    ["maas.opendatahub.io/v1alpha1", "ExternalModel"],
    ["maas.opendatahub.io/v1alpha1", "AITenant"],
    ["inference.opendatahub.io/v1alpha1", "ExternalModel"],
    ["kuadrant.io/v1", "AuthPolicy"],
    ["kuadrant.io/v1", "RateLimitPolicy"],
    ["kuadrant.io/v1alpha1", "TokenRateLimitPolicy"],
    ["gateway.networking.k8s.io/v1", "Gateway"],
    ["postgresql.cnpg.io/v1", "Cluster"],
];

it.each([
    ["3.4", onThree4],
    ["3.5", onThree5],
])(
    "%s comes up, changes nothing the second time, leaves no object behind, and has no model that answers without a key at any moment",
    async (_, change) => {
        const stack = await open(change);
        const closed = new ClosedGateways(stack.world.cluster);
        const up = await stack.up();
        expect([errors(up), up.rejected, findings(up), up.succeeded]).toEqual([[], [], [], true]);
        if (change === onThree4) {
            // The dashboard starts with the authority of the gateway among those that it trusts.
            const [bundle, authority] = await Promise.all([
                stack.world.cluster.list("v1", "ConfigMap", "redhat-ods-applications"),
                stack.world.cluster.list("v1", "Secret", "openshift-ingress"),
            ]);
            const certificate = authority.find(({ metadata }) => metadata.name === "maas-default-gateway-authority")!.data[
                "tls.crt"
            ];
            expect(bundle.find(({ metadata }) => metadata.name === "odh-trusted-ca-bundle")!.data["odh-ca-bundle.crt"]).toContain(
                Buffer.from(certificate as string, "base64")
                    .toString()
                    .trim(),
            );
        }
        if (change === onThree5) {
            // That of the stack is older than that of maas-controller, and so holds before and after it alone.
            const policies = await stack.world.cluster.list("kuadrant.io/v1", "AuthPolicy");
            const enforced = (name: string): unknown =>
                policies
                    .find(({ metadata }) => metadata.name === name)
                    ?.status.conditions.find(({ type }: { type: string }) => type === "Enforced");
            expect(["research-maas-auth", "research-default-auth", "gateway-default-auth"].map(enforced)).toMatchObject([
                { status: "True" },
                { status: "False", reason: "Overridden" },
                undefined,
            ]);
        }
        expect(changes(await stack.up())).toEqual([]);
        const down = await stack.destroy();
        expect([errors(down), down.succeeded]).toEqual([[], true]);
        for (const [apiVersion, kind] of OURS) {
            const left = await stack.world.cluster.list(apiVersion, kind).catch(() => []);
            // maas-controller of 3.5 makes this one with the end of the last tier, and nobody owns it.
            const ofProduct = change === onThree5 && kind === "AuthPolicy" ? ["gateway-default-auth"] : [];
            expect([kind, left.map((o) => o.metadata.name)]).toEqual([kind, ofProduct]);
        }
        closed.close();
        expect([[...closed.open], [...closed.seen].sort()]).toEqual([
            [],
            change === onThree5 ? ["maas-default-gateway", "research"] : ["maas-default-gateway"],
        ]);
    },
);

it("a rotation touches the password, what holds it, and what must be started with it", async () => {
    const stack = await open((s) => (s.database = { rotation: "2026-10" }));
    await stack.up();
    stage.project.change((s) => (s.database = { rotation: "2026-11" }));
    const rotated = await stack.up();
    expect([errors(rotated), rotated.succeeded]).toEqual([[], true]);
    expect(new Set(changes(rotated).map((c) => c.split(" ")[1]))).toEqual(
        new Set(["database-password", "database-credentials", "database-server", "database-connection", "maas-api-database"]),
    );
});

it("previews on a fresh cluster, on which a Secret that it reads does not exist yet", async () => {
    const stack = await open((s) => (s.database = { existing: { host: "postgresql.example.com", secret: "maas-database" } }));
    const seen = await stack.preview();
    expect([errors(seen), seen.succeeded]).toEqual([[], true]);
    expect(seen.resources.flatMap((r) => r.options.reads ?? [])).toEqual(["[unknown]"]);
});

it("says which Secret nobody brought, and how; the tiers of other models come up", async () => {
    const stack = await open(onThree4, "not-ready:Secret/openai-key");
    const up = await stack.up();
    expect(errors(up).join("\n")).toMatch(
        /externalModels\[\]\.providers\[\]\.secret: Secret maas\/openai-key with key api-key did not appear within 30 minutes\. Create it, e\.g\. oc create secret generic openai-key -n maas --from-file=api-key/,
    );
    expect(changes(up)).toContain("create tier-premium-subscription");
    expect(changes(up)).not.toContain("create tier-enterprise-subscription");
});

it.each([1, 2])(
    "with seed %i: tiers come up, change together with a new model and their limits, go, and come again",
    async (seed) => {
        const stack = await stage.open(undefined, [], seed);
        const up = async (): Promise<void> => {
            const result = await stack.up();
            expect([errors(result), result.rejected, findings(result), result.succeeded]).toEqual([[], [], [], true]);
            for (const tier of await stack.world.cluster.list("maas.opendatahub.io/v1alpha1", "MaaSAuthPolicy")) {
                expect([tier.metadata.name, tier.status?.phase]).toEqual([tier.metadata.name, "Active"]);
            }
        };
        await up();
        // The tiers wait for the limits, which are in force only once the new model's route has a policy.
        const changed = (s: any): void => {
            s.gpu.pools[0].replicas++;
            s.models.push({ ...s.models[0], name: "second" });
            s.tiers.forEach((tier: any, i: number) => {
                tier.requests.limit += i + 1;
                tier.models.push("second");
            });
        };
        stage.project.change(changed);
        await up();
        const policy = {
            apiVersion: "kuadrant.io/v1",
            kind: "AuthPolicy",
            namespace: "openshift-ingress",
            name: "maas-default-gateway-default-auth",
        };
        // Every route has a policy of its own by now.
        expect((await stack.world.cluster.get(policy))?.status.conditions[1]).toMatchObject({ reason: "Overridden" });
        stage.project.change((s) => {
            changed(s);
            s.tiers.splice(1, 1);
            s.identity.users = s.identity.users.filter((user: any) => s.tiers.some((tier: any) => tier.name === user.tier));
        });
        const without = await stack.up();
        expect([errors(without), without.succeeded]).toEqual([[], true]);
        stage.project.change(changed);
        await up();
        const down = await stack.destroy();
        expect([errors(down), down.succeeded]).toEqual([[], true]);
        // The gateway is closed until no route is left: its policy goes after the gateway.
        const at = new Map(down.timeline.map((entry) => [entry.urn.split("::").at(-1)!, entry]));
        const [model, gateway, policyOfGateway] = [
            "model-second-service",
            "maas-gateway-gateway",
            "maas-gateway-default-deny",
        ].map((name) => at.get(name)!);
        expect(gateway!.start).toBeGreaterThanOrEqual(model!.end);
        expect(policyOfGateway!.start).toBeGreaterThanOrEqual(gateway!.end);
    },
);
