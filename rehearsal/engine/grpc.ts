/**
 * gRPC over HTTP/2, as far as Pulumi's protocols use it: unary calls without compression, on loopback.
 *
 * Written on node:http2 because a stand-in for the engine starts with every plan: loading a full gRPC library costs
 * more than all its calls, and its HTTP/2 sessions, whose pings tell when the program is idle, are out of reach.
 */
import * as http2 from "node:http2";
import type { AddressInfo } from "node:net";

/** The status codes of gRPC that the engine answers with. */
export const Code = { CANCELLED: 1, UNKNOWN: 2, INVALID_ARGUMENT: 3, UNIMPLEMENTED: 12, INTERNAL: 13, UNAVAILABLE: 14 } as const;

/** A call that was answered with an error; `details` is the bare message of the other side. */
export class GrpcError extends Error {
    constructor(
        readonly code: number,
        readonly details: string,
    ) {
        super(details);
        this.name = "GrpcError";
    }
}

/** A protobuf message. */
export interface Message {
    serializeBinary(): Uint8Array;
}

/** The class of a protobuf message. */
export interface MessageType<T> {
    deserializeBinary(bytes: Uint8Array): T;
}

/** One method of a service. */
export interface Method<Request = any> {
    readonly request: MessageType<Request>;
    handle(request: Request): Promise<Message> | Message;
}

/** Methods by path: `/pulumirpc.Engine/Log`. */
export type Methods = Readonly<Record<string, Method>>;

const SETTINGS = { initialWindowSize: 4 * 1024 * 1024 };

/** A gRPC server on loopback; its port is the system's choice. */
export class GrpcServer {
    private readonly server: http2.Http2Server;
    private readonly sessions = new Set<http2.ServerHttp2Session>();

    /**
     * @param hold called when a call comes in; what it returns, once the call is being handled. Keeps a clock from passing over
     * calls that are still being read
     */
    constructor(
        private methods: Methods,
        private readonly hold: () => () => void = () => () => undefined,
    ) {
        this.server = http2.createServer({ maxSessionMemory: 1024, settings: SETTINGS });
        this.server.on("session", (session) => {
            this.sessions.add(session);
            session.on("close", () => this.sessions.delete(session));
            session.on("error", () => undefined);
        });
        this.server.on("stream", (stream, headers) => void this.answer(stream, String(headers[":path"])));
        this.server.on("sessionError", () => undefined);
    }

    /** Adds methods to those given at construction. */
    serve(methods: Methods): void {
        this.methods = { ...this.methods, ...methods };
    }

    /** Starts to listen. @returns `127.0.0.1:<port>` */
    listen(): Promise<string> {
        return new Promise((resolve, reject) => {
            this.server.once("error", reject);
            this.server.listen(0, "127.0.0.1", () => resolve(`127.0.0.1:${(this.server.address() as AddressInfo).port}`));
        });
    }

    /** The number of clients that are connected. */
    get clients(): number {
        return this.sessions.size;
    }

    /** Resolves when the event loop of every connected client has turned once, or the client has disconnected. */
    async ping(): Promise<void> {
        await Promise.all([...this.sessions].map(pingSession));
    }

    /** Closes all connections; calls in progress fail. */
    close(): Promise<void> {
        for (const session of this.sessions) {
            session.destroy();
        }
        return new Promise((resolve) => this.server.close(() => resolve()));
    }

    private async answer(stream: http2.ServerHttp2Stream, path: string): Promise<void> {
        stream.on("error", () => undefined);
        const release = this.hold();
        try {
            const method = this.methods[path];
            const body = await readMessage(stream);
            setImmediate(release);
            if (method === undefined) {
                throw new GrpcError(Code.UNIMPLEMENTED, `unknown method ${path}`);
            }
            const response = await method.handle(method.request.deserializeBinary(body));
            if (stream.destroyed) {
                return;
            }
            stream.respond({ ":status": 200, "content-type": "application/grpc+proto" }, { waitForTrailers: true });
            stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
            stream.end(frame(response.serializeBinary()));
        } catch (e) {
            setImmediate(release);
            if (!stream.destroyed && !stream.headersSent) {
                const { code, details } =
                    e instanceof GrpcError ? e : new GrpcError(Code.UNKNOWN, (e as Error).message ?? String(e));
                stream.respond(
                    {
                        ":status": 200,
                        "content-type": "application/grpc+proto",
                        "grpc-status": String(code),
                        "grpc-message": encodeMessage(details),
                    },
                    { endStream: true },
                );
            }
        }
    }
}

/** A gRPC client of one server on loopback. */
export class GrpcClient {
    private session: http2.ClientHttp2Session | undefined;

    /** @param address `127.0.0.1:<port>` */
    constructor(private readonly address: string) {}

    /** Calls a method. @throws GrpcError as the server answered, or UNAVAILABLE when it cannot be reached */
    call<Response>(path: string, request: Message, response: MessageType<Response>): Promise<Response> {
        return new Promise((resolve, reject) => {
            const unavailable = (e?: Error): void =>
                reject(new GrpcError(Code.UNAVAILABLE, `${this.address} is gone${e ? `: ${e.message}` : ""}`));
            const session = this.connect();
            let stream: http2.ClientHttp2Stream;
            try {
                stream = session.request({
                    ":method": "POST",
                    ":path": path,
                    "content-type": "application/grpc+proto",
                    te: "trailers",
                });
            } catch (e) {
                unavailable(e as Error);
                return;
            }
            let status: string | undefined;
            let message = "";
            const take = (headers: http2.IncomingHttpHeaders): void => {
                if (headers["grpc-status"] !== undefined) {
                    status = String(headers["grpc-status"]);
                    message = decode(String(headers["grpc-message"] ?? ""));
                }
            };
            stream.on("response", take);
            stream.on("trailers", take);
            const chunks: Buffer[] = [];
            stream.on("data", (chunk: Buffer) => chunks.push(chunk));
            stream.on("error", unavailable);
            stream.on("close", () => {
                if (status === undefined) {
                    unavailable();
                } else if (status !== "0") {
                    reject(new GrpcError(Number(status), message));
                } else {
                    try {
                        resolve(response.deserializeBinary(unframe(Buffer.concat(chunks))));
                    } catch (e) {
                        reject(e as Error);
                    }
                }
            });
            stream.end(frame(request.serializeBinary()));
        });
    }

    /** Resolves when the server has received everything that was sent so far, or is gone. */
    ping(): Promise<void> {
        const session = this.connect();
        return session.connecting
            ? new Promise((resolve) => {
                  session.once("connect", () => void pingSession(session).then(resolve));
                  session.once("close", resolve);
              })
            : pingSession(session);
    }

    /** Closes the connection; calls in progress fail. */
    close(): void {
        this.session?.destroy();
        this.session = undefined;
    }

    private connect(): http2.ClientHttp2Session {
        if (this.session === undefined || this.session.destroyed || this.session.closed) {
            const session = http2.connect(`http://${this.address}`, { maxSessionMemory: 1024, settings: SETTINGS });
            session.on("error", () => undefined);
            // As many calls as there are resources may wait on it at once.
            session.setMaxListeners(0);
            // A connection of ours alone must not keep the process alive.
            session.on("connect", () => session.unref());
            this.session = session;
        }
        return this.session;
    }
}

function pingSession(session: http2.Http2Session): Promise<void> {
    return new Promise((resolve) => {
        const done = (): void => {
            session.removeListener("close", done);
            resolve();
        };
        session.once("close", done);
        if (session.destroyed || !session.ping(done)) {
            done();
        }
    });
}

function frame(message: Uint8Array): Buffer {
    const framed = Buffer.allocUnsafe(5 + message.length);
    framed[0] = 0;
    framed.writeUInt32BE(message.length, 1);
    framed.set(message, 5);
    return framed;
}

function unframe(bytes: Buffer): Uint8Array {
    if (bytes.length < 5) {
        throw new GrpcError(Code.INTERNAL, "a message was cut off");
    }
    if (bytes[0] !== 0) {
        throw new GrpcError(Code.UNIMPLEMENTED, "compressed messages are not understood");
    }
    return bytes.subarray(5, 5 + bytes.readUInt32BE(1));
}

function readMessage(stream: http2.ServerHttp2Stream): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("aborted", () => reject(new GrpcError(Code.CANCELLED, "the caller went away")));
        stream.on("end", () => {
            try {
                resolve(unframe(Buffer.concat(chunks)));
            } catch (e) {
                reject(e as Error);
            }
        });
    });
}

/** The encoding of gRPC: printable ASCII unchanged, the rest as percent-encoded UTF-8. */
function encodeMessage(text: string): string {
    return text.replace(/[^\x20-\x24\x26-\x7e]+/g, (run) =>
        [...Buffer.from(run, "utf8")].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
    );
}

function decode(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}
