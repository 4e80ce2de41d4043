"use strict";
const areas = require("./areas");

/** Stryker for one of the areas, which `run.js` names. */
const name = process.env.MAAS_MUTATION;
const { mutate, spec } = areas[name];

module.exports = {
    packageManager: "npm",
    testRunner: "mocha",
    plugins: ["@stryker-mutator/mocha-runner"],
    mochaOptions: { require: ["./test/mutation/jestWords.js"], spec },
    coverageAnalysis: "perTest",
    ignoreStatic: true,
    mutate,
    mutator: { excludedMutations: ["StringLiteral"] },
    ignorePatterns: [
        "/bench",
        "/cli",
        "/docs",
        "/index.ts",
        "/simulator",
        "/test/commands",
        "/test/components",
        "/test/conformance",
    ],
    concurrency: 2,
    timeoutMS: 10_000,
    reporters: ["clear-text", "json"],
    jsonReporter: { fileName: `reports/mutation/${name}.json` },
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    // What is too little is judged by run.js.
    thresholds: { high: 97, low: 95, break: null },
};
