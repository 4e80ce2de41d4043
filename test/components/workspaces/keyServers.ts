/**
 * Doubles of the two servers that the keys of workspaces are created with.
 *
 * The MaaS API answers as its source does: opendatahub-io/models-as-a-service@release-3.4:maas-api/internal/api_keys/handler.go
 * and service.go (creation, search with paging, revocation), and 404 for keys of others. The Kubernetes API answers to what the
 * Job may do: tokens of a ServiceAccount, reading and patching one Secret.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A key as the MaaS API keeps it. */
export interface StoredKey {
    readonly id: string;
    readonly key: string;
    readonly name: string;
    readonly username: string;
    readonly subscription: string;
    readonly creationDate: string;
    expirationDate: string;
    status: "active" | "revoked";
}

interface Answer {
    readonly status: number;
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
}

/** What a fault does to a request instead of an answer. */
export type Fault = Answer | "silence" | "half";

/** The servers, and what they hold. */
export class KeyServers {
    readonly keys: StoredKey[] = [];
    readonly secrets = new Map<string, { metadata: { annotations: Record<string, string> }; data: Record<string, string> }>();
    /** Each request as `METHOD path`, in order. */
    readonly requests: string[] = [];
    /** Called before a request is handled. @returns what happens instead of the answer */
    before: (request: string) => Fault | undefined = () => undefined;
    /** Called when the request was handled, and before it is answered. */
    handled: (request: string) => void = () => undefined;
    /** Largest number of requests that were open at once. */
    mostAtOnce = 0;
    /** Time that each answer takes, in milliseconds. */
    delay = 0;
    private open = 0;
    private server!: Server;

    /** @param workspaces namespaces that have a Secret */
    constructor(workspaces: readonly string[]) {
        workspaces.forEach((namespace) => this.secrets.set(namespace, { metadata: { annotations: {} }, data: {} }));
    }

    async start(): Promise<void> {
        this.server = createServer((request, response) => void this.serve(request, response));
        await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    }

    async stop(): Promise<void> {
        this.server.closeAllConnections();
        await new Promise((done) => this.server.close(done));
    }

    get url(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    /** Active keys of a workspace. */
    active(namespace: string): StoredKey[] {
        return this.keys.filter((key) => key.username === account(namespace) && key.status === "active");
    }

    /** The key that the Secret of a workspace holds. */
    held(namespace: string): string | undefined {
        const encoded = this.secrets.get(namespace)!.data["MAAS_API_KEY"];
        return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString("utf8");
    }

    private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
        this.open += 1;
        this.mostAtOnce = Math.max(this.mostAtOnce, this.open);
        response.on("close", () => (this.open -= 1));
        const chunks: Buffer[] = [];
        for await (const chunk of request) {
            chunks.push(chunk as Buffer);
        }
        const text = Buffer.concat(chunks).toString("utf8");
        const path = new URL(request.url!, "http://double").pathname;
        const what = `${request.method} ${path}`;
        this.requests.push(what);
        await new Promise((done) => setTimeout(done, this.delay));
        const fault = this.before(what);
        if (fault === "silence") {
            return;
        }
        const token = (request.headers.authorization ?? "").replace(/^Bearer /, "");
        const answer =
            typeof fault === "object" ? fault : this.answer(request.method!, path, token, text === "" ? {} : JSON.parse(text));
        this.handled(what);
        response.writeHead(answer.status, { "Content-Type": "application/json", ...answer.headers });
        const body = JSON.stringify(answer.body ?? {});
        if (fault === "half") {
            response.write(body.slice(0, body.length / 2), () => response.destroy());
            return;
        }
        response.end(body);
    }

    private answer(method: string, path: string, token: string, body: Record<string, never>): Answer {
        const kube = /^\/api\/v1\/namespaces\/([^/]+)\/(.+)$/.exec(path);
        return kube ? this.kubernetes(method, kube[1]!, kube[2]!, token, body) : this.maas(method, path, token, body);
    }

    private kubernetes(method: string, namespace: string, rest: string, token: string, body: Record<string, never>): Answer {
        if (token !== "job-token") {
            return { status: 401 };
        }
        if (method === "POST" && rest === "serviceaccounts/maas-workspace/token") {
            return { status: 201, body: { status: { token: `token-of-${namespace}` } } };
        }
        const secret = this.secrets.get(namespace);
        if (rest !== "secrets/maas-api-key" || secret === undefined) {
            return { status: 404 };
        }
        if (method === "PATCH") {
            const patch = body as unknown as {
                metadata: { annotations: Record<string, string | null> };
                data: Record<string, string>;
            };
            for (const [name, value] of Object.entries(patch.metadata.annotations)) {
                if (value === null) {
                    delete secret.metadata.annotations[name];
                } else {
                    secret.metadata.annotations[name] = value;
                }
            }
            Object.assign(secret.data, patch.data);
        }
        return { status: 200, body: secret };
    }

    private maas(method: string, path: string, token: string, body: Record<string, never>): Answer {
        const namespace = /^token-of-(.+)$/.exec(token)?.[1];
        if (namespace === undefined) {
            return { status: 401 };
        }
        const own = this.keys.filter(({ username }) => username === account(namespace));
        if (method === "POST" && path === "/maas-api/v1/api-keys") {
            const { name, subscription, expiresIn } = body as unknown as {
                name: string;
                subscription: string;
                expiresIn: string;
            };
            const id = `id-${this.keys.length + 1}`;
            const stored: StoredKey = {
                id,
                key: `sk-oai-${id}-secret`,
                name,
                username: account(namespace),
                subscription,
                creationDate: new Date().toISOString(),
                expirationDate: new Date(Date.now() + Number.parseInt(expiresIn, 10) * 86_400_000).toISOString(),
                status: "active",
            };
            this.keys.push(stored);
            return { status: 201, body: { key: stored.key, id, name, subscription, expiresAt: stored.expirationDate } };
        }
        if (method === "POST" && path === "/maas-api/v1/api-keys/search") {
            const { pagination } = body as unknown as { pagination: { limit: number; offset: number } };
            const active = own.filter(({ status }) => status === "active");
            const page = active.slice(pagination.offset, pagination.offset + Math.min(pagination.limit, 100));
            return {
                status: 200,
                body: {
                    object: "list",
                    data: page.map(({ key: _, ...shown }) => shown),
                    has_more: pagination.offset + page.length < active.length,
                },
            };
        }
        const id = /^\/maas-api\/v1\/api-keys\/([^/]+)$/.exec(path)?.[1];
        const found = own.find((key) => key.id === id && key.status === "active");
        if (method !== "DELETE" || found === undefined) {
            return { status: 404 };
        }
        found.status = "revoked";
        return { status: 200, body: { id } };
    }
}

function account(namespace: string): string {
    return `system:serviceaccount:${namespace}:maas-workspace`;
}
