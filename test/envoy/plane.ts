/**
 * The data plane of a stack on loopback: the real Envoy with the stack's routes, and services that read the policies of the cluster on
 * which the stack has come up, as Authorino, Limitador, the MaaS API and vLLM do. They follow a run of the real chain
 * (docs/sources/connectivity-link.md#policies, docs/sources/maas.md#request-limits): what each request gets is the first test.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { KubeObject } from "../../rehearsal/cluster/cluster";
import type { Settings } from "../../stacks/schema";
import { type Answer, MaasApiDouble } from "../components/workspaces/maasApi";
import { authorize, groupsOf } from "./authorize";
import { envoyConfig, IDENTITY } from "./config";
import { type Envoy, startEnvoy } from "./envoy";
import { Limits } from "./limits";
import { type BrokenModel, modelAnswer } from "./model";
import type { Objects } from "./objects";

export class LoopbackPlane {
    readonly maas = new MaasApiDouble();
    /** What is broken of the models; what is broken of the policies is changed in `objects`. */
    broken: BrokenModel = {};
    /** Whether the gateway lets headers through that say whose a request is. */
    believes = false;
    /** Seconds. */
    now = 0;
    /** Tokens of each answer. */
    tokens = 2;
    private readonly limits: Limits;
    private readonly servers: Server[] = [];
    private envoy!: Envoy;
    private controlPort = 0;
    private secure = false;

    /** @param objects of the cluster; their policies are read at each request */
    constructor(
        private readonly settings: Settings,
        readonly objects: Objects,
        /** Groups as they are now, of a cluster on which they change. */
        private readonly groups?: () => Promise<KubeObject[]>,
    ) {
        this.limits = new Limits(objects, () => this.now);
        this.maas.mayUse = (username, subscription) => {
            const found = objects.subscriptions.find(({ metadata: { name } }) => name === subscription);
            const owner = found?.spec.owner as { groups?: { name: string }[]; users?: string[] } | undefined;
            const groups = groupsOf(objects, username);
            return owner?.users?.includes(username) === true || (owner?.groups ?? []).some(({ name }) => groups.includes(name));
        };
    }

    /** @param certificate of the gateway, for localhost; without it, the gateway speaks no TLS */
    async start(certificate?: { readonly key: string; readonly cert: string }): Promise<void> {
        const [control, upstream] = [
            await this.listen((request) => this.control(request)),
            await this.listen(async (request, body) => {
                this.objects.groups = (await this.groups?.()) ?? this.objects.groups;
                return this.upstream(request, body);
            }),
        ];
        this.controlPort = control;
        this.envoy = await startEnvoy(envoyConfig(this.objects, { control, upstream, certificate }));
        this.secure = certificate !== undefined;
    }

    async stop(): Promise<void> {
        await this.envoy?.stop();
        for (const server of this.servers) {
            server.closeAllConnections();
            await new Promise((done) => server.close(done));
        }
    }

    /** The gateway. */
    get url(): string {
        return this.secure ? `https://localhost:${new URL(this.envoy.url).port}` : this.envoy.url;
    }

    /** Limitador. */
    get limitador(): string {
        return `http://127.0.0.1:${this.controlPort}`;
    }

    private async listen(answer: (request: IncomingMessage, body: string) => Answer | Promise<Answer>): Promise<number> {
        const server = createServer((request, response) => void serve(request, response, answer));
        this.servers.push(server);
        await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
        return (server.address() as AddressInfo).port;
    }

    /** What Envoy asks before and after a request. */
    private control({ method = "", url = "", headers }: IncomingMessage): Answer {
        const counted = this.limits.api(url);
        if (counted !== undefined) {
            return { status: 200, body: counted };
        }
        const [, service, target = "/"] = /^\/(authorize|limit|report)(\/.*)$/.exec(url) ?? [];
        if (service === "authorize") {
            const { status, identity } = authorize(this.objects, this.maas, target, method, headers.authorization ?? "");
            return { status, headers: { [IDENTITY]: encoded(identity) } };
        }
        const identity = decoded(headers[IDENTITY]);
        if (service === "limit") {
            return { status: this.limits.admits(method, target, identity) ? 200 : 429 };
        }
        this.limits.report(target, identity, Number(headers["x-plane-tokens"]));
        return { status: 200 };
    }

    private upstream({ method = "", url = "", headers }: IncomingMessage, body: string): Answer {
        const target = String(headers["x-envoy-original-path"] ?? url);
        const path = target.split("?")[0]!;
        const credential = (headers.authorization ?? "").replace(/^Bearer /, "");
        const given = (body === "" ? {} : JSON.parse(body)) as Record<string, unknown>;
        if (path.startsWith("/maas-api/") || path.startsWith("/v1/")) {
            return this.api(method, path, credential, given, headers);
        }
        const [, , name, ...rest] = path.split("/");
        const model = this.settings.models.find((one) => one.name === name);
        const external = this.settings.externalModels.find((one) => one.name === name);
        const names =
            model === undefined
                ? (external?.providers ?? []).map(({ targetModel }) => targetModel)
                : [model.name, ...(model.servedName === undefined ? [] : [model.servedName]), ...model.aliases];
        return modelAnswer(names, rest.join("/"), given, this.broken, this.tokens);
    }

    private api(
        method: string,
        path: string,
        credential: string,
        body: Record<string, unknown>,
        headers: IncomingMessage["headers"],
    ): Answer {
        if (path === "/maas-api/health") {
            return { status: 200, body: { status: "healthy" } };
        }
        if (!path.endsWith("/v1/models")) {
            // The internal API answers whoever reaches it.
            return path.startsWith("/maas-api/v1/")
                ? this.maas.answer(method, path, credential, body)
                : { status: 200, body: {} };
        }
        const key = this.maas.keys.find((one) => one.key === credential && one.status === "active");
        if (key === undefined && !this.maas.callers.has(credential) && headers["x-maas-username"] === undefined) {
            return { status: 500, body: { exceptionCode: "AUTH_FAILURE", refId: "001" } }; // Nobody has said who it is.
        }
        const said = this.believes ? headers["x-maas-subscription"] : undefined;
        const subscription = said ?? key?.subscription;
        const found = this.objects.subscriptions.find(({ metadata: { name } }) => name === subscription);
        const data = modelRefs(found).map(({ name, namespace }) => ({
            ...{ id: name, object: "model", url: `${this.url}/${namespace}/${name}`, ready: true },
        }));
        return { status: 200, body: { object: "list", data } };
    }
}

function modelRefs(subscription: KubeObject | undefined): { name: string; namespace: string }[] {
    return (subscription?.spec.modelRefs ?? []) as { name: string; namespace: string }[];
}

const encoded = (identity: unknown): string => Buffer.from(JSON.stringify(identity ?? null)).toString("base64");
const decoded = (header: string | string[] | undefined): unknown =>
    header === undefined || header === "" ? undefined : JSON.parse(Buffer.from(String(header), "base64").toString("utf8"));

async function serve(
    request: IncomingMessage,
    response: ServerResponse,
    answer: (request: IncomingMessage, body: string) => Answer | Promise<Answer>,
): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
        chunks.push(chunk as Buffer);
    }
    const { status, body, headers } = await answer(request, Buffer.concat(chunks).toString("utf8"));
    const stream = typeof body === "string";
    response.writeHead(status, { "Content-Type": stream ? "text/event-stream" : "application/json", ...headers });
    if (!stream) {
        response.end(body === undefined ? "" : JSON.stringify(body));
        return;
    }
    // Event by event, as a model says it.
    body.split(/(?<=\n\n)/).forEach((event) => response.write(event));
    response.end();
}
