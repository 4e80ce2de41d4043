/** A real Vault for tests with the real engine: the `vault` and the provider `pulumi-resource-vault` on PATH. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { request } from "node:https";
import { createServer, type AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";

import { isExecutable } from "../../rehearsal/executable";
import { signedByAuthority } from "../commands/selfSigned";
import { eventually } from "../rehearsal/apiserver/support";
import { describeEngine } from "./search";

function onPath(name: string): string | undefined {
    const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
    return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

const program = onPath("vault");
/** The version of the Vault that tests run, as it says it: `Vault v1.21.4`. Undefined where there is none, or no provider. */
export const VAULT_VERSION =
    program === undefined || onPath("pulumi-resource-vault") === undefined
        ? undefined
        : /^Vault v\S+/.exec(spawnSync(program, ["version"], { encoding: "utf8" }).stdout)?.[0];

/** `describe` where there are a real engine, its Vault provider and a Vault; elsewhere the tests are skipped, which is said aloud. */
export const describeVault: jest.Describe = VAULT_VERSION === undefined ? skipped() : describeEngine;

function skipped(): jest.Describe {
    process.stderr.write("SKIPPED: the tests with a real Vault: no vault and pulumi-resource-vault on PATH\n");
    return describe.skip as unknown as jest.Describe;
}

/** An answer of Vault. */
export interface VaultAnswer {
    readonly status: number;
    readonly body: any;
}

/** A server with integrated storage on loopback, over TLS. It keeps its data while it is stopped. */
export class RealVault {
    private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "vault-"));
    private server: ChildProcess | undefined;
    private share = "";
    /** The token that may do everything. */
    root = "";

    private constructor(private readonly port: number) {
        signedByAuthority(this.folder);
        fs.mkdirSync(path.join(this.folder, "data"));
        const file = (name: string): string => JSON.stringify(path.join(this.folder, name));
        fs.writeFileSync(
            path.join(this.folder, "vault.hcl"),
            `disable_mlock = true
api_addr = "${this.url}"
cluster_addr = "https://127.0.0.1:${port + 1}"
listener "tcp" {
  address         = "127.0.0.1:${port}"
  cluster_address = "127.0.0.1:${port + 1}"
  tls_cert_file   = ${file("cert.pem")}
  tls_key_file    = ${file("key.pem")}
}
storage "raft" {
  path    = ${file("data")}
  node_id = "one"
}
`,
        );
    }

    /** Starts one that is initialized and unsealed. */
    static async open(): Promise<RealVault> {
        const vault = new RealVault(await freePort());
        await vault.start();
        const { body } = await vault.ask("PUT", "sys/init", { secret_shares: 1, secret_threshold: 1 });
        vault.share = body.keys[0];
        vault.root = body.root_token;
        await vault.unseal();
        return vault;
    }

    get url(): string {
        return `https://localhost:${this.port}`;
    }

    /** By these a provider finds it, as who may do everything. */
    get environment(): Readonly<Record<string, string>> {
        return { VAULT_TOKEN: this.root, VAULT_CACERT: this.ca };
    }

    /** A file with the authority of its certificate. */
    get ca(): string {
        return path.join(this.folder, "ca.pem");
    }

    /** Starts it again after {@link stop}: sealed. */
    async start(): Promise<void> {
        const log = fs.openSync(path.join(this.folder, "log"), "a");
        this.server = spawn(program!, ["server", "-config", path.join(this.folder, "vault.hcl")], {
            stdio: ["ignore", log, log],
        });
        await eventually(
            "Vault answers",
            async () => (await this.ask("GET", "sys/seal-status").catch(() => undefined))?.status === 200,
        );
    }

    /** Ends the server. Its data stay. */
    async stop(): Promise<void> {
        const { server } = this;
        this.server = undefined;
        if (server !== undefined) {
            await new Promise((ended) => server.once("exit", ended).kill());
        }
    }

    async close(): Promise<void> {
        await this.stop();
        fs.rmSync(this.folder, { recursive: true });
    }

    async seal(): Promise<void> {
        await this.ask("PUT", "sys/seal", undefined, this.root);
    }

    async unseal(): Promise<void> {
        await this.ask("PUT", "sys/unseal", { key: this.share });
        await eventually("Vault is active", async () => (await this.ask("GET", "sys/health")).status === 200);
    }

    /** A token with one policy. @param policy its name and its text */
    async token(name: string, policy: string, ttl = "1h"): Promise<string> {
        await this.as("PUT", `sys/policies/acl/${name}`, { policy });
        return (await this.as("POST", "auth/token/create", { policies: [name], ttl })).body.auth.client_token;
    }

    /** Asks as root. */
    as(method: string, at: string, body?: object): Promise<VaultAnswer> {
        return this.ask(method, at, body, this.root);
    }

    ask(method: string, at: string, body?: object, token?: string): Promise<VaultAnswer> {
        return new Promise((resolve, reject) => {
            const sent = request(
                `${this.url}/v1/${at}`,
                {
                    method,
                    ca: fs.readFileSync(this.ca),
                    headers: token === undefined ? {} : { "X-Vault-Token": token },
                    agent: false,
                },
                (response) => {
                    let text = "";
                    response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
                    response.on("end", () =>
                        resolve({ status: response.statusCode!, body: text === "" ? undefined : JSON.parse(text) }),
                    );
                },
            );
            sent.on("error", reject);
            sent.end(body === undefined ? undefined : JSON.stringify(body));
        });
    }
}

function freePort(): Promise<number> {
    return new Promise((resolve) => {
        const server = createServer().listen(0, "127.0.0.1", () => {
            const { port } = server.address() as AddressInfo;
            server.close(() => resolve(port));
        });
    });
}
