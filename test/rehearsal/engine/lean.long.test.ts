/** lean.js makes Pulumi's SDK do less, and nothing else: what comes of a program is what comes of it without. */
import { plan } from "../../../rehearsal/plan";
import { FIXTURES, inWorld } from "./harness";

jest.setTimeout(120_000);

const STOCK = { MAAS_STOCK_SDK: "1" };

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
    "kubeconfig",
    "late",
    "options",
    "outputs",
    "policed",
    "random",
    "reads",
    "serialized",
    "stuck",
    "throws",
    "transforms",
])("the program %s", (stack) => {
    it("plans alike", async () => {
        const planned = (env: Record<string, string>): Promise<any> =>
            within(env, () => plan({ projectDir: FIXTURES, stack, limit: 20_000 }));
        expect(told(await planned({}))).toEqual(told(await planned(STOCK)));
    });
});

describe.each(["basic", "fails", "late", "outputs", "refuses", "random", "retry"])("the program %s", (stack) => {
    it("comes up alike, or fails alike", async () => {
        const brought = async (env: Record<string, string>): Promise<unknown> => {
            let result: unknown;
            await inWorld(stack, async ({ session }) => void (result = await session.up()), { env });
            return told(result);
        };
        expect(await brought({})).toEqual(await brought(STOCK));
    });
});

it("has the SDK as published say why a program failed at its first line", async () => {
    const { diagnostics } = await within(STOCK, () => plan({ projectDir: FIXTURES, stack: "throws-at-once", limit: 20_000 }));
    expect(diagnostics.map(({ message }) => message)).toEqual([
        expect.stringMatching(/^TypeError: this program is wrong from its first line on\n +at .*throws-at-once\.js:3:7/),
    ]);
});

it("lets an output be assigned", async () => {
    const { outputs, diagnostics } = await plan({ projectDir: FIXTURES, stack: "outputs" });
    expect([diagnostics, outputs]).toEqual([[], { told: ["by the class", "from outside", "by the class"], keys: true }]);
});

it("serializes functions, and knows where each is written", async () => {
    const { outputs, diagnostics } = await plan({ projectDir: FIXTURES, stack: "serialized" });
    expect([diagnostics, outputs]).toEqual([
        [],
        {
            text: expect.stringContaining('var __greeting = {text: "hello"}'),
            refused: "Secret outputs cannot be captured by a closure.",
            place: "serialized.js:13",
            typescript: "function",
        },
    ]);
});

it("lets a program read a kubeconfig, and have the clients of the API as well", async () => {
    const { outputs, diagnostics } = await plan({ projectDir: FIXTURES, stack: "kubeconfig" });
    const alone = { cluster: "https://127.0.0.1:6443", headers: ["Authorization"] };
    expect([diagnostics, outputs]).toEqual([[], { alone, wrong: "YAMLException", client: true, list: "function", pod: "V1Pod" }]);
});
