/** The package as other programs install it: packed, unpacked into their node_modules, required by its name. */
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const ROOT = path.join(__dirname, "..");
const project = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "maas-library-")));
const installed = path.join(project, "node_modules/maas-platform");
const page = fs.readFileSync(path.join(ROOT, "docs/library.md"), "utf8");
const block = (language: string): string => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(page)![1]!;

jest.setTimeout(300_000);

beforeAll(() => {
    const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", project], { cwd: ROOT, encoding: "utf8" });
    fs.mkdirSync(installed, { recursive: true });
    execFileSync("tar", ["-xzf", path.join(project, packed.trim().split("\n").at(-1)!), "--strip-components=1", "-C", installed]);
    // What npm would install: the dependencies that the package declares, and no others.
    const { dependencies } = JSON.parse(fs.readFileSync(path.join(installed, "package.json"), "utf8"));
    for (const name of Object.keys(dependencies)) {
        fs.mkdirSync(path.dirname(path.join(project, "node_modules", name)), { recursive: true });
        fs.symlinkSync(path.join(ROOT, "node_modules", name), path.join(project, "node_modules", name));
    }
});
afterAll(() => fs.rmSync(project, { recursive: true, force: true }));

function node(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(process.execPath, args, { cwd: project, encoding: "utf8" });
}

it("previews a pool and a tier under Pulumi's mocks, as the page says", () => {
    const code = block("js");
    expect(code.trim().split("\n").length).toBeLessThanOrEqual(10);
    const { status, stdout, stderr } = node("-e", code);
    expect([status, stderr]).toEqual([0, ""]);
    const lines = (text: string): string[] => text.trim().split("\n").sort();
    expect(lines(stdout)).toEqual(lines(block("text")));
});

it("says what is wrong with an argument", () => {
    const { status, stderr } = node("-e", block("js").replace("ami-0abc1234def567890", "ami"));
    expect(status).not.toBe(0);
    expect(stderr).toContain("ami.id: expected an AMI id such as");
});

it("brings declarations that a strict program compiles against", () => {
    fs.writeFileSync(
        path.join(project, "uses.ts"),
        `import { type GpuPoolArgs, parseSettings, Platform, type Settings, Tier } from "maas-platform";
export const pool = (args: GpuPoolArgs): string => args.pool.instanceType;
export const release: Settings["release"] = parseSettings("dev", {}).release;
export const classes: [typeof Platform, typeof Tier] = [Platform, Tier];
// @ts-expect-error: a tier has no such argument
export type Wrong = ConstructorParameters<typeof Tier>[1]["colour"];
`,
    );
    const tsc = path.join(ROOT, "node_modules/typescript/bin/tsc");
    const options = ["--strict", "--noEmit", "--skipLibCheck", "--module", "node16", "--target", "es2022", "--types", "node"];
    const { status, stdout } = node(tsc, ...options, "--typeRoots", path.join(ROOT, "node_modules/@types"), "uses.ts");
    expect([stdout, status]).toEqual(["", 0]);
});

it("brings the program and the policy pack, and the command that plans with them", () => {
    const plan = path.join(project, "plan.json");
    const { status, stderr } = node(path.join(installed, "cli/maas.js"), "plan", "llm-d", "--project", installed, "--json", plan);
    expect([status, stderr.replace(/^JSON: .*$/m, "").trim()]).toEqual([0, ""]);
    expect(JSON.parse(fs.readFileSync(plan, "utf8")).resources.length).toBeGreaterThan(50);
});

it("brings the command under the name of the package", () => {
    const { bin } = JSON.parse(fs.readFileSync(path.join(installed, "package.json"), "utf8")) as { bin: Record<string, string> };
    expect(bin).toEqual({ "maas-platform": "cli/maas.js" });
    expect(node(path.join(installed, bin["maas-platform"]!), "--version").stdout).toMatch(/^maas \d/);
});

it("can be deployed from where it is installed", () => {
    const { status, stdout, stderr } = node(
        "-r",
        path.join(installed, "register.js"),
        "-p",
        `typeof require(${JSON.stringify(path.join(installed, "pulumi.js"))})`,
    );
    expect([stderr, stdout.trim(), status]).toEqual(["", "function", 0]);
});
