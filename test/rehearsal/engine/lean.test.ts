/** lean.js makes Pulumi's SDK do less, and nothing else: what comes of a program is what comes of it without. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { LEAN_SDK, preloads } from "../../../rehearsal/engine/preload";
import { plan } from "../../../rehearsal/plan";
import { FIXTURES, inWorld } from "./harness";

jest.setTimeout(120_000);

const ROOT = path.join(__dirname, "../../..");
const STOCK = { MAAS_STOCK_SDK: "1" };
const lean = (args: readonly string[]): boolean => args.some((arg) => path.basename(arg) === "lean.js");

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
    "outputs",
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

describe("of the SDK", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "maas-sdk-"));
    afterAll(() => fs.rmSync(folder, { recursive: true }));

    function withSdk(version: string): string {
        const project = path.join(folder, version);
        const sdk = path.join(project, "node_modules/@pulumi/pulumi");
        fs.mkdirSync(sdk, { recursive: true });
        fs.writeFileSync(path.join(sdk, "package.json"), JSON.stringify({ name: "@pulumi/pulumi", version }));
        return project;
    }

    it("knows the version that this project pins", () => {
        const { dependencies } = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8"));
        expect(dependencies["@pulumi/pulumi"]).toBe(LEAN_SDK);
        expect(lean(preloads(ROOT, {}))).toBe(true);
    });

    it("leaves every other version as it is published", () => {
        expect(lean(preloads(withSdk(LEAN_SDK), {}))).toBe(true);
        expect(lean(preloads(withSdk(`${LEAN_SDK}-alpha`), {}))).toBe(false);
        expect(lean(preloads(withSdk("3.999.0"), {}))).toBe(false);
    });

    it("leaves the known one as well, when told so", () => {
        expect(preloads(ROOT, STOCK)).toEqual([]);
    });

    it("tells once for debugging that it is left", () => {
        const code = `const { preloads } = require("./rehearsal/engine/preload");
            preloads(${JSON.stringify(withSdk("3.999.0"))}); preloads(${JSON.stringify(withSdk("3.999.0"))});`;
        const told = (env: object): string =>
            spawnSync(process.execPath, ["-r", "./typescript.js", "-e", code], {
                cwd: ROOT,
                encoding: "utf8",
                env: { ...process.env, ...env },
            }).stderr;
        expect(told({ NODE_DEBUG: "maas" }).match(/3\.999\.0 runs as published: lean\.js knows/g)).toHaveLength(1);
        expect(told({ NODE_DEBUG: "" })).toBe("");
    });
});

it("is nothing that a deployment loads", () => {
    const preloaded = fs.readFileSync(path.join(ROOT, "Pulumi.yaml"), "utf8").match(/(?:--(?:require|import|loader)|-r)[ =]\S+/g);
    expect(preloaded).toEqual(["--require ./register.js"]);
    const code = `require("./pulumi"); require("./policy/policies");
        const own = Object.keys(require.cache).filter((file) => !file.includes("node_modules"));
        console.log(own.filter((file) => /[\\\\/](?:lean|typescript)\\.js$|[\\\\/]rehearsal[\\\\/]engine[\\\\/]/.test(file)).join());`;
    const run = spawnSync(process.execPath, ["-e", code], { cwd: ROOT, encoding: "utf8" });
    expect([run.stderr, run.stdout.trim()]).toEqual(["", ""]);
});
