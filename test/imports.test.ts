/** The import rules find what breaks them: each is broken on purpose in a small tree. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const ROOT = path.join(__dirname, "..");
const DEPCRUISE = path.join(ROOT, "node_modules", "dependency-cruiser", "bin", "dependency-cruise.mjs");
const { forbidden, FLOORS } = require("../.dependency-cruiser.js") as {
    forbidden: readonly { readonly name: string }[];
    FLOORS: Readonly<Record<string, readonly string[]>>;
};

/** Files that break one rule each; the name of the rule is that of the folder or file. */
const BROKEN: Readonly<Record<string, string>> = {
    "catalogue/a.ts": 'export { b } from "../kinds/b"; import "@pulumi/pulumi";',
    "kinds/b.ts": 'export { c as b } from "../stacks/c";',
    "stacks/c.ts": 'export { d as c } from "../components/d";',
    "components/d.ts": 'import type { e } from "../policy/e"; import "./gpu/f"; export type d = typeof e; export const d = 1;',
    "components/gpu/f.ts": 'import "../gateway/g"; export const f = 1;',
    "components/gateway/g.ts": 'import { f } from "../gpu/f"; export const g = f;',
    "policy/e.ts": 'export { h as e } from "../rehearsal/engine/h";',
    "rehearsal/engine/h.ts": 'import "../../kinds/b"; export { i as h } from "../../simulator/i";',
    "simulator/i.ts": 'export { j as i } from "../cli/j";',
    "cli/j.ts": 'import "../other/k"; export const j = 1;',
    "other/k.ts": "export const k = 1;",
    "kinds/orphan.ts": "export const alone = 1;",
    "node_modules/@pulumi/pulumi/index.js": "",
    "node_modules/@pulumi/pulumi/package.json": '{ "name": "@pulumi/pulumi", "version": "0.0.0" }',
};

function broken(): string {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "maas-imports-"));
    try {
        for (const [file, text] of Object.entries(BROKEN)) {
            fs.mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
            fs.writeFileSync(path.join(folder, file), `${text}\n`);
        }
        fs.copyFileSync(path.join(ROOT, "tsconfig.json"), path.join(folder, "tsconfig.json"));
        fs.copyFileSync(path.join(ROOT, ".dependency-cruiser.js"), path.join(folder, ".dependency-cruiser.js"));
        const folders = [...new Set(Object.keys(BROKEN).map((file) => file.split("/")[0]!))].filter(
            (name) => name !== "node_modules",
        );
        const { status, stdout } = spawnSync(process.execPath, [DEPCRUISE, "--config", ".dependency-cruiser.js", ...folders], {
            cwd: folder,
            encoding: "utf8",
        });
        expect(status).not.toBe(0);
        return stdout;
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
}

it("find each way of breaking them", () => {
    const told = broken();
    expect(forbidden.map(({ name }) => name).filter((name) => !told.includes(name))).toEqual([]);
});

it("know every folder of the program", () => {
    // Besides what tools write: `maas render` writes to gitops unless told otherwise.
    const folders = fs
        .readdirSync(ROOT, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
        .map((entry) => entry.name)
        .filter((name) => !["node_modules", "coverage", "reports", "dist", "gitops"].includes(name));
    expect(folders.filter((name) => !(name in FLOORS)).sort()).toEqual(["bench", "docs", "exercises", "test"]);
});
