/** Runs the synchronization of LiteMaaS as its Job does, against doubles of its servers. For tests. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { desiredState, SYNC_ENTRY, SYNC_FILES } from "../../../components/litemaas/sync";
import type { DesiredState } from "../../../components/litemaas/sync/types";
import { litemaasModelSchema } from "../../../stacks/schema/litemaasModels";
import { workshopSchema } from "../../../stacks/schema/workshops";
import { NAMESPACE, SyncServers } from "./servers";

export const OWNER = "litemaas";

export interface Ran {
    readonly code: number | null;
    readonly output: string;
}

let folder: string;
/** Those of the test that runs. */
export let servers: SyncServers;

beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "litemaas-"));
    // The files stand alone, as in the volume of the Job.
    for (const [at, content] of Object.entries(SYNC_FILES)) {
        mkdirSync(dirname(join(folder, at)), { recursive: true });
        writeFileSync(join(folder, at), content);
    }
    writeFileSync(join(folder, "token"), "job-token\n");
    servers = new SyncServers();
    await servers.start();
});

afterEach(async () => {
    await servers.stop();
    rmSync(folder, { recursive: true });
});

/** A model of the settings. */
export const model = (name: string, more: object = {}): object => ({
    name,
    inputPrice: 0.07,
    outputPrice: 0.25,
    endpoints: [{ predictive: name, ...more }],
});

/** A workshop of the settings. */
export const workshop = (more: object = {}): object => ({
    name: "rag",
    participants: ["ann", "bob"],
    models: ["granite"],
    budget: 5,
    tokensPerMinute: 20_000,
    requestsPerMinute: 60,
    end: "2099-12-31T18:00:00Z",
    ...more,
});

/** What is to be. */
export function desired(workshops: object[] = [workshop()], models: object[] = [model("granite")]): DesiredState {
    return {
        ...desiredState({
            owner: OWNER,
            proxyUrl: servers.url,
            publicUrl: "https://litellm.apps.example.com",
            portalUrl: servers.url,
            handoutNamespace: NAMESPACE,
            models: models.map((one) => litemaasModelSchema.parse(one)),
            workshops: workshops.map((one) => workshopSchema.parse(one)),
            predictiveUrl: (name) => `http://${name}-predictor.maas.svc.cluster.local:8080/v1`,
            modelUrl: (name) => `https://${name}.maas.svc/v1`,
        }),
        firstWaitSeconds: 0.01,
        timeoutSeconds: 0.5,
    };
}

/** Runs the script. */
export async function run(state: DesiredState, kill?: AbortSignal, environment: Record<string, string> = {}): Promise<Ran> {
    writeFileSync(join(folder, "desired.json"), JSON.stringify(state));
    const child = spawn(process.execPath, [join(folder, SYNC_ENTRY)], {
        env: {
            SYNC_CONFIG: join(folder, "desired.json"),
            LITELLM_MASTER_KEY: servers.proxy.masterKey,
            PORTAL_ADMIN_KEY: "ltm_admin_key",
            KUBERNETES_URL: servers.url,
            SERVICE_ACCOUNT: folder,
            ...environment,
        },
    });
    kill?.addEventListener("abort", () => child.kill("SIGKILL"));
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise<number | null>((done) => child.on("close", done));
    expect(output).not.toMatch(/sk-[0-9a-f]{8}|sk-master|ltm_admin_key/);
    return { code, output };
}

interface Handed {
    readonly participant: string;
    readonly key: string;
}

/** What is handed out; each key of it is in force, and no other of the workshop is. */
export function handedOut(name = "rag"): string[] {
    const { participants } = JSON.parse(servers.file(name, "keys.json")) as { participants: Handed[] };
    const inForce = [...servers.proxy.keys.values()].filter((key) => key["metadata"].maas_workshop === name);
    expect(inForce.map((key) => key["metadata"].maas_participant).sort()).toEqual(participants.map((p) => p.participant).sort());
    for (const { participant, key } of participants) {
        const answer = servers.proxy.answer("POST", "/key/update", { key }, servers.proxy.masterKey);
        expect(answer).toMatchObject([200, { key_alias: `${name}.${participant}` }]);
        expect(servers.file(name, "keys.csv")).toContain(`${participant},${key},https://litellm.apps.example.com/v1,`);
    }
    return participants.map(({ participant }) => participant);
}

/** The values of the keys, by participant. */
export const values = (name = "rag"): Record<string, string> =>
    JSON.parse(servers.file(name, "values.json")) as Record<string, string>;
