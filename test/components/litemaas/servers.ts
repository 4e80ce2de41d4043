/**
 * Servers that the synchronization of LiteMaaS talks to, on one port: the double of LiteLLM (liteLlm.ts), of the Kubernetes API what
 * the Job may do with Secrets, and of the portal what its source says of its API
 * (rh-aiservices-bu/litemaas@v0.4.0:backend/src/routes/models.ts): pages of 20, and of 100 at most.
 */
import type { IncomingMessage, ServerResponse } from "node:http";

import { bodyOf, Loopback } from "../../loopback";
import { type Answer, LiteLlmDouble, type Row } from "./liteLlm";

/** What a fault does to a request instead of an answer. */
export type Fault = Answer | "silence" | "half" | "broken";

export const NAMESPACE = "litemaas-workshops";
const SECRETS = `/api/v1/namespaces/${NAMESPACE}/secrets`;

export class SyncServers extends Loopback {
    readonly proxy = new LiteLlmDouble();
    readonly secrets = new Map<string, Row>();
    /** What the ConfigMap of the benchmark holds; undefined: there is none. */
    report: Record<string, string> | undefined;
    /** Jobs that were made. */
    readonly jobs: Row[] = [];
    /** What the ConfigMap of the Job holds. */
    desired: object | undefined;
    /** Models that the portal lists. */
    portalModels = new Set<string>();
    /** Each request as `METHOD path`, in order. */
    readonly requests: string[] = [];
    /** Called before a request is handled. @returns what happens instead of it */
    before: (request: string) => Fault | undefined = () => undefined;
    /** Called when it was handled, and before it is answered. @returns what happens instead of the answer */
    handled: (request: string) => Fault | undefined = () => undefined;
    mostAtOnce = 0;
    /** Time that each answer takes, in milliseconds. */
    delay = 0;
    private open = 0;
    private version = 0;

    /** A file of a hand-out. */
    file(workshop: string, name: string): string {
        return Buffer.from(String(this.secrets.get(`workshop-${workshop}`)?.["data"][name] ?? ""), "base64").toString("utf8");
    }

    protected async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
        this.open += 1;
        this.mostAtOnce = Math.max(this.mostAtOnce, this.open);
        const text = await bodyOf(request);
        const body = text === "" ? undefined : (JSON.parse(text) as Row);
        const name = `${request.method} ${request.url!.replace(/\?.*/, "")}`;
        this.requests.push(name);
        if (this.delay > 0) {
            await new Promise((done) => setTimeout(done, this.delay));
        }
        const early = this.before(name);
        const answer = early ?? this.answer(request, body);
        const outcome = early ?? this.handled(name) ?? answer;
        this.open -= 1;
        if (outcome === "silence") {
            return;
        }
        if (outcome === "broken") {
            request.socket.destroy();
            return;
        }
        const [status, content] = outcome === "half" ? (answer as Answer) : outcome;
        const json = JSON.stringify(content);
        response.writeHead(status, {
            "Content-Type": "application/json",
            "Content-Length": Buffer.byteLength(json),
            ...(status === 429 && { "Retry-After": "0" }),
        });
        if (outcome === "half") {
            response.write(json.slice(0, Math.ceil(json.length / 2)), () => request.socket.destroy());
            return;
        }
        response.end(json);
    }

    private answer(request: IncomingMessage, body: Row | undefined): Answer {
        const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
        const path = request.url!.replace(/\?.*/, "");
        if (path.startsWith("/api/v1/namespaces/") || path.startsWith("/apis/")) {
            return token === "job-token"
                ? this.kubernetes(request.method!, request.url!, body)
                : [401, { message: "Unauthorized" }];
        }
        if (path.startsWith("/api/v1/models")) {
            return token === "ltm_admin_key" ? this.portal(request.method!, request.url!) : [401, { message: "Invalid token" }];
        }
        return this.proxy.answer(request.method!, request.url!, body, token);
    }

    private portal(method: string, url: string): Answer {
        const { pathname, searchParams } = new URL(url, "http://portal");
        if (method === "GET") {
            const limit = Number(searchParams.get("limit") ?? 20);
            const page = Number(searchParams.get("page") ?? 1);
            const all = [...this.portalModels];
            return limit > 100
                ? [400, { code: "FST_ERR_VALIDATION", error: "Bad Request", message: "querystring/limit must be <= 100" }]
                : [
                      200,
                      {
                          data: all.slice((page - 1) * limit, page * limit).map((id) => ({ id, name: id, isActive: true })),
                          pagination: { page, limit, total: all.length, totalPages: Math.ceil(all.length / limit) },
                      },
                  ];
        }
        if (pathname !== "/api/v1/models/sync") {
            return [404, {}];
        }
        this.portalModels = new Set([...this.proxy.models.values()].map((model) => String(model["model_name"])));
        return [200, { success: true, totalModels: this.portalModels.size, errors: [] }];
    }

    private kubernetes(method: string, url: string, body: Row | undefined): Answer {
        const { pathname: path, searchParams } = new URL(url, "http://cluster");
        const name = path.slice(SECRETS.length + 1);
        const found = this.secrets.get(name);
        const store = (secret: Row): Answer => {
            this.version += 1;
            secret["metadata"].resourceVersion = String(this.version);
            this.secrets.set(secret["metadata"].name, secret);
            return [200, secret];
        };
        if (path === "/api/v1/namespaces/litemaas/configmaps/litemaas-sync") {
            return this.desired === undefined
                ? [404, { message: "not found" }]
                : [200, { metadata: { name: "litemaas-sync" }, data: { "desired.json": JSON.stringify(this.desired) } }];
        }
        if (path === "/api/v1/namespaces/litemaas/configmaps/litemaas-benchmark-report") {
            return this.report === undefined ? [404, { message: "not found" }] : [200, { metadata: {}, data: this.report }];
        }
        if (path === "/apis/batch/v1/namespaces/litemaas/cronjobs/litemaas-benchmark") {
            return [200, { metadata: {}, spec: { jobTemplate: { spec: { backoffLimit: 0 } } } }];
        }
        if (path === "/apis/batch/v1/namespaces/litemaas/jobs" && method === "POST") {
            this.jobs.push(body!);
            return [201, body!];
        }
        if (path === "/api/v1/namespaces/litemaas/secrets/litemaas-secrets") {
            const key = Buffer.from(this.proxy.masterKey).toString("base64");
            return [200, { metadata: { name: "litemaas-secrets" }, data: { LITELLM_MASTER_KEY: key } }];
        }
        if (!path.startsWith(SECRETS)) {
            return [403, { message: `secrets is forbidden: ${path}` }];
        }
        switch (method) {
            case "GET": {
                const [label, value] = String(searchParams.get("labelSelector")).split("=");
                const items = [...this.secrets.values()].filter((secret) => secret["metadata"].labels?.[label!] === value);
                return [200, { items }];
            }
            case "POST":
                return this.secrets.has(body!["metadata"].name)
                    ? [409, { message: `secrets "${body!["metadata"].name}" already exists` }]
                    : store(body!);
            case "PATCH":
                if (found === undefined) {
                    return [404, { message: `secrets "${name}" not found` }];
                }
                if (body!["metadata"].resourceVersion !== found["metadata"].resourceVersion) {
                    return [409, { message: "the object has been modified" }];
                }
                return store({
                    ...found,
                    metadata: { ...found["metadata"], ...body!["metadata"] },
                    data: { ...found["data"], ...body!["data"] },
                });
            case "DELETE":
                return this.secrets.delete(name) ? [200, {}] : [404, {}];
            default:
                return [405, {}];
        }
    }
}
