/** A real Prometheus over a folder of blocks. It scrapes nothing and evaluates no rules by itself. */
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";

import { found } from "./build";

/** A series of an answer: the labels, and the value at the time that was asked for. */
export interface Found {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
}

export class Prometheus {
    private constructor(
        public readonly url: string,
        private readonly child: ChildProcess,
    ) {}

    /** Starts it. @returns once it answers @throws with what it printed, when it ends before */
    static async start(folder: string): Promise<Prometheus> {
        const port = await freePort();
        writeFileSync(path.join(folder, "prometheus.yml"), "{}\n");
        const child = spawn(
            found("prometheus", process.env)!,
            [
                "--config.file=prometheus.yml",
                "--storage.tsdb.path=data",
                "--storage.tsdb.retention.time=100y",
                `--web.listen-address=127.0.0.1:${port}`,
                "--log.level=error",
            ],
            { cwd: folder, stdio: ["ignore", "ignore", "pipe"] },
        );
        let printed = "";
        child.stderr.on("data", (text: Buffer) => (printed += text.toString()));
        const url = `http://127.0.0.1:${port}`;
        for (;;) {
            if (child.exitCode !== null) {
                throw new Error(`Prometheus ended with ${child.exitCode}: ${printed}`);
            }
            const ready = await fetch(`${url}/-/ready`).then(
                ({ ok }) => ok,
                () => false,
            );
            if (ready) {
                return new Prometheus(url, child);
            }
            await new Promise((done) => setTimeout(done, 50));
        }
    }

    /** Ends it. */
    async stop(): Promise<void> {
        const ended = new Promise((done) => this.child.once("exit", done));
        this.child.kill();
        await ended;
    }

    /** Asks at one time, in seconds since 1970. @throws with what Prometheus says against the query */
    async query(query: string, time: number): Promise<Found[]> {
        const answer = await fetch(`${this.url}/api/v1/query`, {
            method: "POST",
            body: new URLSearchParams({ query, time: String(time) }),
        });
        const { data, error } = (await answer.json()) as {
            data?: { result: { metric: Record<string, string>; value: [number, string] }[] };
            error?: string;
        };
        if (data === undefined) {
            throw new Error(`${query}: ${error}`);
        }
        return data.result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
    }
}

async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as { port: number };
    await new Promise((done) => server.close(done));
    return port;
}
