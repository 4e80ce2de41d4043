/** lean.js makes Pulumi's SDK do less, and nothing else: what comes of a program is what comes of it without. */
import * as path from "node:path";

import { plan } from "../rehearsal/plan";
import { FIXTURES, inWorld } from "./rehearsal/engine/harness";

jest.setTimeout(120_000);

const LEAN = { NODE_OPTIONS: `--require ${path.join(__dirname, "..", "lean.js")}` };

/** What a run says that is not a matter of time. */
const told = ({ timings: _, ...result }: any): unknown => JSON.parse(JSON.stringify(result));

/** Runs with variables in the environment of the program. */
async function within<T>(env: Record<string, string>, run: () => Promise<T>): Promise<T> {
    const before = Object.keys(env).map((key) => [key, process.env[key]] as const);
    Object.assign(process.env, env);
    try {
        return await run();
    } finally {
        before.forEach(([key, value]) => (value === undefined ? delete process.env[key] : (process.env[key] = value)));
    }
}

describe.each([
    "basic",
    "changes",
    "clouds",
    "crashes",
    "duplicate",
    "empty",
    "hooks",
    "late",
    "options",
    "policed",
    "random",
    "reads",
    "stuck",
    "throws",
    "transforms",
])("the program %s", (stack) => {
    it("plans alike", async () => {
        const planned = (env: Record<string, string>): Promise<any> =>
            within(env, () => plan({ projectDir: FIXTURES, stack, limit: 20_000 }));
        expect(told(await planned(LEAN))).toEqual(told(await planned({})));
    });
});

describe.each(["basic", "fails", "late", "refuses", "random", "retry"])("the program %s", (stack) => {
    it("comes up alike, or fails alike", async () => {
        const brought = async (env: Record<string, string>): Promise<unknown> => {
            let result: unknown;
            await inWorld(stack, async ({ session }) => void (result = await session.up()), { env });
            return told(result);
        };
        expect(await brought(LEAN)).toEqual(await brought({}));
    });
});
