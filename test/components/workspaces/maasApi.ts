/**
 * A double of the MaaS API. It answers as its source does: opendatahub-io/models-as-a-service@release-3.4:maas-api/internal/api_keys/
 * handler.go and service.go (creation, search with paging, reading, revocation, bulk revocation), 404 for keys of others, and
 * @v0.2.1:maas-api/cmd/main.go for the limits of keys and for callers without an identity, @v0.2.1:maas-api/internal/subscription/selector.go
 * for subscriptions that are not ready, and @v0.0.2:maas-api/internal/token/handler.go and types.go for tokens. The programs of both were
 * run and compared: docs/sources/workspaces.md#keys.
 */

/** A key as the MaaS API keeps it. */
export interface StoredKey {
    readonly id: string;
    readonly key: string;
    readonly name: string;
    readonly description?: string;
    readonly username: string;
    readonly subscription: string;
    readonly creationDate: string;
    readonly ephemeral?: boolean;
    expirationDate: string;
    status: "active" | "revoked" | "expired";
}

/** An answer of a double. */
export interface Answer {
    readonly status: number;
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
}

/** Whose a credential is. */
export interface Caller {
    readonly username: string;
    readonly admin?: boolean;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PAGE = 100;

/** The API and its keys. */
export class MaasApiDouble {
    readonly keys: StoredKey[] = [];
    /** By token. Those of workspaces' ServiceAccounts, `token-of-<namespace>`, and active keys are known without it. */
    readonly callers = new Map<string, Caller>();
    /** Whether a user belongs to a subscription. */
    mayUse: (username: string, subscription: string) => boolean = () => true;
    /** Why no key is created for a subscription now. */
    unready: (subscription: string) => "unreconciled" | "Failed" | undefined = () => undefined;
    /** No policy of the gateway is in force, so no request of release 3.5 has an identity. */
    nobody = false;
    /** The longest lifetime; undefined: the API is of release 3.4, which does not tell. */
    longestDays: number | undefined;
    /** Tokens of release 3.3, which has no keys; undefined: the API is of a later release. */
    tokens: { readonly username: string; readonly token: string; readonly expiresAt: number }[] | undefined;
    private created = 0;

    answer(method: string, path: string, token: string, body: Record<string, unknown>): Answer {
        const caller = this.caller(token);
        if (caller === undefined) {
            // The gateway takes what begins like a key for one.
            return { status: token.startsWith("sk-oai-") ? 403 : 401 };
        }
        const rest = path.slice("/maas-api/v1".length);
        if (this.nobody) {
            return method === "POST" && rest === "/api-keys/search"
                ? { status: 200, body: { object: "list", data: [], has_more: false } }
                : {
                      status: 500,
                      body: { error: "Exception thrown while generating token", exceptionCode: "AUTH_FAILURE", refId: "001" },
                  };
        }
        const own = (key: StoredKey): boolean => caller.admin === true || key.username === caller.username;
        if (this.tokens !== undefined) {
            return method === "POST" && rest === "/tokens" ? this.createToken(this.tokens, caller, body) : { status: 404 };
        }
        if (method === "GET" && rest === "/models") {
            return { status: 200, body: { object: "list", data: [] } };
        }
        if (method === "GET" && rest === "/api-keys/config") {
            // Before the endpoint was there, its name was taken for the id of a key.
            return this.longestDays === undefined
                ? { status: 404, body: { error: "API key not found" } }
                : { status: 200, body: { max_expiration_days: this.longestDays, ephemeral_max_expiration: "1h0m0s" } };
        }
        if (method === "POST" && rest === "/api-keys") {
            return this.create(caller, body);
        }
        if (method === "POST" && rest === "/api-keys/search") {
            return this.search(caller, body);
        }
        if (method === "POST" && rest === "/api-keys/bulk-revoke") {
            return this.bulkRevoke(caller, String(body["username"]));
        }
        const id = /^\/api-keys\/([^/]+)$/.exec(rest)?.[1];
        const found = this.keys.find((key) => key.id === id && own(key));
        if (found === undefined) {
            return { status: 404, body: { error: "API key not found" } };
        }
        if (method === "GET") {
            return { status: 200, body: shown(found) };
        }
        if (method !== "DELETE" || found.status !== "active") {
            return { status: 404, body: { error: "API key not found" } };
        }
        found.status = "revoked";
        return { status: 200, body: shown(found) };
    }

    private createToken(tokens: NonNullable<this["tokens"]>, { username }: Caller, body: Record<string, unknown>): Answer {
        const hours = /^(\d+)h$/.exec(String(body["expiration"] ?? "4h"))?.[1];
        if (hours === undefined) {
            return { status: 400, body: { error: "invalid expiration" } };
        }
        const issuedAt = Math.floor(Date.now() / 1000);
        const jti = `jti-${tokens.length + 1}`;
        const made = { username, token: `eyJ.${jti}.secret`, expiresAt: issuedAt + Number(hours) * 3600 };
        tokens.push(made);
        const { token, expiresAt } = made;
        return { status: 201, body: { token, expiration: `${hours}h0m0s`, expiresAt, issuedAt, jti } };
    }

    private caller(token: string): Caller | undefined {
        const namespace = /^token-of-(.+)$/.exec(token)?.[1];
        const key = this.keys.find((one) => one.key === token && one.status === "active");
        return namespace === undefined
            ? (this.callers.get(token) ?? (key === undefined ? undefined : { username: key.username }))
            : { username: account(namespace) };
    }

    private create({ username }: Caller, body: Record<string, unknown>): Answer {
        const { name, description, subscription, expiresIn, ephemeral } = body as Partial<Record<string, string>>;
        if (subscription !== undefined && !this.mayUse(username, subscription)) {
            return {
                status: 400,
                body: { error: "Unable to resolve a subscription for this API key", code: "invalid_subscription" },
            };
        }
        const unready = this.unready(subscription ?? "free");
        if (unready !== undefined) {
            return unready === "Failed"
                ? {
                      status: 403,
                      body: { error: "subscription is in Failed phase (cannot create API keys)", code: "subscription_not_ready" },
                  }
                : {
                      status: 400,
                      body: { error: "subscription is unreconciled (no status.phase set)", code: "subscription_not_ready" },
                  };
        }
        this.created = Math.max(this.created, this.keys.length) + 1;
        const id = `id-${this.created}`;
        const lifetime = durationOf(expiresIn ?? (ephemeral === undefined ? "90d" : "1h"));
        if (lifetime > (this.longestDays ?? Infinity) * DAY) {
            return {
                status: 400,
                body: {
                    error: `requested expiration (${lifetime / HOUR}h0m0s) exceeds maximum allowed (${this.longestDays} days): expiration exceeds maximum allowed`,
                },
            };
        }
        const stored: StoredKey = {
            id,
            key: `sk-oai-${id}-secret`,
            name: name ?? "",
            ...(description !== undefined && { description }),
            username,
            subscription: subscription ?? "free",
            creationDate: new Date().toISOString(),
            expirationDate: new Date(Date.now() + lifetime).toISOString(),
            status: "active",
            ...(Boolean(ephemeral) && { ephemeral: true }),
        };
        this.keys.push(stored);
        const { key } = stored;
        return {
            status: 201,
            body: {
                key,
                keyPrefix: key.slice(0, 10),
                id,
                name: stored.name,
                subscription: stored.subscription,
                createdAt: stored.creationDate,
                expiresAt: stored.expirationDate,
                ephemeral: stored.ephemeral === true,
            },
        };
    }

    private search(caller: Caller, body: Record<string, unknown>): Answer {
        const { filters = {}, pagination } = body as {
            filters?: { username?: string; status?: string[]; includeEphemeral?: boolean };
            pagination: { limit?: number; offset: number };
        };
        if (filters.username !== undefined && filters.username !== caller.username && caller.admin !== true) {
            return { status: 403, body: { error: "non-admin users can only search their own API keys" } };
        }
        if ((pagination.limit ?? 0) < 1) {
            return { status: 400, body: { error: "pagination.limit must be at least 1" } };
        }
        const username = filters.username ?? (caller.admin === true ? undefined : caller.username);
        const matching = this.keys.filter(
            (key) =>
                (username === undefined || key.username === username) &&
                (filters.status === undefined || filters.status.includes(key.status)) &&
                (key.ephemeral !== true || filters.includeEphemeral === true),
        );
        const page = matching.slice(pagination.offset, pagination.offset + Math.min(pagination.limit!, PAGE));
        return {
            status: 200,
            body: {
                object: "list",
                // An empty list of Go is null.
                data: page.length === 0 ? null : page.map(shown),
                has_more: pagination.offset + page.length < matching.length,
            },
        };
    }

    private bulkRevoke(caller: Caller, username: string): Answer {
        if (username !== caller.username && caller.admin !== true) {
            return { status: 403, body: { error: "Access denied: you can only bulk revoke your own API keys" } };
        }
        const active = this.keys.filter((key) => key.username === username && key.status === "active");
        active.forEach((key) => (key.status = "revoked"));
        const message = `Successfully revoked ${active.length} active API key(s) for user ${username}`;
        return { status: 200, body: { revokedCount: active.length, message } };
    }
}

/** A lifetime in milliseconds: days, or a duration of Go. Source: opendatahub-io/models-as-a-service@release-3.4:maas-api/internal/token/types.go */
function durationOf(text: string): number {
    const units = { d: DAY, h: HOUR, m: 60_000, s: 1000 };
    return [...text.matchAll(/(\d+(?:\.\d+)?)([dhms])/g)].reduce(
        (sum, [, amount, unit]) => sum + Number(amount) * units[unit as keyof typeof units],
        0,
    );
}

/** A key as the API shows it: without the secret. */
function shown({ key: _, ...rest }: StoredKey): Omit<StoredKey, "key"> {
    return rest;
}

/** The ServiceAccount of a workspace. */
export function account(namespace: string): string {
    return `system:serviceaccount:${namespace}:maas-workspace`;
}
