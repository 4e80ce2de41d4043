"use strict";
const pulumi = require("@pulumi/eslint-plugin");
const tseslint = require("typescript-eslint");

module.exports = tseslint.config(
    { ignores: ["node_modules/", "dist/", ".cache/", "coverage/"] },
    {
        files: ["**/*.ts"],
        extends: [...tseslint.configs.strict],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
        plugins: { "@pulumi": pulumi },
        rules: {
            // A promise nobody waits for is a failure nobody hears of.
            "@typescript-eslint/no-floating-promises": "error",
            "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
            "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
            // Indexed access is checked (noUncheckedIndexedAccess); an assertion then says what the code before it made sure of.
            "@typescript-eslint/no-non-null-assertion": "off",
            // Modules are imported; catalogue/lazy.ts says which may be loaded later.
            "@typescript-eslint/no-require-imports": "off",
            "@pulumi/no-output-in-template-literal": "error",
            "@pulumi/no-output-instance-in-template-literal": "error",
            // A stack is a set of resources: most are created for their effect.
            "no-new": "off",
        },
    },
    {
        // Objects of any kind pass through the stand-ins; the harnesses reach under the SDK's types.
        files: ["rehearsal/**/*.ts", "simulator/**/*.ts", "test/**/*.ts"],
        rules: { "@typescript-eslint/no-explicit-any": "off", "@typescript-eslint/no-dynamic-delete": "off" },
    },
    {
        files: ["**/*.ts"],
        ignores: ["test/**", "rehearsal/engine/protobuf.ts"],
        rules: {
            "no-restricted-syntax": [
                "error",
                {
                    selector:
                        ":not(CallExpression[callee.name='lazy'] > ArrowFunctionExpression) > TSAsExpression[typeAnnotation.type='TSTypeQuery'] > CallExpression[callee.name='require']",
                    message: "Import the module, or load it with lazy() of catalogue/lazy.ts, which says what that saves.",
                },
            ],
        },
    },
    {
        // One file, one job. A file that is better whole says why in its head: /* eslint-disable max-lines -- <reason> */
        files: ["**/*.ts"],
        rules: { "max-lines": ["error", { max: 300 }] },
    },
);
