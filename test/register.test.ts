/** What a deployment requires TypeScript with, beside the SDK as published: register.js. */
import { spawnSync } from "node:child_process";
import * as path from "node:path";

const ROOT = path.join(__dirname, "..");
const file = path.join(__dirname, "fixtures/fails.ts");

/** Runs code as the SDK runs a program: its source-map support is installed first. */
function deployed(code: string): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(process.execPath, ["-e", `require("source-map-support/register"); require("./register"); ${code}`], {
        cwd: ROOT,
        encoding: "utf8",
        timeout: 60_000,
    });
}

const REQUIRED = `require(${JSON.stringify(file)})`;

it("strips the types, and tells the positions of the TypeScript", () => {
    const { stdout, stderr } = deployed(`try { ${REQUIRED}.fails(); } catch (error) { console.log(error.stack); }`);
    expect(stderr).toBe("");
    expect(stdout).toContain(`fails (${file}:13:11)`);
});

it("lets the SDK print an error that went through the SDK", () => {
    // The same is printed in colour by the SDK for every error that nobody handles.
    const { status, stdout } = deployed(`const pulumi = require("@pulumi/pulumi");
        process.on("unhandledRejection", (error) => { console.log(require("util").inspect(error, { colors: true })); process.exit(3); });
        pulumi.output(1).apply(() => ${REQUIRED}.fails());`);
    expect(status).toBe(3);
    expect(stdout).toMatch(/@pulumi\/pulumi\S*\/output\.js:\d+/);
    expect(stdout).toContain("fails.ts:13:11");
});

it("keeps what was stripped with the project, not where other users write", () => {
    const { stdout } = deployed(`console.log(process.env.SWC_NODE_CACHE_DIR)`);
    expect(stdout.trim()).toBe(path.join(ROOT, "node_modules/.cache/swc-node"));
});
