"use strict";
/** Runs scripts of package.json at once, and prints what each says when it ends: `node test/checks.js check lint`. */
const { spawn } = require("node:child_process");

/** @returns whether the script ended well */
function run(script) {
    const child = spawn("npm", ["run", "--silent", script], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (data) => (said += data));
    }
    return new Promise((resolve) => {
        child.on("error", (error) => (said += `${error.message}\n`));
        child.on("close", (code) => {
            process.stdout.write(`> ${script}: ${code === 0 ? "fine" : "failed"}\n${said}`);
            resolve(code === 0);
        });
    });
}

async function main() {
    const ended = await Promise.all(process.argv.slice(2).map(run));
    process.exitCode = ended.every(Boolean) ? 0 : 1;
}

void main();
