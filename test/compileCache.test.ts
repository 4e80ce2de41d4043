/** What compileCache.js keeps changes nothing of what a process does. Node 22 and later keep it themselves. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const ROOT = path.join(__dirname, "..");

const FILES = {
    "main.js": `#!/usr/bin/env node
        require("./compileCache");
        const told = { main: require.main === module, resolved: require.resolve("./part").slice(__dirname.length), from: __filename.slice(__dirname.length) };
        told.extensions = require.extensions === require("node:module")._extensions && require.cache[__filename] === module;
        told.this = this === module.exports && require("./part").value;
        told.module = require("./esm").answer;
        try { require("./wrong"); } catch (error) { told.wrong = error.name; }
        try { require("./fails"); } catch (error) { told.at = /fails\\.js:(\\d+:\\d+)/.exec(error.stack)[1]; }
        require("./imports")().then((answer) => console.log(JSON.stringify({ ...told, answer })));`,
    "part.js": "exports.value = 1;",
    "esm.js": "export const answer = 42;",
    "wrong.js": "this is no JavaScript",
    "fails.js": 'throw new Error("thrown");',
    "imports.js": 'module.exports = async () => (await import("./esm.js")).answer;',
};

let folder: string;
beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "maas-compiled-")));
    fs.mkdirSync(path.join(folder, "node_modules"));
    fs.copyFileSync(path.join(ROOT, "compileCache.js"), path.join(folder, "compileCache.js"));
    for (const [name, text] of Object.entries(FILES)) {
        fs.writeFileSync(path.join(folder, name), text);
    }
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const cache = (): string => path.join(folder, "node_modules/.cache/maas-compiled");

function run(env: Record<string, string> = {}, main = path.join(folder, "main.js")): unknown {
    const { stdout, stderr } = spawnSync(process.execPath, [main], {
        encoding: "utf8",
        env: { PATH: process.env["PATH"], ...env },
    });
    return stdout === "" ? stderr : JSON.parse(stdout);
}

/** What is kept, by name, with a mark that changes when it is written again. */
function kept(): string[] {
    return fs
        .readdirSync(cache(), { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile())
        .map(({ parentPath, name }) => `${name} ${fs.statSync(path.join(parentPath, name)).ino}`);
}

it("keeps what is started by a link, as npm starts it, with what is started directly", () => {
    const direct = run();
    const before = kept();
    const bin = path.join(folder, "node_modules/.bin");
    fs.mkdirSync(bin);
    fs.symlinkSync("../../main.js", path.join(bin, "command"));
    expect(run({}, path.join(bin, "command"))).toEqual(direct);
    expect(kept()).toEqual(before);
    fs.rmSync(cache(), { recursive: true });
    run({}, path.join(bin, "command"));
    expect(kept()).toHaveLength(before.length);
});

it("gives the same with nothing kept, with all kept, and turned off", () => {
    const off = run({ NODE_DISABLE_COMPILE_CACHE: "1" });
    expect(off).toMatchObject({
        main: true,
        resolved: "/part.js",
        this: 1,
        module: 42,
        wrong: "SyntaxError",
        at: "1:7",
        answer: 42,
    });
    expect(fs.existsSync(cache())).toBe(false);
    expect(run()).toEqual(off);
    const first = kept();
    expect(first).not.toEqual([]);
    expect(run()).toEqual(off);
    // What is not compiled is not written.
    expect(kept()).toEqual(first);
});

it("takes what is kept where a package allows natives when it loads, as Pulumi's SDK does", () => {
    fs.appendFileSync(path.join(folder, "part.js"), ' require("node:v8").setFlagsFromString("--allow-natives-syntax");');
    run();
    const first = kept();
    run();
    expect(kept()).toEqual(first);
});

it("keeps apart what is compiled under other flags", () => {
    run();
    run({ NODE_OPTIONS: "--max-old-space-size=512" });
    const both = kept();
    expect(both).toHaveLength(2);
    run();
    run({ NODE_OPTIONS: "--max-old-space-size=512" });
    expect(kept()).toEqual(both);
});

it("compiles a file anew that has changed", () => {
    run();
    fs.writeFileSync(path.join(folder, "part.js"), "exports.value = 2;"); // as long as before
    expect(run()).toMatchObject({ this: 2 });
    expect(run()).toMatchObject({ this: 2 });
});

it("does without what it cannot read", () => {
    run();
    const files = fs.readdirSync(cache(), { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    for (const { parentPath, name } of files) {
        fs.writeFileSync(path.join(parentPath, name), "\u0001\u0000\u0000\u0000[");
    }
    expect(run()).toMatchObject({ this: 1 });
});

it("makes no folder where nothing is installed", () => {
    fs.rmdirSync(path.join(folder, "node_modules"));
    expect(run()).toMatchObject({ answer: 42 });
    expect(fs.readdirSync(folder)).toEqual(expect.not.arrayContaining(["node_modules"]));
});
