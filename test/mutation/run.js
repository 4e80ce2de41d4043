"use strict";
/** `npm run mutation`: tries the mutants of each area, then holds it to its share. `-- --mutate <file>` tries those of a file. */
const { spawnSync } = require("node:child_process");
const { readFileSync, rmSync } = require("node:fs");
const path = require("node:path");

const areas = require("./areas");
const { problem, score } = require("./score");

const root = path.join(__dirname, "../..");
const stryker = path.join(root, "node_modules/@stryker-mutator/core/bin/stryker.js");
const given = process.argv.slice(2);
const file = given[given.indexOf("--mutate") + 1];

/** The score of an area. */
function tried(name) {
    const report = path.join(root, `reports/mutation/${name}.json`);
    rmSync(report, { force: true });
    const { status } = spawnSync(process.execPath, [stryker, "run", path.join(__dirname, "stryker.config.js"), ...given], {
        cwd: root,
        stdio: "inherit",
        env: { ...process.env, MAAS_MUTATION: name },
    });
    if (status !== 0) {
        process.exit(status ?? 1);
    }
    return score(JSON.parse(readFileSync(report, "utf8")));
}

const chosen = Object.entries(areas).filter(([name]) => !given.includes("--mutate") || file?.startsWith(`${name}/`));
const scores = chosen.map(([name, { least }]) => [name, least, tried(name)]);
for (const [name, , found] of scores) {
    process.stdout.write(`${name}: ${found?.toFixed(1) ?? "no"} % of mutants were noticed\n`);
}
const wrong = scores.flatMap((one) => problem(...one) ?? []);
if (scores.length === 0) {
    wrong.push(`${file} is in none of ${Object.keys(areas).join(", ")}`);
}
wrong.forEach((line) => process.stderr.write(`${line}\n`));
process.exit(wrong.length > 0 ? 1 : 0);
