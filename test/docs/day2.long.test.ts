/** What docs/day-2.md shows of commands is what these print. */
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import { inProcess, root, withFolder } from "../commands/helper";

jest.setTimeout(120_000);

const page = readFileSync(path.join(root, "docs/day-2.md"), "utf8");
const readme = readFileSync(path.join(root, "README.md"), "utf8");

/** Lines that are printed, but for those that the page leaves out or breaks. */
const lines = (out: string, ...of: RegExp[]): string[] => of.map((one) => one.exec(out)?.[0] ?? `nothing like ${one.source}`);

it("maas users move", async () => {
    const { out } = await inProcess("users", "move", "code-assistant", "free-user", "--tier", "premium");
    expect(page).toContain(
        out
            .trim()
            .replace(/@@ .* @@/, "@@ … @@")
            .replace(/a plan of .*/, "a plan of … resources, … policies."),
    );
});

it("maas status", async () => {
    const { out } = await inProcess("status", "llm-d", "--rehearsal", "--fault", "csv-failed:rhods-operator");
    for (const line of lines(out, /^Status of .*/, /.*gpu-operator-certified .*/, / +cause .*/, / +waiting .*/)) {
        expect(page).toContain(line.replace(/\d+ of \d+ are/, "… of … are").replace(/and \d+ more/, "and … more"));
    }
});

it("maas render", () =>
    withFolder(async (folder) => {
        const words = ["--repo", "https://git.example.org/platform.git", "--out", path.join(folder, "all"), "--path", "gitops"];
        const { code, out } = await inProcess("render", "tiers-3.3", ...words);
        expect(code).toBe(0);
        expect(page).toContain(lines(out, /^Manifests of .*/)[0]!.replace(/ \d+(?= )/g, " …"));
    }));

it("maas render production", () =>
    withFolder(async (folder) => {
        const { code, out } = await inProcess("render", "production", "--out", path.join(folder, "gitops"), "--path", "gitops");
        expect(code).toBe(0);
        for (const line of lines(out, /^Manifests of .*/, /^.* files, .* written\..*/m)) {
            const shown = line.replaceAll(path.join(folder, "gitops"), "gitops/production").replace(/(?<= )\d+(?= )/g, "…");
            expect(readme).toContain(shown);
        }
    }));

it("maas destroy", async () => {
    const { out } = await inProcess("destroy", "llm-d", "--plan");
    expect(page).toContain(lines(out, /^Destroy of .*/)[0]!.replace(/ \d+(?= )/g, " …"));
    expect(page).toContain(out.slice(out.indexOf("The program does beside that")).trimEnd());
});

it("maas init", () =>
    withFolder(async (folder) => {
        for (const file of ["Pulumi.yaml", "pulumi.js"]) {
            cpSync(path.join(root, file), path.join(folder, file));
        }
        mkdirSync(path.join(folder, "stacks"));
        const { out } = await inProcess("init", "--yes", "--from", "rehearsal", "--project", folder);
        const [cluster, written] = out.replace(/\S*stacks\/Pulumi/, "stacks/Pulumi").split("\n");
        for (const text of [page, readme]) {
            expect(text).toContain(cluster);
            expect(text).toContain(written);
        }
    }));
