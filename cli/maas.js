#!/usr/bin/env node
"use strict";
const { dirname } = require("node:path");

/** The package that an error says is not installed; undefined for any other error. */
function missingPackage({ code, message }) {
    return code === "MODULE_NOT_FOUND"
        ? /^Cannot find (?:module|package) '((?:@[^/']+\/)?[^./'][^/']*)/.exec(message)?.[1]
        : undefined;
}

function start() {
    require("../typescript");
    require("./main").start();
}

try {
    start();
} catch (error) {
    const missing = missingPackage(error);
    if (missing === undefined) {
        throw error;
    }
    process.stderr.write(`maas: ${missing} is not installed: run npm ci in ${dirname(__dirname)}\n`);
    process.exitCode = 1;
}
