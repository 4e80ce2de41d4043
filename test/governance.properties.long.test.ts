/** Whatever settings are accepted, the governance that comes of them holds together. */
import { evaluate } from "@marcbachmann/cel-js";
import * as fc from "fast-check";

import { program } from "../index";
import { secondsOf } from "../catalogue/tiers";
import { parseSettings, SettingsError } from "../stacks/settings";
import { deploy, type Deployment, type Registration } from "./deployment";
import { shipped } from "./settings";
import { closedPaths } from "../components/governance/limits";

jest.setTimeout(240_000);

const base = shipped("code-assistant");

const window = fc
    .tuple(
        fc.oneof({ weight: 30, arbitrary: fc.integer({ min: 1, max: 59 }) }, fc.integer({ min: 1, max: 9999 })),
        fc.constantFrom("s", "m", "h"),
    )
    .map(([count, unit]) => `${count}${unit}`);
const limit = fc.record({ limit: fc.integer({ min: 1, max: 1_000_000 }), window });
/** Limits each of which can be reached: a longer window allows more. */
const rising = fc
    .uniqueArray(limit, { minLength: 1, maxLength: 3, selector: ({ window: length }) => secondsOf(length) })
    .map((limits) => {
        let sum = 0;
        return limits
            .sort((a, b) => secondsOf(a.window) - secondsOf(b.window))
            .map((one) => ({ window: one.window, limit: (sum += one.limit) }));
    });
// Few names, so that some collide.
const label = fc.constantFrom("a", "b", "c", "a-b", "b-c", "free", "models", "v1");

interface Choice {
    readonly release: string;
    readonly models: string[];
    readonly external: string[];
    readonly tenants: string[];
    readonly tiers: {
        name: string;
        models: string[];
        tokens: { limit: number; window: string }[];
        requests?: { limit: number; window: string };
        group?: string;
        tenant?: string;
        cost?: object;
    }[];
    readonly users: { name: string; tier: string }[];
    readonly modelsNamespace: string;
}

const choice: fc.Arbitrary<Choice> = fc
    .record({
        release: fc.constantFrom("3.4", "3.4", "3.5"),
        models: fc.uniqueArray(label, { minLength: 1, maxLength: 3 }),
        tierNames: fc.oneof(
            { weight: 9, arbitrary: fc.uniqueArray(label, { minLength: 1, maxLength: 4 }) },
            fc.array(label, { minLength: 1, maxLength: 4 }),
        ),
        external: fc.boolean(),
        tenant: fc.boolean(),
        modelsNamespace: fc.constantFrom(...Array<string>(9).fill("maas"), "maas-api-models"),
    })
    .chain(({ release, models, tierNames, external, tenant, modelsNamespace }) => {
        const callable = [...models, ...(external ? ["elsewhere"] : [])];
        return fc
            .record({
                tiers: fc.tuple(
                    ...tierNames.map((name, i) =>
                        fc.record(
                            {
                                name: fc.constant(name),
                                models: fc.subarray(callable, { minLength: 1 }),
                                tokens: fc.oneof(
                                    { weight: 12, arbitrary: rising },
                                    fc.array(limit, { minLength: 1, maxLength: 3 }),
                                ),
                                requests: limit,
                                group: fc.oneof({ weight: 14, arbitrary: fc.constant(`group-${i}`) }, fc.constant("staff")),
                                tenant: fc.constantFrom("research", undefined, undefined),
                                cost: fc.constant({ organization: "acme", costCenter: "cc-1" }),
                            },
                            { requiredKeys: ["name", "models", "tokens"] },
                        ),
                    ),
                ),
                users: fc.uniqueArray(
                    fc.record({
                        name: fc.constantFrom("alice", "bob", "charlie", "dave", "kube:admin"),
                        tier: fc.constantFrom(...tierNames),
                    }),
                    { maxLength: 4, selector: (user) => user.name },
                ),
            })
            .map(({ tiers, users }) => ({
                release,
                models,
                external: external ? ["elsewhere"] : [],
                tenants: tenant ? ["research"] : [],
                tiers: (tiers as Choice["tiers"]).map((tier) =>
                    tenant && tier.tenant !== undefined ? tier : { ...tier, tenant: undefined as never },
                ),
                users,
                modelsNamespace,
            }));
    });

function settingsOf({ release, models, external, tenants, tiers, users, modelsNamespace }: Choice): object {
    return JSON.parse(
        JSON.stringify({
            ...base,
            release,
            modelsNamespace,
            gpu: { pools: [{ name: "l40s", instanceType: "g6e.2xlarge", replicas: 4 }] },
            models: models.map((name) => ({
                name,
                source: "oci://registry.redhat.io/rhelai1/modelcar-gpt-oss-20b:1.5",
                pool: "l40s",
            })),
            externalModels: external.map((name) => ({
                name,
                providers: [{ provider: "openai", endpoint: "api.openai.com", targetModel: "gpt-4o", secret: "openai-key" }],
            })),
            tenants: tenants.map((name) => ({ name })),
            tiers,
            identity: { users },
        }),
    ) as object;
}

function isAccepted(settings: object): boolean {
    try {
        parseSettings("random", settings);
        return true;
    } catch (error) {
        expect(error).toBeInstanceOf(SettingsError);
        return false;
    }
}

const of = (deployment: Deployment, kind: string): Registration[] =>
    deployment.registrations.filter((r) => r.type.startsWith("kubernetes:") && r.type.endsWith(`:${kind}`));
const id = ({ inputs }: Registration): string => `${inputs["metadata"].namespace}/${inputs["metadata"].name}`;
const distinct = (values: readonly unknown[]): void => expect(new Set(values).size).toBe(values.length);

/** What the gateway knows of a call with a key of a subscription. */
function call(subscription: Registration, model: { name: string; namespace: string }): object {
    const { name } = subscription.inputs["metadata"] as { name: string };
    const path = `/${model.namespace}/${model.name}/v1/chat/completions`;
    return {
        request: { path, url_path: path, method: "POST" },
        auth: { identity: { userid: "alice", selected_subscription: name, selected_subscription_key: `${id(subscription)}@` } },
    };
}

const SECONDS = { s: 1, m: 60, h: 3600 };

function judge(deployment: Deployment, settings: Choice): void {
    const subscriptions = of(deployment, "MaaSSubscription");
    const policies = of(deployment, "MaaSAuthPolicy");
    const refs = new Set(of(deployment, "MaaSModelRef").map(id));
    const limits = of(deployment, "RateLimitPolicy");

    // A subscription for each tier, and for each subscription the policy that lets the same groups call the same models.
    expect(subscriptions).toHaveLength(settings.tiers.length);
    distinct(subscriptions.map(id));
    expect(policies.map(id).sort()).toEqual(subscriptions.map(id).sort());
    for (const subscription of subscriptions) {
        const { spec } = subscription.inputs as { spec: any };
        const policy = policies.find((p) => id(p) === id(subscription))!.inputs["spec"] as any;
        expect(policy.subjects).toEqual(spec.owner);
        expect(policy.modelRefs).toEqual(spec.modelRefs.map(({ name, namespace }: any) => ({ name, namespace })));
        distinct(spec.modelRefs.map((ref: any) => `${ref.namespace}/${ref.name}`));
        for (const ref of spec.modelRefs) {
            expect(refs).toContain(`${ref.namespace}/${ref.name}`);
            for (const { limit: most, window: length } of ref.tokenRateLimits) {
                // Said here as the CRD and the controller say it.
                expect(length).toMatch(/^[1-9]\d{0,3}(s|m|h)$/);
                expect(Number.parseInt(length, 10) * SECONDS[length.at(-1) as "s"]).toBeLessThanOrEqual(366 * 86_400);
                expect(most).toBeGreaterThanOrEqual(1);
                expect(most).toBeLessThanOrEqual(1_000_000_000);
            }
        }
    }
    distinct(subscriptions.map((s) => s.inputs["spec"].priority));

    // One policy a gateway, and nothing that OpenShift AI writes itself.
    distinct(limits.map((p) => `${p.inputs["metadata"].namespace}/${p.inputs["spec"].targetRef.name}`));
    distinct(limits.map(id));
    expect(of(deployment, "TokenRateLimitPolicy")).toEqual([]);
    expect(of(deployment, "AuthPolicy").filter(({ name }) => !name.endsWith("-default-deny"))).toEqual([]);

    // Each request limit is its own tier's alone, and is met by every call to every model of it.
    const entries = limits
        .flatMap((p) => Object.entries(p.inputs["spec"].limits as Record<string, any>))
        .filter(([name]) => !(name in closedPaths));
    expect(entries.map(([name]) => name).sort()).toEqual(
        settings.tiers.flatMap((tier) => (tier.requests === undefined ? [] : [tier.name])).sort(),
    );
    for (const [name, { rates, when, counters }] of entries) {
        expect(rates[0].window).toMatch(/^([0-9]{1,5}(h|m|s|ms)){1,4}$/);
        expect(counters).toEqual([{ expression: "auth.identity.userid" }]);
        for (const subscription of subscriptions) {
            for (const ref of subscription.inputs["spec"].modelRefs as { name: string; namespace: string }[]) {
                const met = (when as { predicate: string }[]).every(
                    ({ predicate }) => evaluate(predicate, call(subscription, ref) as never) === true,
                );
                expect([name, id(subscription), met]).toEqual([
                    name,
                    id(subscription),
                    subscription.inputs["metadata"].name === name,
                ]);
            }
        }
    }

    // Nobody is in two tiers.
    const groups = of(deployment, "Group");
    distinct(groups.map((g) => g.inputs["metadata"].name));
    distinct(groups.flatMap((g) => g.inputs["users"] as string[]));
    distinct(subscriptions.flatMap((s) => (s.inputs["spec"].owner.groups as { name: string }[]).map((g) => g.name)));

    // A model hangs on the gateway of the tenant whose tiers name it.
    for (const service of of(deployment, "LLMInferenceService")) {
        const [gateway] = service.inputs["spec"].router.gateway.refs as { name: string }[];
        const owner = settings.tiers.find((tier) => tier.models.includes(service.inputs["metadata"].name));
        expect(gateway!.name).toBe(owner?.tenant ?? "maas-default-gateway");
    }
}

it("no settings make governance that does not hold together", async () => {
    let accepted = 0;
    await fc.assert(
        fc.asyncProperty(choice, async (chosen) => {
            const settings = settingsOf(chosen);
            if (!isAccepted(settings)) {
                return;
            }
            accepted++;
            const deployment = await deploy(program, {
                stack: "random",
                preview: true,
                config: { "maas:settings": JSON.stringify(settings) },
            });
            expect(deployment.errors).toEqual([]);
            judge(deployment, chosen);
        }),
        { numRuns: 40, seed: 20 },
    );
    // Refusing all would prove nothing.
    expect(accepted).toBeGreaterThan(12);
});
