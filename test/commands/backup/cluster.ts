/**
 * A double of the API server: pods, Secrets, and commands in pods, which run on this machine with the tools of a real PostgreSQL.
 * Source of the protocol: kubernetes/kubernetes@v1.34.1:staging/src/k8s.io/apimachinery/pkg/util/remotecommand/constants.go (channels, v5),
 * kubernetes/kubernetes@v1.34.1:staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go (refusals).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

import { type WebSocket, WebSocketServer } from "ws";

import type { Postgres } from "../../postgres/server";

/** What a pod is to the commands that run in it. */
export interface Place {
    readonly namespace: string;
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly container: string;
    /** Environment of its commands, beside that of PostgreSQL. */
    readonly env?: Readonly<Record<string, string>>;
}

type Channel = 1 | 2 | 3;

export class PodCluster {
    readonly pods: Place[] = [];
    /** `namespace/name` -> data, encoded as the API has them. */
    readonly secrets = new Map<string, Record<string, string>>();
    /** Environment of the pods that a command makes. */
    made: Readonly<Record<string, string>> = {};
    /** Commands that ran, as `namespace/pod: script`. */
    readonly ran: string[] = [];
    /** Objects that were created. */
    readonly created: { readonly metadata: { readonly name: string; readonly namespace: string } }[] = [];
    /** After so many bytes of output the connection breaks without a word. */
    breaksAfter = Infinity;
    /** After so many bytes of input the connection breaks. */
    breaksAfterInput = Infinity;
    /** Whether commands may run in pods. */
    execAllowed = true;
    /** Whether commands say nothing and do not end. */
    hangs = false;
    /** Called with each script before it runs. */
    onRun: (script: string) => void = () => undefined;
    private readonly server: Server;
    private readonly sockets = new WebSocketServer({
        noServer: true,
        handleProtocols: (offered) => ["v5.channel.k8s.io", "v4.channel.k8s.io"].find((one) => offered.has(one)) ?? false,
    });

    constructor(private readonly postgres: Postgres | undefined) {
        this.server = createServer((request, response) => void this.serve(request, response));
        this.server.on("upgrade", (request, socket, head) => this.upgrade(request, socket, head));
    }

    async start(): Promise<void> {
        await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    }

    async stop(): Promise<void> {
        this.sockets.clients.forEach((one) => one.terminate());
        this.server.closeAllConnections();
        await new Promise((done) => this.server.close(done));
    }

    get url(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const chunks: Buffer[] = [];
        for await (const chunk of request) {
            chunks.push(chunk as Buffer);
        }
        const text = Buffer.concat(chunks).toString("utf8");
        const answer = this.answer(
            request.method!,
            new URL(request.url!, this.url),
            text === "" ? {} : (JSON.parse(text) as object),
        );
        response.writeHead(answer.code, { "Content-Type": "application/json" });
        response.end(JSON.stringify(answer.body));
    }

    private answer(method: string, { pathname, searchParams }: URL, body: any): { readonly code: number; readonly body: object } {
        if (pathname === "/version") {
            return { code: 200, body: { gitVersion: "v1.34.1" } };
        }
        const [, namespace, plural, name] = /^\/api\/v1\/namespaces\/([^/]+)\/(pods|secrets)(?:\/([^/]+))?$/.exec(pathname) ?? [];
        const missing = { code: 404, body: { message: `${plural} "${name}" not found` } };
        if (plural === "secrets") {
            const key = `${namespace}/${name}`;
            const data = this.secrets.get(key);
            if (data === undefined) {
                return missing;
            }
            Object.assign(data, method === "PATCH" ? body.data : {});
            return { code: 200, body: { metadata: { name, namespace }, data } };
        }
        if (plural !== "pods") {
            return missing;
        }
        if (method === "POST") {
            const { metadata, spec } = body;
            this.created.push(body);
            this.pods.push({ ...metadata, container: spec.containers[0].name, env: this.made });
            return { code: 201, body };
        }
        if (method === "DELETE") {
            this.pods.splice(
                this.pods.findIndex((pod) => pod.name === name),
                1,
            );
            return { code: 200, body: {} };
        }
        const wanted = (searchParams.get("labelSelector") ?? "").split(",").filter((one) => one !== "");
        const field = /^metadata\.name=(.+)$/.exec(searchParams.get("fieldSelector") ?? "")?.[1];
        const items = this.pods
            .filter((pod) => pod.namespace === namespace && (field === undefined || pod.name === field))
            .filter(({ labels }) => wanted.every((one) => labels[one.split("=")[0]!] === one.split("=")[1]))
            .map((pod) => ({ metadata: { name: pod.name, namespace }, status: { phase: "Running" } }));
        return { code: 200, body: { metadata: { resourceVersion: "1" }, items } };
    }

    private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
        const { pathname, searchParams } = new URL(request.url!, this.url);
        const [, namespace, name] = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/exec$/.exec(pathname) ?? [];
        const pod = this.pods.find((one) => one.namespace === namespace && one.name === name);
        if (!this.execAllowed || pod === undefined || pod.container !== searchParams.get("container")) {
            const message = this.execAllowed
                ? `pods "${name}" not found`
                : `pods "${name}" is forbidden: User "ann" cannot create resource "pods/exec" in API group "" in the namespace "${namespace}"`;
            const body = JSON.stringify({ kind: "Status", status: "Failure", message });
            socket.end(
                `HTTP/1.1 ${this.execAllowed ? "404 Not Found" : "403 Forbidden"}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
            );
            return;
        }
        this.sockets.handleUpgrade(request, socket, head, (client) => this.run(client, pod, searchParams.getAll("command")));
    }

    private run(client: WebSocket, { namespace, name, env = {} }: Place, command: readonly string[]): void {
        this.onRun(command[2] ?? "");
        if (this.hangs) {
            return;
        }
        const child = this.postgres!.spawn(command, env);
        this.ran.push(`${namespace}/${name}: ${command[2] ?? command.join(" ")}`);
        let [sent, taken] = [0, 0];
        const say = (channel: Channel, data: Buffer): void => client.send(Buffer.concat([Buffer.of(channel), data]));
        child.stdout.on("data", (data: Buffer) => {
            sent += data.length;
            if (sent > this.breaksAfter) {
                client.terminate();
                child.kill();
                return;
            }
            say(1, data);
        });
        child.stderr.on("data", (data: Buffer) => say(2, data));
        child.stdin.on("error", () => undefined);
        client.on("message", (data: Buffer) => {
            taken += data.length - 1;
            if (taken > this.breaksAfterInput) {
                client.terminate();
                return;
            }
            child.stdin.write(data.subarray(1));
        });
        // As a container runtime does: input ends with the connection.
        client.on("close", () => child.stdin.end());
        child.on("close", (code) => {
            const status =
                code === 0
                    ? { status: "Success" }
                    : { status: "Failure", message: `command terminated with non-zero exit code`, reason: "NonZeroExitCode" };
            if (client.readyState === client.OPEN) {
                say(3, Buffer.from(JSON.stringify(status)));
                client.close();
            }
        });
    }
}
