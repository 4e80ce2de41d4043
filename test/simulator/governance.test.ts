/** Tiers on a controller that looks at one parent only, with twenty seeds: our gate passes, and leaves statuses that are true. */
import { healStatuses } from "../../components/governance/staleStatuses";
import { type GovernedTier, waitUntilEnforced } from "../../components/governance/tiersEnforced";
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { InProcess } from "./inProcess";
import { bringUp } from "./slice";
import { gateway, maasAuthPolicy, maasSubscription, rateLimitPolicy, refOf, TIERS } from "./sliceObjects";
import { STALE } from "./stale";
import { ref, Stage } from "./support";

jest.setTimeout(240_000);

/** MAAS_SEEDS says how many are played. Default 20. */
const SEEDS = Number(process.env["MAAS_SEEDS"] ?? 20);

const MODEL = { name: "gpt-oss-20b", namespace: "maas" };
const AUTH = ref("kuadrant.io/v1", "AuthPolicy", `maas-auth-${MODEL.name}`, MODEL.namespace);
const TOKENS = ref("kuadrant.io/v1alpha1", "TokenRateLimitPolicy", `maas-trlp-${MODEL.name}`, MODEL.namespace);

let stage: Stage;
let kube: InProcess;
beforeAll(async () => {
    stage = await Stage.open();
    kube = new InProcess(stage);
    await bringUp(stage);
});
afterAll(() => stage.close());

const objects = (tiers: readonly string[]) => tiers.flatMap((tier) => [maasSubscription(tier), maasAuthPolicy(tier)]);

async function create(...tiers: string[]): Promise<void> {
    await stage.create(...objects(tiers));
}

async function remove(...tiers: string[]): Promise<void> {
    for (const object of objects(tiers)) {
        await stage.cluster.delete(refOf(object));
    }
    for (const object of objects(tiers)) {
        await stage.gone(refOf(object));
    }
}

/** What the program waits for. */
async function enforced(...names: string[]): Promise<void> {
    const tiers = names.map((name): GovernedTier => ({
        name,
        subscription: name,
        authPolicy: name,
        namespace: "models-as-a-service",
        models: [MODEL.name],
        grants: "",
    }));
    await waitUntilEnforced(kube, tiers, MODEL.namespace);
    for (const policy of [AUTH, TOKENS]) {
        const { metadata, status } = await stage.get(policy);
        expect([policy.kind, status.observedGeneration, status.conditions.map((c: { status: string }) => c.status)]).toEqual([
            policy.kind,
            metadata.generation,
            ["True", "True"],
        ]);
    }
    await healStatuses(
        kube,
        objects(names).map(({ apiVersion, kind, metadata }) => ({
            at: {
                apiVersion,
                plural: kind === "MaaSAuthPolicy" ? "maasauthpolicies" : "maassubscriptions",
                namespace: metadata.namespace!,
            },
            kind,
            name: metadata.name,
            models: [MODEL],
        })),
    );
    for (const object of objects(names)) {
        expect([object.kind, (await stage.get(refOf(object))).status.phase]).toEqual([object.kind, "Active"]);
    }
}

const named = async (): Promise<string> => (await stage.get(AUTH)).metadata.annotations!["maas.opendatahub.io/auth-policies"]!;

describe("with twenty seeds", () => {
    beforeAll(() => remove(...TIERS));

    it("tiers come up, change, go and come again, each time", async () => {
        kube.applied = 0;
        for (let seed = 0; seed < SEEDS; seed++) {
            stage.simulator.reseed(seed);
            await create(...TIERS);
            await enforced(...TIERS);
            await stage.cluster.mergePatch(refOf(maasSubscription("premium")), {
                spec: { modelRefs: [{ ...MODEL, tokenRateLimits: [{ limit: 1000 + seed, window: "1m" }] }] },
            });
            await stage.cluster.mergePatch(refOf(maasAuthPolicy("premium")), {
                spec: { subjects: { groups: [{ name: `changed-${seed}` }] } },
            });
            await enforced(...TIERS);
            const { spec } = await stage.get(TOKENS);
            expect(spec.limits[`models-as-a-service-premium-${MODEL.name}-tokens`].rates).toEqual([
                { limit: 1000 + seed, window: "1m" },
            ]);
            expect(JSON.stringify((await stage.get(AUTH)).spec)).toContain(`changed-${seed}`);
            await remove("premium");
            await stage.until(
                AUTH,
                ({ metadata }) => metadata.annotations!["maas.opendatahub.io/auth-policies"] === "enterprise,free",
            );
            await enforced("enterprise", "free");
            expect(await named()).toBe("enterprise,free");
            await create("premium");
            await enforced(...TIERS);
            expect(await named()).toBe("enterprise,free,premium");
            await remove(...TIERS);
        }
        // Otherwise the race would not have been played.
        expect(kube.applied).toBeGreaterThan(SEEDS / 2);
        expect(stage.simulator.problems).toEqual([]);
    });

    it("a tier goes although another finalizer is taken away in the very moment in which the controller takes its own away", async () => {
        const OTHER = "example.com/other";
        await create("free");
        await enforced("free");
        const policy = refOf(maasAuthPolicy("free"));
        const own = (await stage.get(policy)).metadata.finalizers!;
        await stage.cluster.mergePatch(policy, { metadata: { finalizers: [OTHER, ...own] } });
        const { cluster } = stage;
        const patch = cluster.mergePatch.bind(cluster);
        let first = true;
        jest.spyOn(cluster, "mergePatch").mockImplementation(async (target, body, options) => {
            const { finalizers } = (body as KubeObject).metadata ?? {};
            if (first && finalizers !== undefined && target.name === policy.name && target.kind === policy.kind) {
                first = false;
                await patch(policy, { metadata: { finalizers: own } });
            }
            return patch(target, body, options);
        });
        await cluster.delete(policy);
        await stage.gone(policy);
        expect(first).toBe(false);
        expect(stage.simulator.problems).toEqual([]);
        jest.restoreAllMocks();
        await cluster.delete(refOf(maasSubscription("free")));
        await stage.gone(refOf(maasSubscription("free")));
    });

    it("a status stays Degraded for good if nobody heals it, though all is in force", async () => {
        let stale: any;
        for (let seed = 0; seed < 20 && stale === undefined; seed++) {
            stage.simulator.reseed(seed);
            await create(...TIERS);
            await stage.pass(3600);
            expect((await stage.get(AUTH)).status.conditions[1]).toMatchObject({ type: "Enforced", status: "True" });
            const statuses = await Promise.all(TIERS.map(async (tier) => (await stage.get(refOf(maasAuthPolicy(tier)))).status));
            // What was looked at before Kuadrant looked has no words of it.
            stale = statuses.find(({ authPolicies }) => authPolicies[0].reason === "NotEnforced");
            await remove(...TIERS);
        }
        expect(stale).toMatchObject(STALE);
    });
});

describe("a route without a policy of its own", () => {
    const defaultDeny = {
        apiVersion: "kuadrant.io/v1",
        kind: "AuthPolicy",
        metadata: { name: "gateway-default-auth", namespace: "openshift-ingress" },
        spec: {
            targetRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name: gateway.metadata.name },
            defaults: { rules: { authentication: {}, authorization: {} } },
        },
    };
    const reason = async (of: ReturnType<typeof refOf>): Promise<string> =>
        (await stage.get(of)).status.conditions.find((c: { type: string }) => c.type === "Enforced").reason as string;

    it("puts the gateway's limits out of force, until the gateway denies by default; that is Overridden once each route has its own", async () => {
        // The tiers are gone, and with them the policy of the model's route.
        await stage.condition(refOf(rateLimitPolicy), "Enforced", "False");
        const { status } = await stage.get(refOf(rateLimitPolicy));
        expect(status.conditions[1]).toMatchObject({
            reason: "InvalidCelExpression",
            message: expect.stringContaining("undeclared reference to 'auth'") as string,
        });
        await stage.create(defaultDeny);
        await stage.condition(refOf(rateLimitPolicy), "Enforced");
        expect(await reason(refOf(defaultDeny))).toBe("Enforced");
        await create("free");
        await enforced("free");
        expect([await reason(refOf(defaultDeny)), await reason(refOf(rateLimitPolicy))]).toEqual(["Overridden", "Enforced"]);
        await remove("free");
        await stage.condition(refOf(defaultDeny), "Enforced");
    });
});
