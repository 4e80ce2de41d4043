"use strict";
/** `npm run mutation`: tries the mutants, then holds each folder to its share. Arguments go to Stryker. */
const { spawnSync } = require("node:child_process");
const { readFileSync, rmSync } = require("node:fs");
const path = require("node:path");

const { jsonReporter } = require("./stryker.config.json");
const { problems, scores } = require("./scores");

const root = path.join(__dirname, "../..");
const report = path.join(root, jsonReporter.fileName);
const given = process.argv.slice(2);

rmSync(report, { force: true });
const stryker = path.join(root, "node_modules/@stryker-mutator/core/bin/stryker.js");
const { status } = spawnSync(process.execPath, [stryker, "run", path.join(__dirname, "stryker.config.json"), ...given], {
    cwd: root,
    stdio: "inherit",
});
if (status !== 0) {
    process.exit(status ?? 1);
}
const result = JSON.parse(readFileSync(report, "utf8"));
for (const [folder, score] of Object.entries(scores(result))) {
    process.stdout.write(`${folder}: ${score.toFixed(1)} % of mutants were noticed\n`);
}
const wrong = problems(result, given.length === 0);
wrong.forEach((line) => process.stderr.write(`${line}\n`));
process.exit(wrong.length > 0 ? 1 : 0);
