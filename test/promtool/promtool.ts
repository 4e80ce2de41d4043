/** Runs promtool, where there is one. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

import { REQUIRED } from "../rehearsal/apiserver/support";
import { builtPromtool } from "./build";

/** The promtool that was built, else the one on PATH; undefined when there is none. */
function find(): string | undefined {
    const onPath = (process.env["PATH"] ?? "").split(path.delimiter).map((folder) => path.join(folder, "promtool"));
    return [builtPromtool(process.env), ...onPath].find((file) => existsSync(file));
}

const promtool = find();
const MISSING = "promtool is missing: build it with `npm run promtool`, or install Prometheus";

/** `describe` where there is a promtool. Elsewhere the tests are skipped, which is said aloud, or fail where they are required. */
export const describePromtool: jest.Describe = promtool !== undefined || REQUIRED ? describe : skipped();

function skipped(): jest.Describe {
    process.stderr.write(`SKIPPED: rules of Prometheus: ${MISSING}\n`);
    return describe.skip as unknown as jest.Describe;
}

/** Runs promtool. @returns what it printed, and whether it ended well */
export function runPromtool(args: readonly string[], cwd: string): { readonly ok: boolean; readonly output: string } {
    if (promtool === undefined) {
        throw new Error(MISSING);
    }
    try {
        return { ok: true, output: execFileSync(promtool, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }) };
    } catch (error) {
        const { stdout, stderr } = error as { stdout: string; stderr: string };
        return { ok: false, output: `${stdout}${stderr}` };
    }
}
