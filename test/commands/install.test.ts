import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import * as path from "node:path";

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
