/**
 * The checks of a smoke test, as data: what is called, what is expected, and what to do otherwise. What the chain answers is from a run
 * of it: docs/sources/maas.md#request-limits, #keys, docs/sources/connectivity-link.md#policies.
 */
import type { HttpAnswer } from "../http/send";
import { choice, expectEmbedding, expectMessage, expectStatus, expectStream, expectToolCall, json, Unexpected } from "./answers";
import type { SmokeModel, SmokeTier } from "./target";

/** Operations of a check: requests to the gateway, as a user of a tier or without a login. */
export interface Caller {
    /** @param key absent: without a credential */
    call(
        method: string,
        url: string,
        key?: string,
        body?: object,
        headers?: Readonly<Record<string, string>>,
    ): Promise<HttpAnswer>;
}

/** The gateway and what is behind it, for checks that need no tier. */
export interface OpenSubject {
    readonly url: string;
    readonly model: SmokeModel;
}

/** A tier with a key, and its models. */
export interface TierSubject {
    readonly url: string;
    readonly tier: SmokeTier;
    readonly key: string;
    readonly models: readonly SmokeModel[];
    /** Models of the stack that the tier may not call. */
    readonly others: readonly SmokeModel[];
    /** Subscription of another tier that has one of them; absent: there is none. */
    readonly foreign?: string | undefined;
}

/** A model that a tier may call. */
export type ModelSubject = TierSubject & { readonly model: SmokeModel };

/** One check. */
export interface Check<S> {
    readonly id: string;
    /** The statement that it checks. */
    readonly title: string;
    /** The place to look when the statement is false. */
    readonly remedy: string;
    /** Whether it applies. Default: always. */
    readonly applies?: (subject: S) => boolean;
    /** Counts against a limit: a 429 is waited for. */
    readonly limited?: boolean;
    run(caller: Caller, subject: S): Promise<void>;
}

const TOOL = "current_time";
const FEW_TOKENS = 16;
const TOOL_TOKENS = 256;

const chat = (model: SmokeModel, more: object = {}): object => ({
    model: model.served,
    messages: [{ role: "user", content: "Say hello." }],
    max_tokens: FEW_TOKENS,
    temperature: 0,
    ...more,
});

/** A request that costs as little as possible. */
export const smallRequest = (model: SmokeModel): { readonly path: string; readonly body: object } =>
    model.kind === "embed"
        ? { path: "/embeddings", body: { model: model.served, input: "a" } }
        : { path: "/chat/completions", body: chat(model, { max_tokens: 1 }) };

const small = (caller: Caller, model: SmokeModel, key?: string, query = ""): Promise<HttpAnswer> => {
    const { path, body } = smallRequest(model);
    return caller.call("POST", `${model.url}${path}${query}`, key, body);
};

const listOf = (url: string): string => `${url}/maas-api/v1/models`;

/** What the gateway tells the MaaS API of a caller: the API believes it. */
const SOMEBODY = { "X-MaaS-Username": "kube:admin", "X-MaaS-Group": '["system:cluster-admins","system:masters"]' };

/** Answers of what is closed: by a policy, by a route that does not exist, by a limit of 0. */
const CLOSED = [401, 403, 404, 429];

const UNKNOWN_KEY = "sk-oai-0000000000_unknown";
const API_POLICY = "see the AuthPolicy of the route of the MaaS API (Accepted, Enforced)";

export const openChecks: readonly Check<OpenSubject>[] = [
    {
        id: "gateway-reachable",
        title: "the gateway answers, on the path of the MaaS API",
        remedy: "see the Gateway's conditions, its Route or load balancer, and Deployment maas-api",
        // 401: the product's policy on that route makes no exception of it, and the list of models then shows whether the API is reached.
        // Source: opendatahub-io/models-as-a-service@0b9eb22:deployment/base/maas-api/policies/auth-policy.yaml
        run: async (caller, { url }) => expectStatus(await caller.call("GET", `${url}/maas-api/health`), [200, 401]),
    },
    {
        id: "no-key",
        title: "a request without a key is refused: 401",
        remedy: "see the AuthPolicy of the model's route (Accepted, Enforced) and the gateway's default deny",
        run: async (caller, { model }) => expectStatus(await small(caller, model), [401]),
    },
    {
        id: "unknown-key",
        title: "an unknown key is refused: 403",
        remedy: "see Authorino's log, and that it reaches maas-api",
        run: async (caller, { model }) => expectStatus(await small(caller, model, UNKNOWN_KEY), [403]),
    },
    {
        id: "list-no-key",
        title: "the list of models is refused without a key: 401",
        remedy: API_POLICY,
        run: async (caller, { url }) => expectStatus(await caller.call("GET", listOf(url)), [401]),
    },
    {
        id: "list-unknown-key",
        title: "the list of models is refused with an unknown key",
        remedy: API_POLICY,
        run: async (caller, { url }) => expectStatus(await caller.call("GET", listOf(url), UNKNOWN_KEY), [401, 403]),
    },
    {
        id: "forged-identity",
        title: "a request that only says in its headers who it is from is refused",
        remedy: `${API_POLICY}; without it, anybody is whoever he says`,
        // Source: opendatahub-io/models-as-a-service@c0639b1:test/e2e/tests/test_negative_security.py, TestHeaderSpoofing
        run: async (caller, { url }) =>
            expectStatus(await caller.call("GET", listOf(url), undefined, undefined, SOMEBODY), [401, 403]),
    },
];

/** A list of models has the expected ones, and none of the others. */
function expectListed(answer: HttpAnswer, models: readonly SmokeModel[], others: readonly SmokeModel[]): void {
    const { data } = json(answer) as { data?: { id?: string; url?: string }[] | null };
    const listed = data ?? [];
    const has = ({ served, url: at }: SmokeModel): boolean =>
        listed.some((entry) => entry.id === served || entry.url?.replace(/\/$/, "") === at.replace(/\/v1$/, ""));
    const missing = models.filter((model) => !has(model)).map(({ name }) => name);
    const foreign = others.filter(has).map(({ name }) => name);
    if (missing.length + foreign.length > 0) {
        throw new Unexpected(
            [
                ...(missing.length === 0 ? [] : [`lacks ${missing.join(", ")}`]),
                ...(foreign.length === 0 ? [] : [`has ${foreign.join(", ")} of other tiers`]),
            ].join(" and "),
        );
    }
}

export const tierChecks: readonly Check<TierSubject>[] = [
    {
        id: "models-list",
        title: "the list of models has those of the tier and no other",
        remedy: "see the MaaSSubscription and MaaSAuthPolicy of the tier, and that the MaaSModelRefs are Ready",
        run: async (caller, { url, key, models, others }) =>
            expectListed(await caller.call("GET", listOf(url), key), models, others),
    },
    {
        id: "forged-tier",
        title: "headers that name another user and another tier give no model beyond the tier",
        remedy: API_POLICY,
        applies: ({ foreign }) => foreign !== undefined,
        run: async (caller, { url, key, foreign, others }) => {
            const headers = { ...SOMEBODY, "X-MaaS-Subscription": foreign! };
            const answer = await caller.call("GET", listOf(url), key, undefined, headers);
            // Refused by some releases, ignored by others.
            if (![401, 403].includes(answer.status)) {
                expectListed(answer, [], others);
            }
        },
    },
    {
        id: "outside-the-tier",
        title: "a model outside the tier is refused: 403",
        remedy: "see the MaaSAuthPolicies: the Group of the tier is in one that names the model",
        applies: ({ others }) => others.length > 0,
        run: async (caller, { key, others }) => expectStatus(await small(caller, others[0]!, key), [403]),
    },
    {
        id: "unknown-path",
        title: "a model that does not exist is not found: 404",
        remedy: "see which HTTPRoutes hang on the gateway",
        run: async (caller, { url, key }) =>
            expectStatus(await caller.call("POST", `${url}/no-such-namespace/no-such-model/v1/chat/completions`, key, {}), [404]),
    },
    {
        id: "forged-path",
        title: "a request whose query ends like the path of the list of models is refused",
        remedy: "see the RateLimitPolicy of the gateway: limit forged_path; without it, such requests are not counted",
        run: async (caller, { key, models }) => expectStatus(await small(caller, models[0]!, key, "?/v1/models"), CLOSED),
    },
    {
        id: "internal-api",
        title: "the internal API of maas-api is closed",
        remedy: "see the RateLimitPolicy of the gateway: limit internal_api; without it, any key reaches the internal API",
        run: async (caller, { url, key }) =>
            expectStatus(await caller.call("POST", `${url}/maas-api/internal/v1/api-keys/validate`, key, {}), CLOSED),
    },
];

const isChat = ({ model }: ModelSubject): boolean => model.kind === "chat";
const MODEL_REMEDY = "see the LLMInferenceService's conditions and the log of its pods";

export const modelChecks: readonly Check<ModelSubject>[] = [
    {
        id: "chat",
        title: "chat answers, with usage",
        remedy: MODEL_REMEDY,
        limited: true,
        applies: isChat,
        run: async (caller, { model, key }) => {
            const answer = await caller.call("POST", `${model.url}/chat/completions`, key, chat(model));
            expectMessage(choice(answer)["message"]);
        },
    },
    {
        id: "completion",
        title: "completion answers, with usage",
        remedy: MODEL_REMEDY,
        limited: true,
        applies: ({ model }) => model.kind === "chat" && !model.external,
        run: async (caller, { model, key }) => {
            const body = { model: model.served, prompt: "Hello", max_tokens: FEW_TOKENS, temperature: 0 };
            const { text } = choice(await caller.call("POST", `${model.url}/completions`, key, body));
            if (typeof text !== "string") {
                throw new Unexpected("the first choice has no text");
            }
        },
    },
    {
        id: "stream",
        title: "a stream ends, and says its usage",
        remedy: "see the model's arguments: --enable-force-include-usage; without usage, streams are not counted",
        limited: true,
        applies: isChat,
        run: async (caller, { model, key }) => {
            // Models of the cluster say it unasked: who does not ask must not be free of limits.
            const withUsage = model.external ? { stream_options: { include_usage: true } } : {};
            expectStream(
                await caller.call("POST", `${model.url}/chat/completions`, key, chat(model, { stream: true, ...withUsage })),
            );
        },
    },
    {
        id: "tool-call",
        title: "a tool is called",
        remedy: "see the model's arguments: --enable-auto-tool-choice and the parser (models[].tools)",
        limited: true,
        applies: ({ model }) => model.tools,
        run: async (caller, { model, key }) => {
            const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
            const body = chat(model, {
                messages: [{ role: "user", content: "What time is it in Paris? Use the tool." }],
                max_tokens: TOOL_TOKENS,
                tools: [{ type: "function", function: { name: TOOL, description: "The time in a city.", parameters } }],
                tool_choice: "auto",
            });
            expectToolCall(await caller.call("POST", `${model.url}/chat/completions`, key, body), TOOL);
        },
    },
    {
        id: "embedding",
        title: "an embedding is a vector of numbers",
        remedy: MODEL_REMEDY,
        limited: true,
        applies: ({ model }) => model.kind === "embed",
        run: async (caller, { model, key }) =>
            expectEmbedding(await caller.call("POST", `${model.url}/embeddings`, key, { model: model.served, input: "Hello" })),
    },
    {
        id: "unknown-model",
        title: "a name that the server does not serve is not found: 404",
        remedy: "see the served name of the model (--served-model-name)",
        limited: true,
        applies: ({ model }) => !model.external,
        run: async (caller, { model, key }) => {
            const { path, body } = smallRequest(model);
            expectStatus(await caller.call("POST", `${model.url}${path}`, key, { ...body, model: "no-such-model" }), [404]);
        },
    },
];
