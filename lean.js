"use strict";
// Preloaded into the program and the policy pack (`node --require`): Pulumi's SDK loads a TypeScript compiler, npm's
// dependency resolver and its Automation API when it starts, 0.7 s of work, though only the serialization of closures
// and programs that drive the engine need them. They are loaded at their first use instead.
const Module = require("node:module");

const DEFERRED = new Set(["typescript", "@npmcli/arborist", "normalize-package-data", "./automation"]);
const load = Module._load;

Module._load = function (request, parent, isMain) {
    if (!DEFERRED.has(request) || !/[\\/]@pulumi[\\/]pulumi[\\/]/.test(parent?.filename ?? "")) {
        return load.call(this, request, parent, isMain);
    }
    Module._resolveFilename(request, parent, isMain); // a missing module is still missed at once
    let loaded;
    const target = () => (loaded ??= load.call(Module, request, parent, isMain));
    return new Proxy(
        {},
        {
            // Said to be an ES module so that `import *` helpers hand it on as it is, instead of copying its fields.
            get: (_, key) => (key === "__esModule" ? true : target()[key]),
            has: (_, key) => key in target(),
        },
    );
};
