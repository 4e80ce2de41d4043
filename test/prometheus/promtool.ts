/** Runs promtool, where there is one. */
import { execFileSync } from "node:child_process";

import { REQUIRED } from "../rehearsal/apiserver/support";
import { found, type Program, PROGRAMS } from "./build";

const promtool = found("promtool", process.env);
const missing = (program: Program): string =>
    `${program} is missing: build it with \`npm run prometheus\`, or install Prometheus 3`;

/** `describe` where there is promtool. Elsewhere the tests are skipped, which is said aloud, or fail where they are required. */
export const describePromtool: jest.Describe = promtool !== undefined || REQUIRED ? describe : skipped("promtool");

/** The same where there is the server too. */
export const describePrometheus: jest.Describe = REQUIRED
    ? describe
    : (PROGRAMS.filter((program) => found(program, process.env) === undefined).map(skipped)[0] ?? describe);

function skipped(program: Program): jest.Describe {
    process.stderr.write(`SKIPPED: rules and dashboards: ${missing(program)}\n`);
    return describe.skip as unknown as jest.Describe;
}

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
