/**
 * A double of the data plane: gateway, policies and OpenAI-compatible models on one address, with the MaaS API beside them. It answers as
 * a run of the real chain did (docs/sources/maas.md#request-limits, #keys; docs/sources/connectivity-link.md#policies): the order of the
 * checks, the status of each refusal, limits by user, model and subscription in fixed windows, tokens counted after the answer.
 * Its limits are those of the stack's settings.
 */
import type { IncomingMessage, ServerResponse } from "node:http";

import { modelsOf, requestsOf, subscriptionOf, tokensByModel } from "../../../catalogue/tiers";
import { secondsOf } from "../../../catalogue/tiers";
import type { Settings } from "../../../stacks/schema";
import { type Answer, MaasApiDouble, type StoredKey } from "../../components/workspaces/maasApi";
import { type BrokenModel, modelAnswer } from "../../envoy/model";
import { bodyOf, Loopback } from "../../loopback";

/** What is broken on purpose. */
export interface Broken extends BrokenModel {
    /** Tier whose request limit does not hold. */
    limit?: string;
    /** The hole of forged paths is open: such a request is not counted. */
    forged?: boolean;
    /** The internal API is reached with any key. */
    internal?: boolean;
    /** Requests without a key are answered. */
    open?: boolean;
    /** Any key that looks like one is taken for the first that is in force. */
    anyKey?: boolean;
    /** Requests without a key are refused, but as those of an unknown key are. */
    forbidden?: boolean;
    /** The list of models has those of other tiers. */
    listsAll?: boolean;
    /** The API answers whoever reaches it. */
    openList?: boolean;
    /** The API believes which subscription a caller says in a header. */
    believes?: boolean;
    /** The API fails to create keys, or has none of its routes. */
    api?: 404 | 500 | 503;
    /** Paths of no model are answered. */
    paths?: boolean;
    /** Who used up a limit is refused for good. */
    forever?: boolean;
    /** Models outside the tier are answered. */
    tiers?: boolean;
    /** Streams end in the middle. */
    half?: boolean;
    /** The list of models has no model. */
    list?: boolean;
    /** The gateway has no server. */
    gateway?: boolean;
}

interface Counter {
    used: number;
    ends: number;
}

/** Tokens of each answer. */
export const TOKENS = 60;

/** Statuses as counts in a row: `200 x 5, 429 x 2`. */
export function inARow(statuses: readonly number[]): string {
    const rows: [number, number][] = [];
    for (const status of statuses) {
        const last = rows.at(-1);
        if (last?.[0] === status) {
            last[1]++;
        } else {
            rows.push([status, 1]);
        }
    }
    return rows.map(([status, count]) => `${status} x ${count}`).join(", ");
}

export class DataPlane extends Loopback {
    readonly maas = new MaasApiDouble();
    broken: Broken = {};
    /** Seconds. */
    now = 0;
    /** Tokens that an answer takes. */
    tokens = 1;
    readonly requests: string[] = [];
    private readonly counters = new Map<string, Counter>();

    constructor(private readonly settings: Settings) {
        super();
        this.maas.mayUse = (username, subscription) =>
            settings.identity.users.some(({ name, tier }) => name === username && tier === subscription) ||
            (username === "everywhere" && settings.tiers.some((tier) => subscriptionOf(tier) === subscription));
    }

    protected async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const text = await bodyOf(request);
        this.requests.push(`${request.method} ${request.url}`);
        const credential = (request.headers.authorization ?? "").replace(/^Bearer /, "");
        const body = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
        const answer =
            this.broken.gateway === true
                ? { status: 503 }
                : this.answer(request.method!, request.url!, credential, body, request.headers["x-maas-subscription"]);
        if (typeof answer.body === "string") {
            response.writeHead(answer.status, { "Content-Type": "text/event-stream" });
            if (this.broken.half === true) {
                response.write(answer.body.slice(0, answer.body.length / 2), () => response.destroy());
            } else {
                response.end(answer.body);
            }
            return;
        }
        response.writeHead(answer.status, { "Content-Type": "application/json" });
        response.end(answer.body === undefined ? "" : JSON.stringify(answer.body));
    }

    private answer(
        method: string,
        url: string,
        credential: string,
        body: Record<string, unknown>,
        said: string | string[] | undefined,
    ): Answer {
        const { pathname: path } = new URL(url, "http://double");
        if (path.startsWith("/maas-api/")) {
            return this.api(method, path, credential, body, said);
        }
        const [, namespace, name, ...rest] = path.split("/");
        const model = namespace === this.settings.modelsNamespace ? this.model(name) : undefined;
        if (model === undefined) {
            return { status: this.broken.paths === true ? 200 : 404 };
        }
        const active = this.maas.keys.filter(({ status }) => status === "active");
        const anybody = this.broken.anyKey === true && credential.startsWith("sk-oai-") ? active[0] : undefined;
        const key = active.find((one) => one.key === credential) ?? anybody;
        if (key === undefined) {
            return this.broken.open === true && credential === ""
                ? this.serveModel(model, rest.join("/"), body)
                : { status: credential.startsWith("sk-oai-") || this.broken.forbidden === true ? 403 : 401 };
        }
        const tier = this.settings.tiers.find((one) => subscriptionOf(one) === key.subscription);
        if (tier === undefined || (!modelsOf(tier).includes(name!) && this.broken.tiers !== true)) {
            return { status: 403 };
        }
        if (url.endsWith("/v1/models") && !path.endsWith("/v1/models")) {
            return this.broken.forged === true ? this.serveModel(model, rest.join("/"), body) : { status: 429 };
        }
        return this.counted(key, tier, model, () => this.serveModel(model, rest.join("/"), body));
    }

    private api(
        method: string,
        path: string,
        credential: string,
        body: Record<string, unknown>,
        said: string | string[] | undefined,
    ): Answer {
        if (this.broken.api !== undefined && path.startsWith("/maas-api/v1/api-keys")) {
            return { status: this.broken.api };
        }
        if (path === "/maas-api/health") {
            return { status: 200, body: { status: "healthy" } };
        }
        if (!path.startsWith("/maas-api/v1/")) {
            return { status: this.broken.internal === true ? 200 : 429 };
        }
        if (
            path === "/maas-api/v1/models" &&
            this.broken.openList === true &&
            !this.maas.keys.some(({ key }) => key === credential)
        ) {
            return { status: 200, body: { object: "list", data: [] } };
        }
        const answer = this.maas.answer(method, path, credential, body);
        if (path !== "/maas-api/v1/models" || answer.status !== 200) {
            return answer;
        }
        const key = this.maas.keys.find((one) => one.key === credential);
        const subscription = this.broken.believes === true && said !== undefined ? said : key?.subscription;
        const tier = this.settings.tiers.find((one) => subscriptionOf(one) === subscription);
        const all = this.broken.listsAll === true ? this.settings.models.map(({ name }) => name) : undefined;
        const data = (this.broken.list === true || tier === undefined ? [] : (all ?? modelsOf(tier))).map((id) => ({
            id,
            object: "model",
            url: `${this.url}/${this.settings.modelsNamespace}/${id}`,
            ready: true,
        }));
        return { status: 200, body: { object: "list", data } };
    }

    /** Requests are counted before, tokens after the answer; a request that tokens refuse uses up a request too. */
    private counted(key: StoredKey, tier: Settings["tiers"][number], model: string, served: () => Answer): Answer {
        const counter = (what: string, window: string): Counter => {
            const id = [what, window, key.username, key.subscription, model].join(" ");
            const known = this.counters.get(id);
            if (known !== undefined && (known.ends > this.now || this.broken.forever === true)) {
                return known;
            }
            const fresh = { used: 0, ends: this.now + secondsOf(window) };
            this.counters.set(id, fresh);
            return fresh;
        };
        if (this.broken.limit !== tier.name) {
            const requests = requestsOf(tier, model).map(({ limit, window }) => ({
                limit,
                counter: counter(`requests ${limit}`, window),
            }));
            if (requests.some(({ limit, counter: { used } }) => used >= limit)) {
                return { status: 429 };
            }
            requests.forEach(({ counter: one }) => one.used++);
        }
        const limits = tokensByModel(tier).find(({ name }) => name === model)?.tokens ?? tier.tokens;
        const tokens = limits.map(({ limit, window }) => ({ limit, counter: counter(`tokens ${limit}`, window) }));
        if (tokens.some(({ limit, counter: { used } }) => used >= limit)) {
            return { status: 429 };
        }
        const answer = served();
        tokens.forEach(({ counter: one }) => (one.used += answer.status === 200 ? this.tokens : 0));
        return answer;
    }

    private model(name: string | undefined): string | undefined {
        return this.settings.models.find((model) => model.name === name)?.name;
    }

    private serveModel(model: string, path: string, body: Record<string, unknown>): Answer {
        return modelAnswer([model], path, body, this.broken);
    }
}
