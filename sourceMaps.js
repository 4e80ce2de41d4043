"use strict";
// Which positions stack traces tell: those of the .ts files for this project's code, those of the installed JavaScript for packages.
// Pulumi's packages ship maps that name their files a folder too high (node_modules/@pulumi/resource.ts). On such a path
// util.inspect of Node 20 and 22, with which the SDK prints every unhandled error, never ends (nodejs/node#64011), so that a
// failed deployment would hang instead of saying why. This is the library and the instance of it that the SDK installs itself; it keeps
// the maps that it has read, so it must be told before the SDK notes its first stack.
const path = require("node:path");
const sourceMaps = require("source-map-support");

const NO_MAP = { version: 3, sources: [], names: [], mappings: "" };

/** Whether a file is this project's own, wherever the project is installed. */
exports.isOwn = (file) => {
    const inside = path.relative(__dirname, file);
    return !inside.startsWith("..") && !path.isAbsolute(inside) && !inside.split(path.sep).includes("node_modules");
};

/** @param options of `install` of source-map-support */
exports.install = (options = {}) =>
    sourceMaps.install({
        environment: "node",
        handleUncaughtExceptions: false,
        retrieveSourceMap: (file) =>
            file.includes(`${path.sep}node_modules${path.sep}`) && !exports.isOwn(file) ? { url: file, map: NO_MAP } : null,
        ...options,
    });
