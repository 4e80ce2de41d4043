"use strict";
// For lean.js: @kubernetes/client-node loads 900 files of generated API classes when it starts, 0.3 s of work, though a program that
// only reads a kubeconfig needs none of them. Here its KubeConfig is loaded alone, from the package's own files; a program that reads
// anything else of the package loads the whole package.
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const { deferred } = require("./deferred");
const { stripped } = require("../../typescript");

/** The package. */
exports.PACKAGE = "@kubernetes/client-node";
/** Its version whose files this knows: that of package.json. Any other is loaded as published. */
exports.VERSION = "1.4.0";

/** What only some logins need. */
const RARE = new Set(["openid-client", "socks-proxy-agent", "node-fetch", "jsonpath-plus"]);

/**
 * The package as a module sees it.
 *
 * @param parent the module that requires it
 * @param whole loads the whole package
 */
exports.light = (parent, whole) => {
    const folder = folderFor(parent);
    return folder === undefined
        ? whole()
        : deferred(whole, {
              // `await` reads it.
              then: undefined,
              get KubeConfig() {
                  return configModule(folder, whole).KubeConfig;
              },
          });
};

/** Where the files of the package are. @returns undefined when it is not installed, or of another version */
function folderFor(parent) {
    try {
        const folder = path.dirname(Module._resolveFilename(exports.PACKAGE, parent, false));
        const { version } = JSON.parse(fs.readFileSync(path.join(folder, "../package.json"), "utf8"));
        return version === exports.VERSION ? folder + path.sep : undefined;
    } catch {
        return undefined;
    }
}

/** Loads config.js as CommonJS, without the classes that it imports for clients of the API. */
function configModule(folder, whole) {
    const { _load: load, _extensions: extensions } = Module;
    const js = extensions[".js"];
    extensions[".js"] = (module, filename) =>
        filename.startsWith(folder) ? module._compile(stripped(filename), filename) : js(module, filename);
    Module._load = function (request, parent, isMain) {
        const loaded = () => load.call(Module, request, parent, isMain);
        if (!parent?.filename?.startsWith(folder)) {
            return loaded();
        }
        return request.startsWith("./gen/") ? deferred(whole) : RARE.has(request) ? deferred(loaded) : loaded();
    };
    try {
        return require(`${folder}config.js`);
    } finally {
        Module._load = load;
        extensions[".js"] = js;
    }
}
