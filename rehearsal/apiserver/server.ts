/** A Kubernetes control plane on this machine: etcd, kube-apiserver and the controllers that deletes need. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as https from "node:https";
import * as os from "node:os";
import * as path from "node:path";

import type { ControlPlaneBinaries } from "./binaries";
import { Guard } from "./guard";
import { freePort } from "./ports";
import { type BackgroundProcess, endingText, startProcess } from "./process";

/** The connection to an API server. */
export interface Connection {
    /** `https://127.0.0.1:<port>`. */
    readonly server: string;
    /** PEM of the certificates that its own is judged by. */
    readonly ca: string;
    /** Bearer token of a cluster administrator. Made for this run; never printed. */
    readonly token: string;
}

export interface ControlPlane extends Connection {
    /** Holds everything that the control plane writes; removed when it stops. */
    readonly folder: string;
    /** The serving certificate and its key: a proxy in front of the API server shows the same. */
    readonly serving: { readonly cert: string; readonly key: string };
    /** The programs that run, in the order in which they were started. */
    readonly processes: readonly BackgroundProcess[];
    /** Resolves to a clear message when one of the programs ends unexpectedly. */
    readonly failed: Promise<string>;
    /** Stops all programs and removes the folder; safe to call twice. */
    stop(): Promise<void>;
    /** Leaves all programs running; another process ends them. */
    release(): Promise<void>;
}

export interface ControlPlaneOptions {
    readonly binaries: ControlPlaneBinaries;
    /** Seconds until a program must have become ready. Default 90. */
    readonly startSeconds?: number;
}

/** The control plane did not come up; the message holds the last lines of the log. */
export class ControlPlaneError extends Error {
    constructor(message: string) {
        super(message);
        this.name = "ControlPlaneError";
    }
}

/** A port that was free was taken before the program listened on it. */
const PORT_TAKEN = /address already in use/;

/**
 * Starts a control plane. It listens on 127.0.0.1 only, and is stopped when this process is gone, however that happens.
 *
 * @throws ControlPlaneError when it does not become ready
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
    for (let attempt = 1; ; attempt++) {
        const guard = new Guard();
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "maas-control-plane-"));
        guard.folder(folder);
        const processes: BackgroundProcess[] = [];
        try {
            return await start(options, guard, folder, processes);
        } catch (e) {
            await Promise.all(processes.map((p) => p.stop()));
            await guard.close();
            if (attempt === 3 || !(e instanceof ControlPlaneError && PORT_TAKEN.test(e.message))) {
                throw e;
            }
        }
    }
}

async function start(
    options: ControlPlaneOptions,
    guard: Guard,
    folder: string,
    processes: BackgroundProcess[],
): Promise<ControlPlane> {
    const { binaries } = options;
    const deadline = performance.now() + (options.startSeconds ?? 90) * 1000;
    const [etcdPort, port] = [await freePort(), await freePort()];
    const token = randomBytes(32).toString("base64url");
    const files = writeSecrets(folder, token);
    let stopping = false;
    let broken: { readonly process: BackgroundProcess; readonly message: string } | undefined;
    let fail: (message: string) => void = () => undefined;
    const failed = new Promise<string>((resolve) => (fail = resolve));

    const run = async (command: string, args: readonly string[]): Promise<BackgroundProcess> => {
        const p = await startProcess(guard, folder, command, args);
        processes.push(p);
        void p.ended.then((ending) => {
            if (!stopping) {
                broken ??= { process: p, message: endingText(p.name, ending) };
                fail(broken.message);
            }
        });
        return p;
    };
    const until = async (p: BackgroundProcess, ready: () => Promise<boolean>): Promise<void> => {
        while (!(await ready())) {
            if (broken !== undefined) {
                throw new ControlPlaneError(`${broken.message}\n${broken.process.tail(15)}`);
            }
            if (performance.now() > deadline) {
                throw new ControlPlaneError(`${p.name} was not ready after ${options.startSeconds ?? 90} s\n${p.tail(15)}`);
            }
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
    };

    const etcdUrl = `http://127.0.0.1:${etcdPort}`;
    await run(binaries.etcd, [
        `--data-dir=${path.join(folder, "etcd")}`,
        `--listen-client-urls=${etcdUrl}`,
        `--advertise-client-urls=${etcdUrl}`,
        "--listen-peer-urls=http://127.0.0.1:0",
        "--log-level=warn",
        // The data is thrown away in the end: nothing is lost by not waiting for the disk.
        "--unsafe-no-fsync",
    ]);
    const apiserver = await run(binaries.kubeApiserver, apiserverArgs(etcdUrl, port, files));
    const certificate = path.join(files.certificates, "apiserver.crt");
    const server = `https://127.0.0.1:${port}`;
    await until(apiserver, () =>
        Promise.resolve(fs.existsSync(certificate) && fs.existsSync(path.join(files.certificates, "apiserver.key"))),
    );
    let ca = "";
    await until(apiserver, () => {
        ca = fs.readFileSync(certificate, "utf8");
        return isReady({ server, ca, token });
    });
    fs.writeFileSync(files.kubeconfig, kubeconfigOf({ server, ca, token }), { mode: 0o600 });
    await run(binaries.kubeControllerManager, [
        `--kubeconfig=${files.kubeconfig}`,
        "--controllers=garbage-collector-controller,namespace-controller",
        "--secure-port=0",
        "--leader-elect=false",
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
        "--profiling=false",
    ]);

    let ending: Promise<void> | undefined;
    return {
        server,
        ca,
        token,
        folder,
        serving: { cert: ca, key: fs.readFileSync(path.join(files.certificates, "apiserver.key"), "utf8") },
        processes,
        failed,
        stop: () =>
            (ending ??= (async () => {
                stopping = true;
                // Clients end before their servers: none of them waits for one that is gone already.
                for (const p of [...processes].reverse()) {
                    await p.stop();
                }
                await guard.close();
            })()),
        release: async () => {
            stopping = true;
            ending = Promise.resolve();
            await guard.release();
            processes.forEach((p) => p.letGo());
        },
    };
}

interface SecretFiles {
    readonly certificates: string;
    readonly tokens: string;
    readonly serviceAccountKey: string;
    readonly kubeconfig: string;
}

function writeSecrets(folder: string, token: string): SecretFiles {
    const files: SecretFiles = {
        certificates: path.join(folder, "certificates"),
        tokens: path.join(folder, "tokens.csv"),
        serviceAccountKey: path.join(folder, "service-account.key"),
        kubeconfig: path.join(folder, "controllers.kubeconfig"),
    };
    fs.mkdirSync(files.certificates, { mode: 0o700 });
    fs.writeFileSync(files.tokens, `${token},rehearsal,rehearsal,"system:masters"\n`, { mode: 0o600 });
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    fs.writeFileSync(files.serviceAccountKey, privateKey.export({ type: "sec1", format: "pem" }), { mode: 0o600 });
    return files;
}

/** Left out: what needs controllers or webhooks that do not run here, or would keep objects from being deleted without them. */
const WITHOUT_ADMISSION = [
    "ServiceAccount",
    "StorageObjectInUseProtection",
    "TaintNodesByCondition",
    "DefaultTolerationSeconds",
    "DefaultStorageClass",
    "ResourceQuota",
    "MutatingAdmissionWebhook",
    "ValidatingAdmissionWebhook",
];

function apiserverArgs(etcdUrl: string, port: number, files: SecretFiles): string[] {
    return [
        `--etcd-servers=${etcdUrl}`,
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        // There are no nodes that would have to find the API server.
        "--endpoint-reconciler-type=none",
        `--secure-port=${port}`,
        // The API server signs its own certificate there.
        `--cert-dir=${files.certificates}`,
        `--token-auth-file=${files.tokens}`,
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        `--service-account-key-file=${files.serviceAccountKey}`,
        `--service-account-signing-key-file=${files.serviceAccountKey}`,
        "--service-cluster-ip-range=172.30.0.0/16",
        `--disable-admission-plugins=${WITHOUT_ADMISSION.join(",")}`,
        "--enable-priority-and-fairness=false",
        "--max-requests-inflight=0",
        "--max-mutating-requests-inflight=0",
        "--allow-privileged=true",
        "--profiling=false",
        "--etcd-compaction-interval=0",
        "--etcd-count-metric-poll-period=0",
        "--etcd-db-metric-poll-interval=0",
        "--shutdown-watch-termination-grace-period=0s",
    ];
}

function isReady({ server, ca, token }: Connection): Promise<boolean> {
    return new Promise((resolve) => {
        const request = https.get(
            `${server}/readyz`,
            { ca, headers: { authorization: `Bearer ${token}` }, timeout: 5000, agent: false },
            (response) => {
                response.resume();
                resolve(response.statusCode === 200);
            },
        );
        request.once("error", () => resolve(false));
        request.once("timeout", () => request.destroy());
    });
}

/** A kubeconfig (YAML) for one connection. */
export function kubeconfigOf({ server, ca, token }: Connection): string {
    // JSON is YAML; a reader of the file sees its structure all the same.
    return `${JSON.stringify(
        {
            apiVersion: "v1",
            kind: "Config",
            clusters: [
                { name: "rehearsal", cluster: { server, "certificate-authority-data": Buffer.from(ca).toString("base64") } },
            ],
            users: [{ name: "rehearsal", user: { token } }],
            contexts: [{ name: "rehearsal", context: { cluster: "rehearsal", user: "rehearsal", namespace: "default" } }],
            "current-context": "rehearsal",
        },
        undefined,
        2,
    )}\n`;
}
