"use strict";
// Lets a deployment, and the policy pack, require this project's TypeScript: swc strips the types of each file when it is first
// required, so there is no build step that could be stale, and nothing is type-checked at run time (`npm run check` and CI do that).
// Pulumi.yaml has Node load it before the SDK: see sourceMaps.js for what depends on that. What it and others cost:
// docs/sources/pulumi.md#loaders.
const path = require("node:path");

const { install, isOwn } = require("./sourceMaps");

// Pulumi's policy host has registered ts-node, which would type-check every file of the pack at its first start.
delete require.extensions[".ts"];

const quick = require.cache[path.join(__dirname, "typescript.js")];
if (quick !== undefined) {
    quick.exports.register(); // preloaded by the rehearsal, which shares what it keeps
} else {
    process.env.SWC_NODE_CACHE_DIR ??= path.join(__dirname, "node_modules", ".cache", "swc-node");
    const { register } = require("@swc-node/register/register");
    const { ModuleKind, ScriptTarget } = require("typescript");
    // As tsconfig.json has it, without reading that.
    const options = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true, sourceMap: true };
    register(options, { exts: [".ts"], ignoreNodeModules: false, matcher: isOwn });
    install();
}
