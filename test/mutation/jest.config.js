"use strict";
const path = require("node:path");

/** The tests of the policy pack that need no child process: what `npm run mutation` runs for each mutant. */
module.exports = {
    ...require("../../jest.config"),
    rootDir: path.join(__dirname, "../.."),
    roots: ["<rootDir>/test/policy"],
    testMatch: ["**/policy/{cases,rules,waiver,foreign,sharing}.test.ts"],
    maxWorkers: 1,
};
