import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { isNewEnough, OLDEST_PULUMI, searchPulumi } from "../../../rehearsal/pulumi/find";

let folder: string;
beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "find-pulumi-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A command that prints `version`, in a folder of its own. */
function command(name: string, prints: string): string {
    const file = path.join(folder, name, "pulumi");
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `#!/bin/sh\n${prints}\n`, { mode: 0o755 });
    return file;
}

/** Where the npm package keeps what it has downloaded. */
const npm = path.join("versions", (require("pulumi/package.json") as { version: string }).version, "bin");

describe("the search for pulumi", () => {
    it("takes the first on PATH that is new enough", async () => {
        const old = command("old", "echo v3.100.0");
        const broken = command("broken", "exit 1");
        const fresh = command("fresh", "echo v3.260.0");
        const env = { PATH: [old, broken, fresh].map((f) => path.dirname(f)).join(path.delimiter), PULUMI_HOME: folder };
        expect(await searchPulumi(env)).toEqual({ cli: { command: fresh, version: "3.260.0", source: "PATH" } });
    });

    it("takes what the npm package has downloaded", async () => {
        const downloaded = command(npm, "echo v3.265.0");
        expect(await searchPulumi({ PATH: "", PULUMI_HOME: folder })).toEqual({
            cli: { command: downloaded, version: "3.265.0", source: "npm package pulumi" },
        });
    });

    it("says why there is none", async () => {
        const old = command("old", "echo v3.100.0");
        // A proxy that nobody listens on stands for no network.
        const offline = {
            PATH: path.dirname(old),
            PULUMI_HOME: path.join(folder, "home"),
            NODE_OPTIONS: `--require ${noNetwork()}`,
        };
        const lines: string[] = [];
        const { cli, why } = await searchPulumi(offline, (line) => lines.push(line));
        expect(cli).toBeUndefined();
        expect(why).toContain(`${old} is version 3.100.0, older than ${OLDEST_PULUMI}`);
        expect(why).toMatch(/pulumi [\d.]+ could not be downloaded: pulumi: fetch failed/);
        expect(lines).toEqual([expect.stringMatching(/^downloading pulumi [\d.]+$/)]);
    });
});

it("compares versions by their numbers", () => {
    expect(["3.220.0", "3.220.1", "3.1000.0", "4.0.0", "3.221.0-alpha.1"].map(isNewEnough)).toEqual([
        true,
        true,
        true,
        true,
        true,
    ]);
    expect(["3.219.9", "3.99.0", "2.999.0"].map(isNewEnough)).toEqual([false, false, false]);
});

function noNetwork(): string {
    const file = path.join(folder, "offline.js");
    fs.writeFileSync(file, `globalThis.fetch = () => Promise.reject(new TypeError("fetch failed"));`);
    return file;
}
