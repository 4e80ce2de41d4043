/**
 * Doubles of the two servers that keys of ServiceAccounts are created with: the MaaS API (maasApi.ts says as which source it
 * answers), and of the Kubernetes API what the Job may do: tokens of a ServiceAccount, reading and patching one Secret, and one
 * Deployment where there is one.
 */
import type { IncomingMessage, ServerResponse } from "node:http";

import { bodyOf, Loopback } from "../../loopback";
import { account, type Answer, MaasApiDouble, type StoredKey } from "./maasApi";

export type { StoredKey } from "./maasApi";

/** What a fault does to a request instead of an answer; `lost` and `half` carry it out. */
export type Fault = Answer | "silence" | "lost" | "half";

interface Secret {
    metadata: { resourceVersion: string; annotations: Record<string, string> };
    data: Record<string, string>;
}

/** The servers, and what they hold. */
export class KeyServers extends Loopback {
    readonly maas = new MaasApiDouble();
    readonly secrets = new Map<string, Secret>();
    /** Deployments by their path, each with the annotations of its pods. */
    readonly deployments = new Map<string, Record<string, string>>();
    /** Namespaces without an account. */
    readonly accountless = new Set<string>();
    /** Each request as `METHOD path`, in order. */
    readonly requests: string[] = [];
    /** Called before a request is handled. @returns what happens instead of the answer */
    before: (request: string, namespace: string) => Fault | undefined = () => undefined;
    /** Called when the request was handled, and before it is answered. */
    handled: (request: string) => void = () => undefined;
    /** Largest number of requests that were open at once. */
    mostAtOnce = 0;
    /** Time that each answer takes, in milliseconds. */
    delay = 0;
    private open = 0;

    /** @param workspaces namespaces that have a Secret @param names of account and Secret. Default: those of workspaces */
    constructor(
        workspaces: readonly string[],
        private readonly names = { account: "maas-workspace", secret: "maas-api-key" },
    ) {
        super();
        workspaces.forEach((namespace) =>
            this.secrets.set(namespace, { metadata: { resourceVersion: "1", annotations: {} }, data: {} }),
        );
    }

    get keys(): StoredKey[] {
        return this.maas.keys;
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

    protected async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
        this.open += 1;
        this.mostAtOnce = Math.max(this.mostAtOnce, this.open);
        response.on("close", () => (this.open -= 1));
        const text = await bodyOf(request);
        const path = new URL(request.url!, "http://double").pathname;
        const what = `${request.method} ${path}`;
        this.requests.push(what);
        await new Promise((done) => setTimeout(done, this.delay));
        const token = (request.headers.authorization ?? "").replace(/^Bearer /, "");
        const fault = this.before(
            what,
            /^(?:token-of-|\/api\/v1\/namespaces\/)([^/]+)/.exec(`${path.startsWith("/api/") ? path : token}`)?.[1] ?? "",
        );
        if (fault === "silence") {
            return;
        }
        const answer =
            typeof fault === "object" ? fault : this.answer(request.method!, path, token, text === "" ? {} : JSON.parse(text));
        this.handled(what);
        if (fault === "lost") {
            response.destroy();
            return;
        }
        response.writeHead(answer.status, { "Content-Type": "application/json", ...answer.headers });
        const body = JSON.stringify(answer.body ?? {});
        if (fault === "half") {
            response.write(body.slice(0, body.length / 2), () => response.destroy());
            return;
        }
        response.end(body);
    }

    private answer(method: string, path: string, token: string, body: Record<string, never>): Answer {
        const pods = this.deployments.get(path);
        if (pods !== undefined) {
            const given = body as { spec?: { template: { metadata: { annotations: Record<string, string> } } } };
            Object.assign(pods, given.spec?.template.metadata.annotations);
            return { status: 200, body: { spec: { template: { metadata: { annotations: pods } } } } };
        }
        if (path.startsWith("/apis/apps/")) {
            return { status: 404 };
        }
        const kube = /^\/api\/v1\/namespaces\/([^/]+)\/(.+)$/.exec(path);
        return kube ? this.kubernetes(method, kube[1]!, kube[2]!, token, body) : this.maas.answer(method, path, token, body);
    }

    private kubernetes(method: string, namespace: string, rest: string, token: string, body: Record<string, never>): Answer {
        if (token !== "job-token") {
            return { status: 401 };
        }
        if (method === "POST" && rest === `serviceaccounts/${this.names.account}/token`) {
            return this.accountless.has(namespace)
                ? { status: 404 }
                : { status: 201, body: { status: { token: `token-of-${namespace}` } } };
        }
        if (method === "POST" && rest === "serviceaccounts") {
            return { status: !namespace.startsWith("wksp-") ? 404 : this.accountless.delete(namespace) ? 201 : 409 };
        }
        const secret = this.secrets.get(namespace);
        if (rest !== `secrets/${this.names.secret}` || secret === undefined) {
            return { status: 404 };
        }
        if (method === "PATCH") {
            const patch = body as unknown as {
                metadata: { resourceVersion: string; annotations: Record<string, string | null> };
                data: Record<string, string>;
            };
            if (patch.metadata.resourceVersion !== secret.metadata.resourceVersion) {
                return { status: 409 };
            }
            secret.metadata.resourceVersion = String(Number(secret.metadata.resourceVersion) + 1);
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
}
