"use strict";
// Keeps what V8 has compiled of this project and its packages, so that the next process of the same kind does not compile it again:
// a rehearsal runs four (maas, the program for the preview and for the bring-up, the policy pack), of some hundred files each. typescript.js
// loads it, so a deployment does not. Node does this itself from 22.1 on (module.enableCompileCache); before that, this file does.
// NODE_DISABLE_COMPILE_CACHE=1 turns all of it off.
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { setFlagsFromString } = require("node:v8");
const vm = require("node:vm");

const PACKAGES = path.join(__dirname, "node_modules");
const FOLDER = path.join(PACKAGES, ".cache", "maas-compiled");
/** A script that V8 reads from what was kept cannot import at run time: the loader is not kept with it. */
const IMPORTS = /\bimport\s*\(/;
/** What is not kept at the end of a process, as one that is killed has none, is kept when it has run so long, in milliseconds. */
const LOADED = 1000;

/**
 * The flags of V8 in these processes; it ignores those that it does not know.
 *
 * Pulumi's SDK allows natives when it loads (pulumi/pulumi@v3.248.0:sdk/nodejs/runtime/closure/v8Hooks.ts), and V8 takes compiled code
 * only under the flags under which it was compiled: what is kept would be compiled and written anew each time.
 *
 * The budget, in bytes of bytecode, is what a function uses up before it is optimized: 135,168 by default. A plan is over before
 * that pays; with this budget it takes a sixth less processor time, and functions that run for long are optimized as before.
 */
const FLAGS = ["--allow-natives-syntax", "--interrupt-budget=1000000"];

if (!process.env.NODE_DISABLE_COMPILE_CACHE && fs.existsSync(PACKAGES)) {
    FLAGS.forEach((flag) => setFlagsFromString(flag));
    if (Module.enableCompileCache !== undefined) {
        Module.enableCompileCache(FOLDER);
        whenLoaded(() => Module.flushCompileCache?.());
    } else if (main() !== undefined) {
        const flags = [process.env.NODE_OPTIONS ?? "", ...process.execArgv];
        keepCompiled(path.join(FOLDER, digest([process.version, process.arch, ...flags, main()].join(" "))));
    }
}

/** The main file of this process, if it is inside; npm starts commands by a link. */
function main() {
    try {
        const file = fs.realpathSync(process.argv[1]);
        return isInside(file) ? file : undefined;
    } catch {
        return undefined; // `node -e`, or a main file without its extension
    }
}

function whenLoaded(action) {
    setTimeout(action, LOADED).unref();
}

function isInside(file) {
    return file.startsWith(__dirname + path.sep);
}

function digest(text) {
    return createHash("sha256").update(text).digest("base64url");
}

/** @param file keeps what is compiled in a process with the same main file */
function keepCompiled(file) {
    const kept = read(file);
    const scripts = new Map();
    let news = false;
    const compile = Module.prototype._compile;
    Module.prototype._compile = function (content, filename, format) {
        if (format === "module" || !isInside(filename) || IMPORTS.test(content)) {
            return compile.call(this, content, filename, format);
        }
        const source = digest(content);
        const known = kept.get(filename);
        const cachedData = known?.source === source ? known.code : undefined;
        let script;
        try {
            script = scriptOf(content, filename, cachedData);
        } catch {
            return compile.call(this, content, filename, format); // an ES module, or wrong: Node says what
        }
        if (cachedData === undefined || script.cachedDataRejected) {
            news = true;
        }
        scripts.set(filename, { source, script });
        const run = script.runInThisContext();
        return run.call(this.exports, this.exports, requireOf(this), this, filename, path.dirname(filename));
    };
    const keep = () => {
        if (news) {
            news = false;
            for (const [name, { source, script }] of scripts) {
                kept.set(name, { source, code: script.createCachedData() });
            }
            write(file, kept);
        }
    };
    process.once("exit", keep);
    whenLoaded(keep);
}

/** A function with the parameters of a CommonJS module; positions in it are those in the file. */
function scriptOf(content, filename, cachedData) {
    const columnOffset = -Module.wrapper[0].length;
    const code = Module.wrap(content.startsWith("#!") ? `//${content}` : content);
    return new vm.Script(code, { filename, columnOffset, cachedData });
}

/** What Node gives a CommonJS module as `require`. */
function requireOf(module) {
    const require = (id) => module.require(id);
    require.resolve = (id, options) => Module._resolveFilename(id, module, false, options);
    require.resolve.paths = (id) => Module._resolveLookupPaths(id, module);
    require.main = process.mainModule;
    require.extensions = Module._extensions;
    require.cache = Module._cache;
    return require;
}

/** By file: a digest of its source, and the code. Empty when nothing was kept, or what was kept cannot be read. */
function read(file) {
    try {
        const all = fs.readFileSync(file);
        const codes = 4 + all.readUInt32LE(0);
        const index = JSON.parse(all.toString("utf8", 4, codes));
        return new Map(index.map(([name, source, from, to]) => [name, { source, code: all.subarray(codes + from, codes + to) }]));
    } catch {
        return new Map();
    }
}

/** Whole or not at all: others may be reading. Where nothing can be kept, it is compiled again. */
function write(file, kept) {
    let at = 0;
    const index = [...kept].map(([name, { source, code }]) => [name, source, at, (at += code.length)]);
    const text = Buffer.from(JSON.stringify(index));
    const size = Buffer.alloc(4);
    size.writeUInt32LE(text.length);
    const part = `${file}.${process.pid}`;
    try {
        fs.mkdirSync(FOLDER, { recursive: true });
        fs.writeFileSync(part, Buffer.concat([size, text, ...[...kept.values()].map(({ code }) => code)]));
        fs.renameSync(part, file);
    } catch {
        fs.rmSync(part, { force: true });
    }
}
