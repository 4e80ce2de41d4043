"use strict";
/** Tests run as the program runs: swc strips the types, `npm run check` judges them. */
module.exports = {
    testEnvironment: "node",
    roots: ["<rootDir>/test"],
    testMatch: ["**/*.test.ts"],
    transform: {
        "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } }],
    },
    maxWorkers: 2,
    testTimeout: 60_000,
};
