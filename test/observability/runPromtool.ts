/** Runs promtool. */
import { execFileSync } from "node:child_process";

import { found, type Program } from "./build";

const promtool = found("promtool", process.env);

/** What to do where a program is missing. */
export const missing = (program: Program): string =>
    `${program} is missing: build it with \`npm run prometheus\`, or install Prometheus 3`;

/** Runs promtool. @returns what it printed, and whether it ended well */
export function runPromtool(args: readonly string[], cwd: string): { readonly ok: boolean; readonly output: string } {
    if (promtool === undefined) {
        throw new Error(missing("promtool"));
    }
    try {
        return { ok: true, output: execFileSync(promtool, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }) };
    } catch (error) {
        const { stdout, stderr } = error as { stdout: string; stderr: string };
        return { ok: false, output: `${stdout}${stderr}` };
    }
}
