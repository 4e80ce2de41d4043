"use strict";
// Lets the tools (`maas`, its rehearsals, the documentation, benchmarks) require this project's TypeScript: swc strips the types
// of each file when it is first required. It does what register.js does for deployments, and starts sooner, because it
// loads no TypeScript compiler (0.2 s in every process).
require("./compileCache");
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const { install, isOwn } = require("./sourceMaps");

const OPTIONS = {
    configFile: false,
    swcrc: false,
    sourceMaps: "inline",
    // The target of tsconfig.json: class fields behave as the type checker believes they do.
    jsc: { target: "es2022", parser: { syntax: "typescript" }, keepClassNames: true },
    module: { type: "commonjs", importInterop: "swc" },
};
// What was stripped is kept by its content, so that it is never stale, and swc itself is loaded only for what is new.
const kept = path.join(__dirname, "node_modules", ".cache", "maas-typescript");
const salt = `${JSON.stringify(OPTIONS)} ${require("@swc/core/package.json").version} ${__dirname}`;

/** The CommonJS JavaScript of a file. */
function stripped(filename) {
    const source = fs.readFileSync(filename, "utf8");
    const file = path.join(kept, `${createHash("sha256").update(`${salt}\0${filename}\0${source}`).digest("hex")}.js`);
    try {
        return fs.readFileSync(file, "utf8");
    } catch {
        const { code } = require("@swc/core").transformSync(source, { ...OPTIONS, filename });
        keep(file, code);
        return code;
    }
}

/** Whole or not at all: others may be reading. Where nothing can be kept, it is stripped again. */
function keep(file, code) {
    const part = `${file}.${process.pid}`;
    try {
        fs.mkdirSync(kept, { recursive: true });
        fs.writeFileSync(part, code);
        fs.renameSync(part, file);
    } catch {
        fs.rmSync(part, { force: true });
    }
}

/** Makes `require` understand .ts from now on, whoever else has done so before. */
function register() {
    Module._extensions[".ts"] = load;
}

function load(module, filename) {
    if (!isOwn(filename)) {
        throw new Error(`${filename}: only this project's own TypeScript is run`);
    }
    module._compile(stripped(filename), filename);
}

exports.register = register;
exports.stripped = stripped;
if (Module._extensions[".ts"] !== load) {
    install({ hookRequire: true });
    register();
}
