/** Whether there is a real engine for tests. */
import { spawnSync } from "node:child_process";
import * as path from "node:path";

import type { Search } from "../../rehearsal/pulumi/find";
import { describeApiServer } from "../rehearsal/apiserver/support";

const ROOT = path.resolve(__dirname, "../..");

/** Asked in a process of its own: whether tests are skipped must be known before they are declared. */
function search(): Search {
    const code = `require("./rehearsal/pulumi/find").searchPulumi().then((s) => console.log(JSON.stringify(s)))`;
    const run = spawnSync(process.execPath, ["-r", path.join(ROOT, "typescript.js"), "-e", code], {
        cwd: ROOT,
        encoding: "utf8",
    });
    return JSON.parse(run.stdout) as Search;
}

/** The engine, or why there is none. */
export const engine = search();

/** `describe` where there are a real engine and an API server; elsewhere the tests are skipped, and why is said aloud. */
export const describeEngine: jest.Describe = engine.cli === undefined ? skipped(engine.why) : describeApiServer;

function skipped(why: string): jest.Describe {
    process.stderr.write(`SKIPPED: the tests with the real engine: ${why}\n`);
    return describe.skip as unknown as jest.Describe;
}
