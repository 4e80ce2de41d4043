"use strict";
const swc = (syntax) => ["@swc/jest", { jsc: { target: "es2022", parser: { syntax } }, module: { type: "commonjs" } }];

/** Tests run as the program runs: swc strips the types, `npm run check` judges them. */
module.exports = {
    testEnvironment: "node",
    roots: ["<rootDir>/test"],
    testMatch: ["**/*.test.ts"],
    transform: { "^.+\\.ts$": swc("typescript"), "^.+\\.js$": swc("ecmascript") },
    // Each test file loads Pulumi's SDK anew: test/sdk leaves out, until it is used, a second of it that only serialized functions need.
    moduleNameMapper: {
        "^@npmcli/arborist$": "<rootDir>/test/sdk/arborist.js",
        "^typescript$": "<rootDir>/test/sdk/typescript.js",
        "^\\.{1,2}/(?:runtime/)?debuggable$": "<rootDir>/test/sdk/debuggable.js",
    },
    // Node requires these ES modules as they are; Jest has to be given CommonJS.
    transformIgnorePatterns: [
        "/node_modules/(?!(@kubernetes/client-node|@marcbachmann/cel-js|openid-client|oauth4webapi|jose|@continuedev|age-encryption|@noble|@scure)/)",
    ],
    maxWorkers: 2,
    testTimeout: 60_000,
};
