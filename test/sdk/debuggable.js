"use strict";
const debuggable = require("../../node_modules/@pulumi/pulumi/runtime/debuggable.js");

/** Notes no stack for each promise: only a search for promises that never settle reads it. */
function debuggablePromise(...args) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
        return debuggable.debuggablePromise(...args);
    } finally {
        Error.stackTraceLimit = stackTraceLimit;
    }
}

module.exports = { ...debuggable, debuggablePromise };
