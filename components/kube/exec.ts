/** Runs a command in a container of a pod, and carries its input and output. */
import type { IncomingMessage } from "node:http";
import { PassThrough, type Readable } from "node:stream";

import type { RawData, WebSocket } from "ws";

import type { Access } from "./kubeconfig";
import { KubeError } from "./objects";
import type { TimeOuts } from "./timeOuts";

/** The command and its container. */
export interface ExecCommand {
    readonly namespace: string;
    readonly pod: string;
    readonly container: string;
    /** Program and arguments; no shell reads them. */
    readonly command: readonly string[];
    /**
     * Standard input. The command is not told where it ends, since servers before Kubernetes 1.30 cannot: it must know how much it reads
     * (`head -c`).
     */
    readonly stdin?: AsyncIterable<Uint8Array> | undefined;
    /** Breaks the connection; the command then ends as its container runtime has it. */
    readonly signal?: AbortSignal | undefined;
}

/** A command that runs. Read `stdout` to its end, and await `ended`. */
export interface Execution {
    readonly stdout: Readable;
    /** Settled when the command has ended. @throws KubeError when it failed, with its last words, or the connection broke before */
    readonly ended: Promise<void>;
}

/** The first byte of each message. Source: kubernetes/apimachinery@v0.34.1:pkg/util/remotecommand/constants.go. */
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, status: 3 } as const;
const PROTOCOLS = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
/** Bytes that wait to be sent; more would only fill memory. */
const WAITING = 1 << 20;
/** How often the other side is asked whether it is there, and after how long a silence it is not. Source: kubernetes/client-go@v0.34.1:tools/remotecommand/websocket.go. */
const [PING_MS, SILENCE_MS] = [5000, 61_000];
/** Characters of standard error that are kept: the last ones say why. */
const LAST_WORDS = 2000;

/** Starts a command. @throws KubeError when it cannot be started */
export async function exec({ server, options }: Access, timeOuts: TimeOuts, args: ExecCommand): Promise<Execution> {
    const { namespace, pod, container, command, stdin, signal } = args;
    const what = `${command[0]!} in ${namespace}/${pod}`;
    const query = new URLSearchParams([
        ...command.map((word): [string, string] => ["command", word]),
        ["container", container],
        ["stdin", String(stdin !== undefined)],
        ["stdout", "true"],
        ["stderr", "true"],
    ]);
    const { default: Socket } = await import("ws");
    const root = server.pathname.replace(/\/$/, "");
    const socket = new Socket(
        `${server.protocol === "http:" ? "ws" : "wss"}://${server.host}${root}/api/v1/namespaces/${namespace}/pods/${encodeURIComponent(pod)}/exec?${query.toString()}`,
        PROTOCOLS,
        { ...(options as object), handshakeTimeout: timeOuts.headers },
    );
    await opened(socket, what);
    const abort = (): void => socket.terminate();
    signal?.addEventListener("abort", abort);
    socket.once("close", () => signal?.removeEventListener("abort", abort));
    if (signal?.aborted === true) {
        abort();
    }
    endWhenSilent(socket);
    const stdout = new PassThrough();
    // Whoever reads it gets the error from `ended` as well.
    stdout.on("error", () => undefined);
    const ended = finished(socket, stdout, what);
    ended.catch((error: Error) => stdout.destroy(error));
    if (stdin !== undefined) {
        feed(socket, stdin).catch((error: Error) => {
            stdout.destroy(error);
            socket.terminate();
        });
    }
    return { stdout, ended };
}

function opened(socket: WebSocket, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
        socket.once("open", resolve);
        socket.once("error", (error) => reject(new KubeError(`${what}: ${error.message}`, 0, true)));
        socket.once("unexpected-response", (_request, response: IncomingMessage) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("end", () => {
                const text = Buffer.concat(chunks).toString("utf8");
                reject(new KubeError(`${what}: ${messageOf(text) ?? `HTTP ${response.statusCode}`}`, response.statusCode ?? 0));
                socket.terminate();
            });
        });
    });
}

/** Ends a connection whose other side has gone without a word. */
function endWhenSilent(socket: WebSocket): void {
    let heard = performance.now();
    const hear = (): void => {
        heard = performance.now();
    };
    socket.on("message", hear);
    socket.on("pong", hear);
    const timer = setInterval(() => {
        // What is not read here, as nobody takes it, says nothing about the other side.
        if (socket.isPaused) {
            hear();
        } else if (performance.now() - heard > SILENCE_MS) {
            socket.terminate();
        } else if (socket.readyState === socket.OPEN) {
            socket.ping();
        }
    }, PING_MS);
    socket.once("close", () => clearInterval(timer));
}

/** Sorts what comes into its channels, until the status says how the command ended. */
function finished(socket: WebSocket, stdout: PassThrough, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
        let stderr = "";
        let status: string | undefined;
        socket.on("message", (data: RawData) => {
            const message = data as Buffer;
            const rest = message.subarray(1);
            switch (message[0]) {
                case CHANNEL.stdout:
                    if (!stdout.write(rest)) {
                        socket.pause();
                        stdout.once("drain", () => socket.resume());
                    }
                    break;
                case CHANNEL.stderr:
                    stderr = (stderr + rest.toString("utf8")).slice(-LAST_WORDS);
                    break;
                case CHANNEL.status:
                    status = rest.toString("utf8");
                    socket.close();
                    break;
            }
        });
        const end = (broke: string): void => {
            if (status === undefined) {
                reject(new KubeError(`${what}: the connection broke before the command ended${broke}`, 0, true));
            } else if ((JSON.parse(status) as { status?: string }).status === "Success") {
                stdout.end();
                resolve();
            } else {
                reject(new KubeError(`${what}: ${stderr.trim() || messageOf(status) || status}`, 500));
            }
        };
        socket.on("error", (error) => end(`: ${error.message}`));
        socket.on("close", () => end(""));
    });
}

async function feed(socket: WebSocket, stdin: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of stdin) {
        if (socket.readyState !== socket.OPEN) {
            return; // `ended` says why.
        }
        await new Promise<void>((resolve, reject) => {
            const sent = (error?: Error | null): void => (error ? reject(error) : resolve());
            socket.send(Buffer.concat([Buffer.of(CHANNEL.stdin), chunk]), sent);
            if (socket.bufferedAmount < WAITING) {
                resolve();
            }
        });
    }
}

function messageOf(text: string): string | undefined {
    try {
        return (JSON.parse(text) as { message?: string }).message;
    } catch {
        return undefined;
    }
}
