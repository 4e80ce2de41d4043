/**
 * Keeps an API server and its simulated controllers running after the rehearsal: a process of its own runs them until it is
 * stopped.
 */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";

import { type Clock, ScaledClock } from "../clock";
import { unrefInput } from "../engine/child";
import type { Kept } from "../world";
import type { ApiServerCluster } from "./cluster";
import { connect } from "./open";
import { Guard } from "./guard";
import { killSession } from "./reap";
import type { Connection } from "./server";
import { cacheFolder } from "./versions";

/** An API server that was kept. */
export interface KeptApiServer extends Kept {
    /** The folder of the control plane; removed with it. */
    readonly folder: string;
}

export interface KeepOptions {
    /** The module of the simulation that goes on. */
    readonly simulation: string;
    /** The factor by which time passes faster than the wall clock. */
    readonly speed: number;
    /** Seconds of rehearsed time that have passed. */
    readonly now: number;
    /** The time at the beginning, in milliseconds since 1970. */
    readonly epoch: number;
    readonly env?: NodeJS.ProcessEnv;
}

/** The keeper did not take over, or does not answer. */
export class KeepError extends Error {
    constructor(message: string) {
        super(message);
        this.name = "KeepError";
    }
}

/** The facts that the keeper needs. */
interface Handover {
    readonly connection: Connection;
    readonly serving: { readonly cert: string; readonly key: string };
    readonly groups: readonly number[];
    readonly folder: string;
    readonly simulation: string;
    readonly speed: number;
    readonly now: number;
    readonly epoch: number;
}

const START_SECONDS = 30;

/** The register of kept clusters: one file each, which holds the folder of its control plane. */
function register(env: NodeJS.ProcessEnv): string {
    return path.join(cacheFolder(env), "kept");
}

/**
 * Hands the control plane of a cluster over to a process of its own. The simulated world goes on there once `cluster` is closed,
 * which from now on only disconnects.
 *
 * @throws KeepError when the other process does not take over; the cluster is then as before
 */
export async function keep(cluster: ApiServerCluster, options: KeepOptions): Promise<KeptApiServer> {
    const { controlPlane } = cluster;
    if (controlPlane === undefined) {
        throw new KeepError("only the process that has started an API server can keep it");
    }
    const { folder, serving, processes, server, ca, token } = controlPlane;
    const handover: Handover = {
        connection: { server, ca, token },
        serving,
        groups: processes.map((p) => p.pid),
        folder,
        simulation: options.simulation,
        speed: options.speed,
        now: options.now,
        epoch: options.epoch,
    };
    const log = path.join(folder, "keeper.log");
    const output = fs.openSync(log, "a", 0o600);
    // The pipe tells it when this process, and with it the simulation here, has ended.
    const keeper = spawn(process.execPath, ["-r", path.resolve(__dirname, "../../typescript.js"), __filename], {
        detached: true,
        stdio: ["pipe", output, output],
        env: options.env ?? process.env,
        cwd: folder,
    });
    fs.closeSync(output);
    const pid = keeper.pid;
    try {
        if (pid === undefined) {
            throw new KeepError("the process that should keep the API server cannot be started");
        }
        let ended = false;
        keeper.once("exit", () => (ended = true));
        keeper.stdin!.on("error", () => undefined);
        keeper.stdin!.write(`${JSON.stringify(handover)}\n`);
        const deadline = performance.now() + START_SECONDS * 1000;
        while (!(await says(folder, "hello"))) {
            if (ended || performance.now() > deadline) {
                throw new KeepError(
                    `the process that should keep the API server did not take over:\n${fs.readFileSync(log, "utf8").trim()}`,
                );
            }
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    } catch (e) {
        if (pid !== undefined) {
            killSession(pid);
        }
        throw e;
    }
    const registered = register(options.env ?? process.env);
    fs.mkdirSync(registered, { recursive: true });
    fs.writeFileSync(path.join(registered, path.basename(folder)), folder);
    await cluster.leave();
    keeper.unref();
    unrefInput(keeper);
    const kubeconfig = path.join(folder, "kubeconfig");
    return {
        folder,
        kubeconfig,
        commands: [
            `export KUBECONFIG=${kubeconfig}`,
            "kubectl get namespaces",
            "kubectl get subscriptions.operators.coreos.com,clusterserviceversions -A",
            "npx maas rehearse stop",
        ],
        by: "a keeper",
    };
}

/**
 * Ends every API server that was kept.
 *
 * @returns how many there were
 */
export async function stopKept(env: NodeJS.ProcessEnv = process.env): Promise<number> {
    const folder = register(env);
    const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
    let stopped = 0;
    for (const name of names) {
        const file = path.join(folder, name);
        if (await says(fs.readFileSync(file, "utf8"), "stop")) {
            stopped++;
        }
        fs.rmSync(file, { force: true });
    }
    return stopped;
}

function socketOf(folder: string): string {
    return path.join(folder, "keeper.sock");
}

/** Says a word to a keeper. Resolves to whether one listened; after `stop`, when it has ended. */
function says(folder: string, word: "hello" | "stop"): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = net.connect(socketOf(folder));
        let answered = false;
        socket.on("data", () => (answered = true));
        socket.once("error", () => resolve(answered));
        socket.once("close", () => resolve(answered));
        socket.once("connect", () => socket.write(`${word}\n`));
    });
}

/** Goes on where another clock has stopped. */
class LaterClock implements Clock {
    private readonly clock: ScaledClock;

    constructor(
        speed: number,
        private readonly since: number,
    ) {
        this.clock = new ScaledClock(speed);
    }

    now(): number {
        return this.since + this.clock.now();
    }

    after(seconds: number, action: () => void): () => void {
        return this.clock.after(seconds, action);
    }

    hold(): () => void {
        return this.clock.hold();
    }
}

/** Seconds without an answer after which an API server counts as gone. */
const GONE_SECONDS = 10;

async function takeOver(): Promise<void> {
    const { line, closed } = await handedOver();
    const { connection, serving, groups, folder, simulation, speed, now, epoch } = JSON.parse(line) as Handover;
    const guard = new Guard();
    groups.forEach((g) => guard.group(g));
    guard.folder(folder);
    const clock = new LaterClock(speed, now);
    const cluster = await connect({ ...connection, serving }, undefined, { date: () => new Date(epoch + clock.now() * 1000) });
    fs.writeFileSync(path.join(folder, "kubeconfig"), cluster.kubeconfig(), { mode: 0o600 });

    let ending = false;
    const end = async (): Promise<void> => {
        if (!ending) {
            ending = true;
            await cluster.close();
            await guard.close();
            process.exit(0);
        }
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.on(signal, () => void end());
    }
    const server = net.createServer((socket) => {
        socket.on("error", () => undefined);
        socket.setEncoding("utf8").on("data", (word: string) => {
            socket.write("yes\n");
            if (word.startsWith("stop")) {
                // The connection closes when this process has ended, which the caller waits for.
                void end();
            } else {
                socket.end();
            }
        });
    });
    await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(socketOf(folder), resolve);
    });
    fs.chmodSync(socketOf(folder), 0o600);
    let answered = performance.now();
    setInterval(() => {
        cluster.get({ apiVersion: "v1", kind: "Namespace", name: "default" }).then(
            () => (answered = performance.now()),
            () => (performance.now() - answered > GONE_SECONDS * 1000 ? void end() : undefined),
        );
    }, 2000);
    await closed;
    const { simulationOf } = await import("../simulation");
    await simulationOf({ module: simulation }, cluster, clock).start();
}

/** The first line of the standard input, and when it closes. */
function handedOver(): Promise<{ line: string; closed: Promise<void> }> {
    return new Promise((resolve, reject) => {
        let text = "";
        const closed = new Promise<void>((done) => process.stdin.once("close", () => done()));
        process.stdin.setEncoding("utf8").on("data", (chunk: string) => {
            text += chunk;
            const end = text.indexOf("\n");
            if (end >= 0) {
                resolve({ line: text.slice(0, end), closed });
            }
        });
        process.stdin.once("end", () => reject(new KeepError("nothing was handed over")));
    });
}

if (require.main === module) {
    takeOver().catch((e: Error) => {
        process.stderr.write(`${e.stack ?? e.message}\n`);
        process.exit(1);
    });
}
