import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { candidates, FILES } from "../../cli/complete";
import { commandNames } from "../../cli/registry";
import { readProject, stacksOf } from "../../rehearsal/engine/project";
import { inProcess, root } from "./helper";

const next = (...words: string[]): string[] => candidates(words, { root });

test("commands, the second words of commands, and what every command line may begin with", () => {
    expect(next("")).toEqual(
        [...new Set([...commandNames().map((name) => name.split(" ")[0]!), "help", "version", "--help", "--version"])].sort(),
    );
    expect(next("reh")).toEqual(["rehearse"]);
    expect(next("crds", "")).toEqual(["download"]);
    expect(next("nonsense", "")).toEqual([]);
});

test("stacks, and the path of a stack file", () => {
    expect(next("plan", "")).toEqual([FILES, ...stacksOf(readProject(root))].sort());
    expect(next("plan", "code")).toEqual([FILES, "code-assistant"]);
    expect(next("plan", "code-assistant", "")).toEqual([]);
});

test("options that are not given yet; those that may be repeated stay", () => {
    expect(next("rehearse", "x", "--clu")).toEqual(["--cluster"]);
    expect(next("rehearse", "x", "--again", "--ag")).toEqual([]);
    expect(next("rehearse", "x", "--fault", "csv-failed:nfd", "--fau")).toEqual(["--fault"]);
});

test("values: choices, files, nothing for a free text", () => {
    expect(next("rehearse", "x", "--cluster", "")).toEqual(["api-server", "memory"]);
    expect(next("plan", "x", "--json", "")).toEqual([FILES]);
    expect(next("rehearse", "x", "--fault", "")).toEqual([]);
    expect(next("rehearse", "--cluster", "memory", "co")).toEqual([FILES, "code-assistant"]);
    expect(next("completion", "")).toEqual(["bash", "fish", "zsh"]);
});

test("the command line prints them, one a line", async () => {
    expect(await inProcess("--complete", "completion", "")).toEqual({ code: 0, out: "bash\nfish\nzsh\n", err: "" });
});

test.each(["bash", "zsh", "fish"])("there is a script for %s", async (shell) => {
    const { code, out } = await inProcess("completion", shell);
    expect(code).toBe(0);
    expect(out).toContain("maas --complete");
});

test("a shell without a script is misuse", async () => {
    const { code, err } = await inProcess("completion", "bsah");
    expect({ code, err }).toEqual({
        code: 2,
        err: expect.stringContaining("expected one of bash, zsh, fish. Did you mean bash?") as string,
    });
});

test("bash completes with its script", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "maas-bash-"));
    try {
        symlinkSync(path.join(root, "cli/maas.js"), path.join(folder, "maas"));
        const script = `source <(maas completion bash)
            COMP_WORDS=(maas rehearse x --cluster ""); COMP_CWORD=4; _maas; echo "\${COMPREPLY[@]}"
            COMP_WORDS=(maas plan Pulu); COMP_CWORD=2; _maas; echo "\${COMPREPLY[@]}"`;
        const out = execFileSync("bash", ["-c", script], {
            cwd: root,
            encoding: "utf8",
            env: { ...process.env, PATH: `${folder}:${path.dirname(process.execPath)}:${process.env["PATH"]}` },
        });
        expect(out).toBe("api-server memory\nPulumi.yaml\n");
    } finally {
        rmSync(folder, { recursive: true });
    }
});
