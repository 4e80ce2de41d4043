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
const { quickStructs } = require("./structs");

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
// zod loads its messages in 50 languages.
const ZOD_LOCALES = "../locales/index.cjs";
// The SDK that runs the program, <sdk>/cmd/run/index.js. The version of other copies is unknown.
const SDK = path.resolve(process.argv[1] ?? "", "../../..") + path.sep;
const STRUCTS = /^google-protobuf\/google\/protobuf\/struct_pb(?:\.js)?$/;
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
    if (STRUCTS.test(request)) {
        return quickStructs(load.call(this, request, parent, isMain));
    }
    if (request === ZOD_LOCALES && /[\\/]zod[\\/]/.test(parent?.filename)) {
        return deferred(() => load.call(Module, request, parent, isMain));
    }
    if (!sdk || !(DEFERRED.has(request) || TS_NODE.test(request))) {
        return load.call(this, request, parent, isMain);
    }
    Module._resolveFilename(request, parent, isMain); // a missing module still fails at once
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

/** The SDK records a stack for each of its promises, thousands of them, for a search for leaks that is rarely enabled. */
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
 * The SDK creates an output of some twenty promises for each property of a resource, though programs read few of them. Here an
 * output is created when it is first read. The URN, which is always created, also reports that a resource has failed.
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
            // A class that assigns an output replaces it, as with the property that the SDK creates.
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

/** The SDK sends several messages for each resource, in sequence. `maas` drops the debug messages. */
function withoutDebug(log) {
    log.debug = () => Promise.resolve();
    return log;
}

/**
 * The SDK attaches a debugger before it loads the program, to know the files of serialized functions; the debugger gets an event for
 * each script that Node compiles. Here it is attached when the first function is serialized, and gets the events of all scripts then.
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

/** The SDK records a stack for each resource, for engines that report where it is created. */
const { prepareStackTrace } = Error;
Error.prepareStackTrace = (error, frames) =>
    /^(?:Resource\.)?callsites$/.test(frames[0]?.getFunctionName() ?? "") ? "" : prepareStackTrace(error, frames);

/** Registers ts-node when the first TypeScript file is compiled, unless another loader is registered by then. */
function registerLate(tsNode, options) {
    Module._extensions[".ts"] = (module, filename) => {
        delete Module._extensions[".ts"];
        tsNode().register(options);
        Module._extensions[".ts"](module, filename);
    };
}
