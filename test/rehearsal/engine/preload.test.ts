/** What the rehearsal preloads, and a deployment does not. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { LEAN_SDK, preloads } from "../../../rehearsal/engine/preload";

const ROOT = path.join(__dirname, "../../..");
const STOCK = { MAAS_STOCK_SDK: "1" };
const lean = (args: readonly string[]): boolean => args.some((arg) => path.basename(arg) === "lean.js");

describe("lean.js", () => {
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

    it("knows the version of client-node that this project pins", () => {
        const { dependencies } = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8"));
        const { VERSION } = require("../../../rehearsal/engine/kubeConfig") as { readonly VERSION: string };
        expect(dependencies["@kubernetes/client-node"]).toBe(VERSION);
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
