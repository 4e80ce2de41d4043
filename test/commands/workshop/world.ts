/** Runs commands about workshops in this process, against doubles of LiteLLM and of the Kubernetes API. For tests. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { stringify } from "yaml";

import { SyncServers } from "../../components/litemaas/servers";
import { Project } from "../../project";
import { CLUSTER } from "../../settings";
import { inFolder, type Outcome, useCluster } from "../helper";

export let servers: SyncServers;
let project: Project;
export let folder: string;
const before = { ...process.env };

export const workshop = (more: object = {}): object => ({
    name: "rag",
    participants: ["ann", "bob"],
    models: ["granite"],
    budget: 5,
    end: "2099-12-31T18:00:00Z",
    ...more,
});

/** Writes the stack with workshops. */
export function stack(...workshops: object[]): void {
    const settings = {
        release: "3.4",
        cluster: CLUSTER,
        gpu: { pools: [{ name: "gpu", instanceType: "g6e.2xlarge", replicas: 1 }] },
        litemaas: {
            proxy: { image: `quay.io/rh-aiservices-bu/litellm-non-root@sha256:${"0".repeat(64)}` },
            models: [{ name: "granite", endpoints: [{ url: "https://granite.example.com/v1" }] }],
            workshops,
            benchmark: { models: ["granite"] },
        },
    };
    project.write(stringify({ config: { "maas:settings": settings } }), "litemaas");
}

beforeEach(async () => {
    servers = new SyncServers();
    await servers.start();
    project = new Project();
    folder = mkdtempSync(path.join(tmpdir(), "workshop-"));
    useCluster(folder, servers.url, "job-token");
    stack(workshop());
});

afterEach(async () => {
    await servers.stop();
    project.remove();
    rmSync(folder, { recursive: true });
    process.env = { ...before };
});

/** Runs a command line. No output has a key, unless it is asked for. */
export async function run(line: string, shows = false): Promise<Outcome> {
    const outcome = await inFolder(folder, [...line.split(" "), "--project", project.folder]);
    if (!shows) {
        expect(outcome.out + outcome.err).not.toMatch(/sk-/);
    }
    return outcome;
}

export const url = (): string => `--url ${servers.url}`;
