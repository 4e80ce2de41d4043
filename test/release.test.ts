/** The policy pack that is released (.ci/release) runs without the rest of the program. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { policies } from "../policy/policies";

const root = path.join(__dirname, "..");

/** What `.ci/release` puts into the archive of the pack. */
const parts = /^archive maas-policy (.+)$/m.exec(readFileSync(path.join(root, ".ci/release"), "utf8"))![1]!.split(" ");

it("has every file that it loads", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "maas-pack-"));
    try {
        parts.forEach((part) => cpSync(path.join(root, part), path.join(folder, part), { recursive: true }));
        symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
        const load = 'process.stdout.write(JSON.stringify(require("./policy/policies").policies.map((p) => p.name)))';
        const names = execFileSync(process.execPath, ["-r", "./typescript", "-e", load], { cwd: folder, encoding: "utf8" });
        expect(JSON.parse(names)).toEqual(policies.map((p) => p.name));
    } finally {
        rmSync(folder, { recursive: true });
    }
});

it("refuses a tag that is not the version", () => {
    expect(() => execFileSync(path.join(root, ".ci/release"), ["v0.0.0-other"], { encoding: "utf8", stdio: "pipe" })).toThrow(
        /tag v0\.0\.0-other: expected v\d+\.\d+\.\d+, the version of package\.json/,
    );
});
