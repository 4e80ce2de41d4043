/** Servers of tests: on a free port of loopback, over HTTP or TLS. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";

export abstract class Loopback {
    private server!: Server;
    private scheme = "http";

    protected abstract serve(request: IncomingMessage, response: ServerResponse): Promise<void>;

    /** @param certificate with it, the server speaks TLS */
    async start(certificate?: ServerOptions): Promise<void> {
        const serve = (request: IncomingMessage, response: ServerResponse): void => void this.serve(request, response);
        this.scheme = certificate === undefined ? "http" : "https";
        this.server = certificate === undefined ? createServer(serve) : createTlsServer(certificate, serve);
        await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    }

    async stop(): Promise<void> {
        this.server.closeAllConnections();
        await new Promise((done) => this.server.close(done));
    }

    get url(): string {
        return `${this.scheme}://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }
}

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
        chunks.push(chunk as Buffer);
    }
    return Buffer.concat(chunks).toString("utf8");
}
