"use strict";
// Preloaded by the rehearsal, and by nothing else, into the program and the policy pack (see preload.ts): Pulumi's SDK loads a
// TypeScript compiler, npm's dependency resolver, exporters of traces and its Automation API when it starts, and attaches a
// debugger: 0.9 s of work, though only the serialization of closures, packs in TypeScript, tracing and programs that drive the
// engine need them. They are loaded at their first use instead. What the SDK does for each resource and programs rarely read is
// done when it is read. The result of a program stays the same: test/rehearsal/engine/lean.long.test.ts compares.
const Module = require("node:module");
const path = require("node:path");
const { promisify } = require("node:util");

const { deferred } = require("./deferred");
const kubeConfig = require("./kubeConfig");

const DEFERRED = new Set([
    "typescript",
    "@npmcli/arborist",
    "normalize-package-data",
    "./automation",
    "@opentelemetry/exporter-zipkin",
    "@opentelemetry/instrumentation",
    "@opentelemetry/instrumentation-grpc",
    "@opentelemetry/resources",
    "@opentelemetry/sdk-trace-base",
    "@opentelemetry/sdk-trace-node",
]);
// The SDK that runs the program, <sdk>/cmd/run/index.js; of another copy the version is not known.
const SDK = path.resolve(process.argv[1] ?? "", "../../..") + path.sep;
const TS_NODE = /(?:^|[\\/])ts-node(?:@[\d.]+)?$/;
const load = Module._load;
const stackless = new WeakSet();
const late = new WeakSet();

Module._load = function (request, parent, isMain) {
    const sdk = parent?.filename?.startsWith(SDK) ?? false;
    if (sdk && request.endsWith("/debuggable")) {
        return withoutStacks(load.call(this, request, parent, isMain));
    }
    if (sdk && request.endsWith("/rpc")) {
        return withLateOutputs(load.call(this, request, parent, isMain));
    }
    if (sdk && request.endsWith("/log")) {
        return withoutDebug(load.call(this, request, parent, isMain));
    }
    if (sdk && request.endsWith("/v8Hooks")) {
        return withLateDebugger(load.call(this, request, parent, isMain));
    }
    if (request === kubeConfig.PACKAGE) {
        return kubeConfig.light(parent, () => load.call(Module, request, parent, isMain));
    }
    if (!sdk || !(DEFERRED.has(request) || TS_NODE.test(request))) {
        return load.call(this, request, parent, isMain);
    }
    Module._resolveFilename(request, parent, isMain); // a missing module is still missed at once
    const target = () => load.call(Module, request, parent, isMain);
    if (TS_NODE.test(request)) {
        return { register: (options) => registerLate(target, options) };
    }
    // The policy host asks which compiler there is, for options that it may never need.
    const known = {
        get version() {
            return load.call(Module, "typescript/package.json", parent, false).version;
        },
    };
    return deferred(target, request === "typescript" ? known : {});
};

/** The SDK notes a stack for each of its promises, thousands of them, for a hunt for leaks that is seldom on. */
function withoutStacks(debuggable) {
    const noted = debuggable.debuggablePromise;
    if (!stackless.has(debuggable) && !process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
        stackless.add(debuggable);
        debuggable.debuggablePromise = (...args) => {
            const { stackTraceLimit } = Error;
            Error.stackTraceLimit = 0;
            try {
                return noted(...args);
            } finally {
                Error.stackTraceLimit = stackTraceLimit;
            }
        };
    }
    return debuggable;
}

/**
 * The SDK makes an output of each property of a resource, of some twenty promises, though programs read few of them. They are
 * made when they are first read instead. That a resource has failed is told by its URN, too, which is always made.
 */
function withLateOutputs(rpc) {
    const { transferProperties } = rpc;
    if (late.has(rpc)) {
        return rpc;
    }
    late.add(rpc);
    rpc.transferProperties = (resource, label, properties) => {
        const resolvers = {};
        for (const [name, value] of Object.entries(properties)) {
            if (name === "id" || name === "urn" || Object.hasOwn(resource, name)) {
                Object.assign(resolvers, transferProperties(resource, label, { [name]: value }));
                continue;
            }
            let settle, settled;
            const get = () => {
                delete resource[name];
                ({ [name]: settle } = transferProperties(resource, label, { [name]: value }));
                if (settled !== undefined) {
                    settle(...settled);
                }
                return resource[name];
            };
            // A class that assigns an output has the last word, as with the property that the SDK makes.
            const set = (value) =>
                Object.defineProperty(resource, name, { value, writable: true, enumerable: true, configurable: true });
            Object.defineProperty(resource, name, { get, set, enumerable: true, configurable: true });
            resolvers[name] = (...result) => {
                settled = result;
                settle?.(...result);
            };
        }
        return resolvers;
    };
    return rpc;
}

/** The SDK sends several messages for each resource, one after the other, of which `maas` throws the debugging ones away. */
function withoutDebug(log) {
    log.debug = () => Promise.resolve();
    return log;
}

/**
 * The SDK attaches a debugger before it loads the program, to know the files of functions that are serialized; the debugger is told
 * of each script that Node compiles. It is attached when the first function is serialized instead, and told of all scripts then.
 */
function withLateDebugger(v8Hooks) {
    const files = new Map();
    let session;
    const attach = async () => {
        const attached = new (require("node:inspector").Session)();
        attached.connect();
        attached.on("Debugger.scriptParsed", ({ params }) => files.set(params.scriptId, params.url));
        await promisify(attached.post.bind(attached))("Debugger.enable");
        return attached;
    };
    v8Hooks.isInitializedAsync = () => Promise.resolve();
    v8Hooks.getSessionAsync = () => (session ??= attach());
    v8Hooks.getScriptUrl = (id) => files.get(id);
    return v8Hooks;
}

/** The SDK notes a stack for each resource, for engines that say where it is made. */
const { prepareStackTrace } = Error;
Error.prepareStackTrace = (error, frames) =>
    /^(?:Resource\.)?callsites$/.test(frames[0]?.getFunctionName() ?? "") ? "" : prepareStackTrace(error, frames);

/** ts-node takes over when the first TypeScript is there to be compiled, unless somebody else has by then. */
function registerLate(tsNode, options) {
    Module._extensions[".ts"] = (module, filename) => {
        delete Module._extensions[".ts"];
        tsNode().register(options);
        Module._extensions[".ts"](module, filename);
    };
}
