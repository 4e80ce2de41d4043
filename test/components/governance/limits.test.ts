/** The request limits as Kuadrant evaluates them, against the identities that the generated AuthPolicy makes. */
import { evaluate } from "@marcbachmann/cel-js";

import { closedPaths, requestLimits } from "../../../components/governance/limits";
import { identityProperties } from "../../../simulator/maas/auth-policy-spec";
import { tierSchema, type TierSettings } from "../../../stacks/schema";

const NAMESPACE = "models-as-a-service";
const MODEL = { name: "gpt-oss-20b", namespace: "maas" };

const tiers: TierSettings[] = ["free", "premium", "enterprise"].map((name, i) =>
    tierSchema.parse({
        name,
        models: [MODEL.name],
        requests: { limit: [5, 20, 50][i], window: "2m" },
        tokens: [{ limit: 1000, window: "1m" }],
    }),
);
const limits = requestLimits(tiers, MODEL.namespace);

/** What the gateway knows of a request with a key of a subscription: the AuthPolicy's own expressions, evaluated. */
function request(path: string, key?: { username: string; subscription: string }): object {
    // As the gateway has it: the path with its query, and without.
    const about = { path, url_path: path.split("?")[0], method: "POST", headers: { authorization: "Bearer sk-oai-x" } };
    if (key === undefined) {
        return { request: about, auth: { identity: {} } };
    }
    const metadata = {
        apiKeyValidation: { username: key.username, keyId: "k1", groups: ["system:authenticated"] },
        "subscription-info": { name: key.subscription, namespace: NAMESPACE },
    };
    const identity = Object.fromEntries(
        Object.entries(identityProperties(MODEL))
            // The evaluator has no functions of lists.
            .filter(([property]) => property !== "groups_str")
            .map(([property, value]) => [
                property,
                evaluate(readable("expression" in value ? value.expression : value.selector), { auth: { metadata } }) as unknown,
            ]),
    );
    return { request: about, auth: { identity } };
}

/** The evaluator's `has` takes no index. */
function readable(expression: string): string {
    return expression.replaceAll(/has\((auth\.metadata\["[^"]+"\])\.(\w+)\)/g, '("$2" in $1)');
}

/** The limits that a request counts against, and as whose it counts. */
function hits(context: object, of = limits): { limit: string; counters: unknown[] }[] {
    return Object.entries(of).flatMap(([limit, { when, counters }]) =>
        when.every(({ predicate }) => evaluate(predicate, context as never) === true)
            ? [{ limit, counters: counters.map(({ expression }) => evaluate(expression, context as never) as unknown) }]
            : [],
    );
}

const chat = `/${MODEL.namespace}/${MODEL.name}/v1/chat/completions`;

describe("request limits", () => {
    it.each(tiers.map((tier) => tier.name))("a call with a key of %s counts there, once, as its user's", (subscription) => {
        expect(hits(request(chat, { username: "alice", subscription }))).toEqual([{ limit: subscription, counters: ["alice"] }]);
    });

    it("no query takes a call out of its limit", () => {
        for (const query of ["?/v1/models", "?x=/v1/models", "?/maas-api"]) {
            expect(hits(request(`${chat}${query}`, { username: "alice", subscription: "free" }))).toHaveLength(1);
        }
    });

    it("two users of a tier do not share a limit", () => {
        const [alice] = hits(request(chat, { username: "alice", subscription: "free" }));
        const [bob] = hits(request(chat, { username: "bob", subscription: "free" }));
        expect(alice!.counters).not.toEqual(bob!.counters);
    });

    it("a key of a subscription that is no tier of the stack counts nowhere", () => {
        expect(hits(request(chat, { username: "alice", subscription: "freebie" }))).toEqual([]);
    });

    it.each(["/maas-api/v1/api-keys", "/maas-api/v1/models", "/v1/models", `/maas/${MODEL.name}/v1/models`])(
        "%s is free, and asks for no identity where none is resolved",
        (path) => {
            expect(hits(request(path))).toEqual([]);
            expect(hits(request(path, { username: "alice", subscription: "free" }))).toEqual([]);
        },
    );

    it("holds for streams: nothing is asked of the answer, which does not exist yet when the request is counted", () => {
        for (const { when, counters } of Object.values(limits)) {
            const expressions = [...when.map((w) => w.predicate), ...counters.map((c) => c.expression)].join(" ");
            const roots = [...expressions.replace(/"[^"]*"/g, "").matchAll(/(?<![.\w])([a-z]\w*)\./g)].map(([, root]) => root);
            expect(new Set(roots)).toEqual(new Set(["request", "auth"]));
        }
        const plain = hits(request(chat, { username: "alice", subscription: "premium" }));
        const streamed = hits({
            ...request(chat, { username: "alice", subscription: "premium" }),
            response: { headers: { "content-type": "text/event-stream" } },
        });
        expect(streamed).toEqual(plain);
    });

    it("the form of release 3.3 never matches here, and would be an error on every call", () => {
        expect(() =>
            evaluate('auth.identity.tier == "free"', request(chat, { username: "alice", subscription: "free" }) as never),
        ).toThrow(/tier/);
    });

    describe("of models", () => {
        const tier = tierSchema.parse({
            name: "premium",
            subscription: "premium-subscription",
            models: [
                "a",
                { name: "b", requests: [{ limit: 2, window: "1m" }] },
                "c",
                { name: "d", tokens: [{ limit: 9, window: "1m" }] },
            ],
            requests: [
                { limit: 20, window: "2m" },
                { limit: 200, window: "24h" },
            ],
            tokens: [{ limit: 1000, window: "1m" }],
        });
        const apart = requestLimits([tier], "maas");
        const of = (path: string, subscription = "premium-subscription"): string[] =>
            hits(request(path, { username: "alice", subscription }), apart).map(({ limit }) => limit);

        it("have the windows of the tier, or their own", () => {
            expect(Object.entries(apart).map(([name, { rates }]) => [name, rates])).toEqual([
                ["premium", tier.requests],
                ["premium_b", [{ limit: 2, window: "1m" }]],
            ]);
        });

        it("count for one limit each, by the name of the subscription", () => {
            expect(["a", "b", "c", "d"].map((model) => of(`/maas/${model}/v1/chat/completions`))).toEqual([
                ["premium"],
                ["premium_b"],
                ["premium"],
                ["premium"],
            ]);
            expect(of("/maas/b/v1/chat/completions", "premium")).toEqual([]);
        });

        it("hold together for a call whose path does not tell the model", () => {
            expect(of("/maas/%62/v1/chat/completions")).toEqual(["premium", "premium_b"]);
            expect(of("/v1/chat/completions")).toEqual(["premium", "premium_b"]);
        });

        it("leave nothing for the tier where all have their own", () => {
            const all = { ...tier, models: [{ name: "b", requests: { limit: 2, window: "1m" as const } }] };
            expect(Object.keys(requestLimits([all], "maas"))).toEqual(["premium_b"]);
        });
    });

    it("tiers without a request limit have none", () => {
        expect(requestLimits([{ ...tiers[0]!, requests: undefined }], MODEL.namespace)).toEqual({});
    });
});

describe("closed paths", () => {
    const closedFor = (path: string): string[] =>
        Object.entries(closedPaths).flatMap(([name, { rates, when }]) => {
            expect(rates).toEqual([{ limit: 0, window: "1m" }]);
            return when.every(({ predicate }) => evaluate(predicate, request(path) as never) === true) ? [name] : [];
        });

    it.each<[string, string[]]>([
        [`${chat}?/v1/models`, ["forged_path"]],
        [`${chat}?a=b/v1/models`, ["forged_path"]],
        ["/maas-api/internal/v1/api-keys/validate", ["internal_api"]],
        ["/maas-api/internal/v1/api-keys/validate?/v1/models", ["forged_path", "internal_api"]],
        ["/maas-api/i%6eternal/v1/api-keys/validate", ["internal_api"]],
        ["/maas-api//internal/v1/api-keys/validate", ["internal_api"]],
        ["/maas-api/internal%2Fv1/tenants/a/api-keys", ["internal_api"]],
        ["/maas-api/health", []],
        ["/maas-api/v1/tokens", []],
        ["/maas-api/v1/model/a%2Fb/subscriptions", []],
        [chat, []],
        [`${chat}?stream=true`, []],
        ["/v1/models", []],
        [`/maas/${MODEL.name}/v1/models`, []],
        [`/maas/${MODEL.name}/v1/models?limit=5`, []],
        ["/maas-api/v1/api-keys", []],
    ])("%s: %j", (path, closed) => {
        expect(closedFor(path)).toEqual(closed);
    });
});
