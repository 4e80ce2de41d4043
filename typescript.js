"use strict";
// Lets Node require this project's TypeScript: swc strips the types of each file when it is first required, so there is
// no build step that could be stale, and nothing is type-checked at run time (`npm run check` and CI do that).
// ts-node would do the same at the price of loading the TypeScript compiler in every process (0.3 s).
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

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

/** The JavaScript of a file of this project. */
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

if (!Module._extensions[".ts"]) {
    // Stack traces point into the .ts files, also where Pulumi's own source-map support is installed already.
    require("source-map-support").install({ hookRequire: true, handleUncaughtExceptions: false, environment: "node" });
    // The SDK's own maps name its files one folder too high: node_modules/@pulumi/resource.ts. On such a path the
    // util.inspect of Node 20, with which the SDK prints errors in colour, never ends.
    const { prepareStackTrace } = Error;
    const positions = process.env.MAAS_ENGINE !== "stand-in";
    Error.prepareStackTrace = (error, frames) => {
        // The SDK notes a stack for each resource, for engines that say where it is made.
        if (!positions && /^(?:Resource\.)?callsites$/.test(frames[0]?.getFunctionName() ?? "")) {
            return "";
        }
        return prepareStackTrace(error, frames).replace(
            /([\\/]node_modules[\\/]@pulumi[\\/])(?=(?:runtime|cmd)[\\/]|[^\\/:]+\.ts:)/g,
            `$1pulumi${path.sep}`,
        );
    };
    const root = __dirname + path.sep;
    Module._extensions[".ts"] = (module, filename) => {
        if (!filename.startsWith(root) || filename.includes(`${path.sep}node_modules${path.sep}`)) {
            throw new Error(`${filename}: only this project's own TypeScript is run`);
        }
        module._compile(stripped(filename), filename);
    };
}
