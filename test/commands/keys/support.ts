/** The commands about API keys, run against a double of the MaaS API. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { KeyServers } from "../../components/workspaces/keyServers";
import type { StoredKey } from "../../components/workspaces/maasApi";
import { inFolder, type Outcome } from "../helper";

/** What the tests of a file work with; each test has its own. */
export interface Keys {
    readonly servers: KeyServers;
    /** The folder that commands run in. */
    readonly folder: string;
    /** Runs a command line. */
    run(line: string): Promise<Outcome>;
    /** Runs a command about keys of code-assistant. No output ever has a token, nor a key that it need not show. */
    keys(words: string, shows?: string[]): Promise<Outcome>;
    /** Adds a key to those of the API. */
    add(key?: Partial<StoredKey>): StoredKey;
}

/** Call it once in a file, outside of its tests. Commands run as `ann`; the token of an administrator is `token-admin`. */
export function keyCommands(): Keys {
    let servers: KeyServers;
    let folder: string;
    const before = { ...process.env };
    beforeEach(async () => {
        servers = new KeyServers([]);
        await servers.start();
        servers.maas.callers.set("token-ann", { username: "ann" });
        servers.maas.callers.set("token-admin", { username: "admin", admin: true });
        folder = mkdtempSync(path.join(tmpdir(), "keys-"));
        process.env["KUBECONFIG"] = path.join(folder, "none");
        process.env["MAAS_TOKEN"] = "token-ann";
    });
    afterEach(async () => {
        await servers.stop();
        rmSync(folder, { recursive: true });
        process.env = { ...before };
    });
    const run = (line: string): Promise<Outcome> => inFolder(folder, line.split(" "));
    return {
        get servers() {
            return servers;
        },
        get folder() {
            return folder;
        },
        run,
        async keys(words, shows = []) {
            const [verb, ...options] = words.split(" ");
            const ended = await run(["keys", verb, "code-assistant", "--url", servers.url, ...options].join(" "));
            const said = ended.out + ended.err;
            expect(said).not.toContain("token-");
            expect((said.match(/sk-oai-[\w-]+/g) ?? []).filter((key) => !shows.includes(key))).toEqual([]);
            return ended;
        },
        add(key = {}) {
            const id = key.id ?? `id-${servers.keys.length + 1}`;
            const stored: StoredKey = {
                id,
                key: `sk-oai-${id}-secret`,
                name: "laptop",
                username: "ann",
                subscription: "free",
                creationDate: "2026-11-01T00:00:00Z",
                expirationDate: "2027-01-30T00:00:00Z",
                status: "active",
                ...key,
            };
            servers.keys.push(stored);
            return stored;
        },
    };
}
