"use strict";
/**
 * The folders whose tests are tried against mutants, each by tests that run in one process. `least`: of a hundred mutants, how
 * many the tests must notice.
 */
module.exports = {
    catalogue: {
        least: 80,
        mutate: ["catalogue/**/*.ts"],
        spec: ["test/catalogue/**/*.test.ts"],
    },
    kinds: {
        least: 75,
        mutate: ["kinds/**/*.ts"],
        // Rules judge objects by the schemas: their cases are the largest set of objects, right and wrong.
        spec: [
            "test/kinds/check.test.ts",
            "test/kinds/issueWords.test.ts",
            "test/kinds/refinements.test.ts",
            "test/kinds/resource.test.ts",
            "test/policy/!(report|unknowns.long).test.ts",
        ],
    },
    policy: {
        least: 95,
        mutate: ["policy/**/*.ts", "!policy/pack.ts", "!policy/policies.ts"],
        spec: ["test/policy/!(report|unknowns.long).test.ts"],
    },
};
