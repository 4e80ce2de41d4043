"use strict";
// Lets Node require this project's TypeScript: swc strips the types of each file when it is first required, so there is
// no build step that could be stale, and nothing is type-checked at run time (`npm run check` and CI do that).
// ts-node would do the same at the price of loading the TypeScript compiler in every process (0.3 s).
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { transformSync } = require("@swc/core");

if (!Module._extensions[".ts"]) {
    // Stack traces point into the .ts files, also where Pulumi's own source-map support is installed already.
    require("source-map-support").install({ hookRequire: true, handleUncaughtExceptions: false, environment: "node" });
    // The SDK's own maps name its files one folder too high: node_modules/@pulumi/resource.ts. On such a path the
    // util.inspect of Node 20, with which the SDK prints errors in colour, never ends.
    const { prepareStackTrace } = Error;
    Error.prepareStackTrace = (error, frames) => {
        // The SDK notes a stack for each of its promises, thousands of them, for a hunt for leaks that is seldom on.
        if (frames[0]?.getFunctionName() === "debuggablePromise" && !process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
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
        const { code } = transformSync(fs.readFileSync(filename, "utf8"), {
            filename,
            configFile: false,
            swcrc: false,
            sourceMaps: "inline",
            // The target of tsconfig.json: class fields behave as the type checker believes they do.
            jsc: { target: "es2022", parser: { syntax: "typescript" }, keepClassNames: true },
            module: { type: "commonjs", importInterop: "swc" },
        });
        module._compile(code, filename);
    };
}
