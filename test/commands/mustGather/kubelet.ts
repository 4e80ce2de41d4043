/**
 * A node's server of logs, as far as the API server asks it. What it answers is the kubelet's.
 * Source: kubernetes/kubernetes@v1.34.4:pkg/kubelet/server/server.go (getContainerLogs), pkg/kubelet/kubelet_pods.go (validateContainerLogStatus).
 */
import type { ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";

import { loopbackCertificate } from "../../../rehearsal/cluster/certificate";

/** A line, and how long ago it was written, in seconds. */
export type Line = readonly [secondsAgo: number, text: string];

/** The logs of a container. */
export interface ContainerLogs {
    readonly current?: readonly Line[];
    readonly previous?: readonly Line[];
    /** Why it has not started. */
    readonly waiting?: string;
    /** After so many bytes the connection breaks. */
    readonly breaksAfter?: number;
}

export class Kubelet {
    /** `namespace/pod/container` -> its logs. */
    readonly logs = new Map<string, ContainerLogs>();
    /** Paths that were asked for, with their queries. */
    readonly asked: string[] = [];
    private readonly server: Server;

    constructor(private readonly now = Date.now()) {
        const { cert, key } = loopbackCertificate();
        this.server = createServer({ cert, key }, (request, response) => {
            this.asked.push(request.url!);
            const { pathname, searchParams } = new URL(request.url!, "https://node");
            const found = this.logs.get(pathname.replace(/^\/containerLogs\//, ""));
            const [, namespace, pod = "", container = ""] = pathname.split("/").slice(1);
            if (namespace === undefined || found === undefined) {
                refuse(response, 404, `pod "${pod}" does not exist`);
                return;
            }
            this.answer(response, found, searchParams, pod, container);
        });
    }

    async start(): Promise<void> {
        await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    }

    async stop(): Promise<void> {
        this.server.closeAllConnections();
        await new Promise((done) => this.server.close(done));
    }

    get port(): number {
        return (this.server.address() as AddressInfo).port;
    }

    private answer(
        response: ServerResponse,
        { current, previous, waiting, breaksAfter = Infinity }: ContainerLogs,
        query: URLSearchParams,
        pod: string,
        container: string,
    ): void {
        if (query.get("previous") === "true" && previous === undefined) {
            refuse(response, 400, `previous terminated container "${container}" in pod "${pod}" not found`);
            return;
        }
        if (waiting !== undefined && current === undefined) {
            refuse(response, 400, `container "${container}" in pod "${pod}" is waiting to start: ${waiting}`);
            return;
        }
        const since = Number(query.get("sinceSeconds") ?? Infinity);
        const lines = (query.get("previous") === "true" ? previous! : current!)
            .filter(([ago]) => ago <= since)
            .slice(-Number(query.get("tailLines") ?? Infinity))
            .map(([ago, text]) => {
                const time = query.get("timestamps") === "true" ? `${new Date(this.now - ago * 1000).toISOString()} ` : "";
                return `${time}${text}\n`;
            });
        response.writeHead(200, { "Transfer-Encoding": "chunked" });
        const text = lines.join("");
        if (text.length <= breaksAfter) {
            response.end(text);
            return;
        }
        response.write(text.slice(0, breaksAfter), () => setTimeout(() => response.socket?.destroy(), 50));
    }
}

/** As go-restful writes an error. */
function refuse(response: ServerResponse, code: number, message: string): void {
    response.writeHead(code, { "Content-Type": "text/plain" });
    response.end(message);
}
