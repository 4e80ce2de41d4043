import { randomBytes, timingSafeEqual } from "node:crypto";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";

import { type Clock, EPOCH } from "../clock";
import type { Certificate } from "./certificate";
import { ApiError } from "./cluster";
import { keepConnections } from "./connections";
import { kubeconfig, read, send, status } from "./http-messages";
import { answer } from "./http-requests";
import { watch } from "./http-watch";
import type { MemoryCluster } from "./memory";

/**
 * The Kubernetes REST API over a cluster in memory, on 127.0.0.1, with a bearer token that lives as long as it does.
 *
 * A request holds the clock while it is worked on. A watch holds it only until an event has been handed to the
 * socket, so that time passes while it waits; its `timeoutSeconds` are seconds of the rehearsal.
 */
export class HttpFace {
    /** A kubeconfig (YAML) that reaches this server. */
    readonly kubeconfig: string;

    private readonly token: string;
    private readonly sockets = new Set<() => void>();

    private constructor(
        private readonly cluster: MemoryCluster,
        private readonly clock: Clock,
        private readonly server: http.Server,
        serving: Certificate | undefined,
    ) {
        this.token = randomBytes(24).toString("hex");
        this.kubeconfig = kubeconfig((server.address() as AddressInfo).port, this.token, serving?.cert);
    }

    /**
     * Begins to serve on a free port.
     *
     * @param serving what it shows over TLS. Default: it speaks plain HTTP, which is quicker, but over which kubectl and
     * other clients written in Go send no token
     */
    static async open(cluster: MemoryCluster, clock: Clock, serving?: Certificate): Promise<HttpFace> {
        const server = serving === undefined ? http.createServer() : https.createServer(serving);
        keepConnections(server);
        await new Promise<void>((resolve, reject) => {
            server.once("error", reject);
            server.listen(0, "127.0.0.1", resolve);
        });
        const face = new HttpFace(cluster, clock, server, serving);
        server.on("request", (request, response) => void face.handle(request, response));
        return face;
    }

    /** Ends every watch and every connection. */
    async close(): Promise<void> {
        [...this.sockets].forEach((end) => end());
        const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
        this.server.closeAllConnections();
        await closed;
    }

    private async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
        const release = this.clock.hold();
        response.sendDate = false;
        response.once("close", release);
        response.setHeader("Date", new Date(EPOCH + this.clock.now() * 1000).toUTCString());
        response.setHeader("Audit-Id", `rehearsal-${this.cluster.resourceVersion}`);
        try {
            this.authenticate(request);
            const url = new URL(request.url ?? "/", "http://127.0.0.1");
            const body = await read(request);
            const answered = await answer(
                this.cluster,
                request.method ?? "GET",
                url,
                request.headers["content-type"] ?? "",
                body,
            );
            if (answered === "watch") {
                watch(this.cluster, this.clock, url, response, { ends: this.sockets, release });
                return;
            }
            send(response, answered.code, answered.body);
        } catch (error) {
            const refused =
                error instanceof ApiError
                    ? error
                    : new ApiError(500, "InternalError", error instanceof Error ? error.message : String(error));
            send(response, refused.code, status(refused));
        }
    }

    private authenticate(request: http.IncomingMessage): void {
        const expected = Buffer.from(`Bearer ${this.token}`);
        const given = Buffer.from(request.headers.authorization ?? "");
        if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
            throw new ApiError(401, "Forbidden", "Unauthorized");
        }
    }
}
