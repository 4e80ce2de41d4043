import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { bin, version } from "../../package.json";
import * as cli from "../../cli/package.json";

import { root, withFolder } from "./helper";

/** Runs `maas` in a folder that has no more of this project than what starts it. */
function bare(folder: string, main?: string): ReturnType<typeof spawnSync> {
    mkdirSync(path.join(folder, "cli"));
    copyFileSync(path.join(root, "cli/maas.js"), path.join(folder, "cli/maas.js"));
    for (const loader of ["typescript.js", "compileCache.js", "sourceMaps.js"]) {
        copyFileSync(path.join(root, loader), path.join(folder, loader));
    }
    if (main !== undefined) {
        writeFileSync(path.join(folder, "typescript.js"), "");
        writeFileSync(path.join(folder, "cli/main.js"), main);
    }
    return spawnSync(process.execPath, [path.join(folder, "cli/maas.js"), "plan", "llm-d"], { encoding: "utf8" });
}

it("without its packages, says to install them, in one line and with exit code 1", () =>
    withFolder((folder) => {
        const { status, stdout, stderr } = bare(folder);
        expect([status, stdout]).toEqual([1, ""]);
        expect(stderr).toMatch(/^maas: \S+ is not installed: run npm ci in \S+\n$/);
        expect(stderr).toContain(`run npm ci in ${realpathSync(folder)}\n`);
    }));

it.each([
    ["a package in a scope", 'require("@scope/none/package.json")', "@scope/none"],
    ["a package", 'require("none-of-these/part")', "none-of-these"],
])("names %s that is missing", (_, main, name) =>
    withFolder((folder) => {
        expect(bare(folder, main).stderr).toMatch(new RegExp(`^maas: ${name} is not installed: run npm ci`));
    }),
);

it("does not take a file of its own that is missing for a package", () =>
    withFolder((folder) => {
        const { status, stderr } = bare(folder, 'require("./gone")');
        expect(status).toBe(1);
        expect(stderr).toContain("Cannot find module './gone'");
    }));

it("is installed by a package of its own, which npx runs without reading all packages", () => {
    // For a command of the package that it is in, npx reads every installed package, twice: 0.6 s.
    expect(Object.keys(bin)).toEqual(["maas-platform"]);
    expect([cli.bin, cli.version]).toEqual([{ maas: "maas.js" }, version]);
    expect(realpathSync(path.join(root, "node_modules/.bin/maas"))).toBe(path.join(root, "cli/maas.js"));
    const { stdout } = spawnSync("npx", ["--offline", "maas", "--version"], { cwd: root, encoding: "utf8" });
    expect(stdout).toBe(`maas ${version}\n`);
});

it("is never taken from a registry: npx installs nothing in this folder", () =>
    withFolder((folder) => {
        copyFileSync(path.join(root, ".npmrc"), path.join(folder, ".npmrc"));
        mkdirSync(path.join(folder, "some"));
        writeFileSync(path.join(folder, "some/package.json"), JSON.stringify({ name: "some", version: "1.0.0", bin: "some.js" }));
        writeFileSync(path.join(folder, "package.json"), "{}");
        const { status, stderr } = spawnSync("npx", ["--offline", "--package", "./some", "some"], {
            cwd: folder,
            encoding: "utf8",
        });
        expect([status, stderr]).toEqual([1, expect.stringContaining("npx canceled due to missing packages")]);
    }));
