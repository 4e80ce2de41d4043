/** Tests with promtool and Prometheus, where there are any. */
import { REQUIRED } from "../rehearsal/apiserver/support";
import { found, type Program, PROGRAMS } from "./build";
import { missing } from "./runPromtool";

export { runPromtool } from "./runPromtool";

const promtool = found("promtool", process.env);

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
