/** The MaaS API, as its users and administrators call it. Source: docs/sources/maas.md#keys. */
import { z } from "zod";

import { parsedJson } from "../http/json";
import { sendPatiently } from "../http/patient";
import { HttpError } from "../http/send";
import { RefusalError, UnfinishedError } from "../exit";
import { type EndpointName, endpoints } from "./endpoints";
import { MaasApiError, refusal } from "./refusals";

/** The API answers at most so many keys at once. */
export const PAGE = 100;
/** Pages that are read again because keys were taken away meanwhile, at most. */
const MOST_BACKWARDS = 1000;

/** The address of the API, and the login for it. */
export interface MaasAccess {
    /** Of the gateway: https://maas.<domain>. */
    readonly url: string;
    /** Shown to `url` alone. Never print it. */
    readonly token: string;
    readonly ca?: string | undefined;
    readonly signal?: AbortSignal | undefined;
    /** See {@link sendPatiently}. */
    readonly onWait?: ((seconds: number, why: string) => void) | undefined;
    readonly firstWait?: number | undefined;
    readonly silenceSeconds?: number | undefined;
}

const statuses = ["active", "expired", "revoked"] as const;
export type KeyStatus = (typeof statuses)[number];

const keySchema = z.object({
    id: z.string(),
    name: z.string().default(""),
    description: z.string().optional(),
    username: z.string().default(""),
    subscription: z.string().default(""),
    creationDate: z.string().optional(),
    expirationDate: z.string().optional(),
    lastUsedAt: z.string().optional(),
    status: z.enum(statuses),
    ephemeral: z.boolean().default(false),
});

/** A key without its secret, as the API shows it. */
export type ApiKey = z.output<typeof keySchema>;

const pageSchema = z.object({ data: z.array(keySchema).nullable(), has_more: z.boolean().default(false) });
const createdSchema = z.object({
    key: z.string(),
    id: z.string(),
    name: z.string().default(""),
    subscription: z.string().default(""),
    expiresAt: z.string().optional(),
});

/** A key that was just created. `key` is the secret: it is answered once. */
export type CreatedKey = z.output<typeof createdSchema>;

/** The properties of a new key. */
export interface NewKey {
    readonly name: string;
    readonly description?: string | undefined;
    /** Default: the one of highest priority that the caller belongs to. */
    readonly subscription?: string | undefined;
    /** Days (`30d`) or a Go duration (`12h`). Default: the longest that the tenant allows. */
    readonly expiresIn?: string | undefined;
    /** A key of an hour at most, which no list shows and a job deletes. */
    readonly ephemeral?: boolean | undefined;
}

const configSchema = z.object({ max_expiration_days: z.number() });

export class MaasApi {
    constructor(private readonly access: MaasAccess) {}

    /**
     * Creates a key for the caller. It is never asked for twice: where it is unknown whether the first request was carried out, that
     * is told.
     */
    async create({ name, description, subscription, expiresIn, ephemeral }: NewKey): Promise<CreatedKey> {
        try {
            return await this.ask("create", createdSchema, {
                body: { name, description, subscription, expiresIn, ...(ephemeral === true && { ephemeral }) },
            });
        } catch (error) {
            // Neither a failure of the server or the gateway nor an answer that cannot be read says whether it was done.
            const unknown =
                error instanceof HttpError
                    ? error.reached
                    : error instanceof MaasApiError
                      ? error.status >= 500
                      : error instanceof RefusalError;
            throw unknown
                ? new UnfinishedError(
                      `${(error as Error).message}. It is unknown whether the key ${name} was created, so the request was not repeated: maas keys list shows it, maas keys revoke revokes it`,
                      error instanceof MaasApiError ? error.status : undefined,
                  )
                : error;
        }
    }

    /**
     * All keys that the caller may see and that match; an administrator sees those of all users.
     *
     * @param filter absent username: everybody's, as far as the caller may see them
     * @param onPage told how many were read so far
     */
    async list(
        filter: { readonly username?: string | undefined; readonly status: readonly KeyStatus[] },
        onPage: (read: number) => void = () => undefined,
    ): Promise<ApiKey[]> {
        const found = new Map<string, ApiKey>();
        let backwards = 0;
        for (let offset = 0; ;) {
            const { data, has_more: more } = await this.ask("search", pageSchema, {
                body: {
                    filters: { username: filter.username, status: filter.status, includeEphemeral: true },
                    sort: { by: "created_at", order: "asc" },
                    pagination: { limit: PAGE, offset },
                },
            });
            const page = data ?? [];
            const [first] = page;
            // Keys that end or are revoked meanwhile move those behind them forward, past what was read. So a page begins with a key of
            // the one before; where it does not, what is missing is before it.
            if (offset > 0 && (first === undefined || !found.has(first.id))) {
                if (++backwards > MOST_BACKWARDS) {
                    throw new RefusalError("Keys end or are revoked faster than they can be listed: try again.");
                }
                offset = Math.max(0, offset - PAGE + 1);
                continue;
            }
            page.forEach((key) => found.set(key.id, key));
            onPage(found.size);
            if (!more || page.length < 2) {
                return [...found.values()];
            }
            offset += page.length - 1;
        }
    }

    /** Undefined when there is none, or none that the caller may see. */
    read(id: string): Promise<ApiKey | undefined> {
        return orNothing(this.ask("read", keySchema, { id }));
    }

    /** @returns false when it was no active key any more, or none that the caller may revoke */
    async revoke(id: string): Promise<boolean> {
        return (await orNothing(this.ask("revoke", z.unknown(), { id }).then(() => true))) ?? false;
    }

    /** Revokes all keys of a user, also those that are created meanwhile. @returns how many there were */
    async revokeAllOf(username: string): Promise<number> {
        const answer = z.object({ revokedCount: z.number() });
        return (await this.ask("bulkRevoke", answer, { body: { username } })).revokedCount;
    }

    /** The longest lifetime of a key in days; undefined before 0.2, which does not tell. */
    async longestDays(): Promise<number | undefined> {
        return (await orNothing(this.ask("config", configSchema)))?.max_expiration_days;
    }

    /** Whether the gateway and the API accept a key. @throws for anything but a clear yes or no */
    async accepts(key: string): Promise<boolean> {
        try {
            await this.ask("models", z.unknown(), { token: key });
            return true;
        } catch (error) {
            if (error instanceof MaasApiError && [401, 403].includes(error.status)) {
                return false;
            }
            throw error;
        }
    }

    private async ask<T>(
        name: EndpointName,
        schema: z.ZodType<T>,
        { id, body, token }: { readonly id?: string; readonly body?: object; readonly token?: string } = {},
    ): Promise<T> {
        const { url, ca, signal, onWait, firstWait, silenceSeconds } = this.access;
        const { method, path, repeatable } = endpoints[name];
        const where = `${url}/maas-api${path.replace("{id}", encodeURIComponent(id ?? ""))}`;
        const answer = await sendPatiently(
            {
                method,
                url: where,
                headers: { Authorization: `Bearer ${token ?? this.access.token}` },
                ...(body !== undefined && { body }),
                ca,
                signal,
                silenceSeconds,
            },
            { repeatable, onWait, firstWait },
        );
        if (answer.status < 200 || answer.status > 299) {
            throw refusal(method, where, answer);
        }
        const read = schema.safeParse(parsedJson(answer.body));
        if (!read.success) {
            // The message does not quote the body: it may be a key.
            throw new RefusalError(
                `${method} ${where} answers ${answer.status} with something that is not of the MaaS API; check the address (--url)`,
            );
        }
        return read.data;
    }
}

async function orNothing<T>(request: Promise<T>): Promise<T | undefined> {
    try {
        return await request;
    } catch (error) {
        if (error instanceof MaasApiError && error.status === 404) {
            return undefined;
        }
        throw error;
    }
}
