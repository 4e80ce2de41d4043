/** Runs PostgreSQL's own tools where a database is. */
import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";

import { KEYS_AUTHORITIES } from "../../catalogue/keysDatabase";
import { type Execution, isTrue, type Kube, unlessAborted } from "../../components/kube";
import { RefusalError } from "../exit";
import type { KeptDatabase } from "./databases";

/** Minutes that a pod has to start, and seconds that it lives when nobody removes it. */
const START_MINUTES = 5;
const LIFE_SECONDS = 6 * 3600;
/** Seconds that a dump waits for a client that has locked a table. A restore waits for as long as it takes: its dump says so. */
const LOCK_SECONDS = 60;

/** A database whose tools can be run. */
export class Tools {
    private constructor(
        private readonly kube: Kube,
        private readonly database: KeptDatabase,
        private readonly pod: string,
        private readonly container: string,
        private readonly signal: AbortSignal,
        private readonly close: () => Promise<void>,
    ) {}

    /** Does something with a database. @param signal ends what runs @throws RefusalError when its server does not run */
    static async with<T>(
        kube: Kube,
        database: KeptDatabase,
        signal: AbortSignal,
        work: (tools: Tools) => Promise<T>,
    ): Promise<T> {
        signal.throwIfAborted();
        const tools = await Tools.open(kube, database, signal);
        try {
            return await work(tools);
        } finally {
            await tools.close();
        }
    }

    private static async open(kube: Kube, database: KeptDatabase, signal: AbortSignal): Promise<Tools> {
        const { namespace, server, what } = database;
        const pods = { apiVersion: "v1", plural: "pods", namespace };
        if ("pods" in server) {
            const found = await kube.list(pods, server.pods);
            const alive = found.filter(
                ({ metadata, status }) => status?.["phase"] === "Running" && !("deletionTimestamp" in metadata),
            );
            const running = alive.find((pod) => isTrue(pod, "Ready")) ?? alive[0];
            if (running === undefined) {
                throw new RefusalError(
                    `The server of the database (${what}) does not run: no pod with ${server.pods} in namespace ${namespace}; maas status shows why.`,
                );
            }
            return new Tools(kube, database, running.metadata.name, server.container, signal, () => Promise.resolve());
        }
        const name = `maas-backup-${randomBytes(3).toString("hex")}`;
        await kube.create(pods, podOfTools(name, namespace, server));
        const close = (): Promise<void> => kube.delete(pods, name);
        const deadline = (await kube.now()) + START_MINUTES * 60_000;
        const running = kube.until(pods, name, (pod) => (pod?.status?.["phase"] === "Running" ? "Running" : undefined), deadline);
        const phase = await unlessAborted(running, signal).catch(async (e: unknown) => {
            await close();
            throw e;
        });
        if (phase === undefined) {
            await close();
            throw new RefusalError(
                `Pod ${namespace}/${name} did not start within ${START_MINUTES} minutes; is ${server.image} an image of PostgreSQL?`,
            );
        }
        return new Tools(kube, database, name, "tools", signal, close);
    }

    /** Rows of the tables that hold the users' data, of those that exist. */
    async rows(): Promise<ReadonlyMap<string, number>> {
        const names = this.database.tables.map((name) => `'${name}'`).join(", ");
        const sql = `SELECT format('SELECT %L, count(*) FROM %I.%I', table_name, table_schema, table_name) FROM information_schema.tables WHERE table_schema = 'public' AND table_name IN (${names}) ORDER BY 1 \\gexec`;
        const { stdout, ended } = await this.run(`psql --no-psqlrc --quiet --tuples-only --no-align ${this.target} <<<"$1"`, [
            sql,
        ]);
        const [printed] = await Promise.all([text(stdout), ended]);
        return new Map(
            printed
                .split("\n")
                .filter((line) => line.includes("|"))
                .map((line) => line.split("|"))
                .map(([table, count]) => [table!, Number(count)]),
        );
    }

    /** A dump in PostgreSQL's custom format; read it to its end and await `ended`. */
    dump(): Promise<Execution> {
        return this.run(`pg_dump --format custom --no-owner --no-acl --lock-wait-timeout=${LOCK_SECONDS}s ${this.target}`, []);
    }

    /** Brings a dump back in one transaction: all of it, or nothing. @param bytes of the dump */
    async restore(dump: Readable, bytes: number): Promise<void> {
        const { server } = this.database;
        const owner = "pods" in server ? ` --role ${server.owner}` : "";
        const { stdout, ended } = await this.run(
            `head -c "$1" | pg_restore --clean --if-exists --no-owner --no-acl --single-transaction --exit-on-error${owner} ${this.target}`,
            [String(bytes)],
            dump,
        );
        stdout.resume();
        await ended;
    }

    private get target(): string {
        const { server } = this.database;
        return "pods" in server ? `--username postgres --dbname ${server.database}` : `--dbname "$${server.key}"`;
    }

    private run(script: string, args: readonly string[], stdin?: Readable): Promise<Execution> {
        return this.kube.exec({
            namespace: this.database.namespace,
            pod: this.pod,
            container: this.container,
            command: ["bash", "-c", `set -euo pipefail; ${script}`, "maas", ...args],
            stdin,
            signal: this.signal,
        });
    }
}

/** A pod with PostgreSQL's tools, and the connection of the MaaS API. */
function podOfTools(
    name: string,
    namespace: string,
    { image, secret, key }: { image: string; secret: string; key: string },
): object {
    const { configMap, folder } = KEYS_AUTHORITIES;
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace, labels: { app: "maas-backup" } },
        spec: {
            restartPolicy: "Never",
            activeDeadlineSeconds: LIFE_SECONDS,
            terminationGracePeriodSeconds: 0,
            automountServiceAccountToken: false,
            securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
                {
                    name: "tools",
                    image,
                    command: ["sleep", String(LIFE_SECONDS)],
                    env: [{ name: key, valueFrom: { secretKeyRef: { name: secret, key } } }],
                    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "1", memory: "512Mi" } },
                    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                    volumeMounts: [{ name: "authorities", mountPath: folder, readOnly: true }],
                },
            ],
            volumes: [{ name: "authorities", configMap: { name: configMap, optional: true } }],
        },
    };
}
