/** Runs the program that creates the keys of workspaces, as the Job runs it, against doubles of its servers. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerOptions } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { KEY_ANNOTATIONS } from "../../../catalogue/workspaces/names";
import { keysConfig } from "../../../components/workspaces/keys";
import { workspacesSchema } from "../../../stacks/schema/workspaces";
import { KeyServers, type StoredKey } from "./keyServers";

const SCRIPT = join(__dirname, "../../../components/createKeys.mjs");
const settings = workspacesSchema.parse({})!;

export interface Ran {
    readonly code: number | null;
    readonly output: string;
}

/** How a run differs from the usual. */
interface How {
    readonly kill?: AbortSignal;
    readonly firstWaitSeconds?: number;
    readonly timeoutSeconds?: number;
    readonly credential?: "key" | "token";
    readonly env?: Readonly<Record<string, string>>;
    readonly minTlsVersion?: string;
}

/** New servers and a folder for each test of a file. */
export class KeyBench {
    servers!: KeyServers;
    folder!: string;

    constructor() {
        beforeEach(async () => {
            this.folder = mkdtempSync(join(tmpdir(), "keys-"));
            writeFileSync(join(this.folder, "token"), "job-token\n");
            await this.serve(["wksp-ann", "wksp-bob"]);
        });
        afterEach(async () => {
            await this.servers.stop();
            rmSync(this.folder, { recursive: true });
        });
    }

    /** Serves other workspaces instead. @param certificate with it, by TLS */
    async serve(workspaces: readonly string[], certificate?: ServerOptions): Promise<void> {
        await (this.servers as KeyServers | undefined)?.stop();
        this.servers = new KeyServers(workspaces);
        await this.servers.start(certificate);
    }

    /** Runs the program. @param users user and subscription of each workspace */
    async run(
        users: Readonly<Record<string, string>>,
        {
            kill,
            firstWaitSeconds = 0.01,
            timeoutSeconds = 0.5,
            credential = "key",
            env = {},
            minTlsVersion = "TLSv1.2",
        }: How = {},
    ): Promise<Ran> {
        const { servers, folder } = this;
        const owners = Object.entries(users).map(([user, subscription]) => ({
            user,
            subscription,
            api: `${servers.url}/maas-api`,
        }));
        const file = join(folder, `config-${Math.random()}.json`);
        writeFileSync(
            file,
            JSON.stringify({ ...keysConfig(settings, credential, owners), firstWaitSeconds, timeoutSeconds, minTlsVersion }),
        );
        const child = spawn(process.execPath, [SCRIPT], {
            env: { KEYS_CONFIG: file, KUBERNETES_URL: servers.url, SERVICE_ACCOUNT: folder, ...env },
        });
        kill?.addEventListener("abort", () => child.kill("SIGKILL"));
        let output = "";
        child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
        child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
        const code = await new Promise<number | null>((done) => child.on("close", done));
        for (const secret of [...servers.keys.map(({ key }) => key), ...(servers.maas.tokens ?? []).map(({ token }) => token)]) {
            expect(output).not.toContain(secret);
        }
        return { code, output };
    }

    /** The one key of a workspace: active, of the subscription, and in its Secret. */
    onlyKey(namespace: string, subscription: string): StoredKey {
        const { servers } = this;
        const [key, ...others] = servers.active(namespace);
        expect([namespace, others]).toEqual([namespace, []]);
        expect(key).toMatchObject({ subscription });
        expect(servers.held(namespace)).toBe(key!.key);
        expect(servers.secrets.get(namespace)!.metadata.annotations).toMatchObject({
            [KEY_ANNOTATIONS.id]: key!.id,
            [KEY_ANNOTATIONS.subscription]: subscription,
        });
        return key!;
    }
}
