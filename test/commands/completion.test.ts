import { execFileSync, spawnSync } from "node:child_process";
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

test("values that are bound to their option, as one word and as the three that bash makes of it", () => {
    expect(next("rehearse", "x", "--cluster=")).toEqual(["--cluster=api-server", "--cluster=memory"]);
    expect(next("rehearse", "x", "--cluster=a")).toEqual(["--cluster=api-server"]);
    expect(next("rehearse", "x", "--cluster", "=")).toEqual(["api-server", "memory"]);
    expect(next("rehearse", "x", "--cluster", "=", "a")).toEqual(["api-server"]);
    expect(next("plan", "x", "--json=REA")).toEqual([]);
    expect(next("plan", "x", "--json", "=", "REA")).toEqual([FILES]);
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

const sessions = {
    bash: `source <(maas completion bash)
        COMP_WORDS=(maas rehearse x --cluster ""); COMP_CWORD=4; _maas; echo "\${COMPREPLY[@]}"
        COMP_WORDS=(maas plan Pulu); COMP_CWORD=2; _maas; echo "\${COMPREPLY[@]}"
        COMP_WORDS=(maas rehearse x --cluster = a); COMP_CWORD=5; _maas; echo "\${COMPREPLY[@]}"`,
    // Without a terminal there is no widget: compadd says what it would add.
    zsh: `compdef() { :; }; compadd() { shift; print -r -- "$@"; }; _files() { print -r -- FILES; }
        source <(maas completion zsh)
        words=(maas rehearse x --cluster ""); CURRENT=5; _maas
        words=(maas plan code-); CURRENT=3; _maas
        words=(maas rehearse x --cluster=a); CURRENT=4; _maas`,
    fish: `source (maas completion fish | psub)
        complete -C "maas rehearse x --cluster "; complete -C "maas plan code-"; complete -C "maas rehearse x --cluster=a"`,
};

const said = {
    bash: "api-server memory\nPulumi.yaml\napi-server\n",
    zsh: "api-server memory\ncode-assistant\nFILES\n--cluster=api-server\n",
    fish: "api-server\nmemory\ncode-assistant\n--cluster=api-server\n",
};

describe.each(Object.keys(sessions) as (keyof typeof sessions)[])("%s", (shell) => {
    const there = spawnSync(shell, ["--version"]).status === 0;
    if (!there) {
        process.stderr.write(`SKIPPED: no ${shell} here, to complete with its script\n`);
    }
    (there ? test : test.skip)("completes with its script", () => {
        const folder = mkdtempSync(path.join(tmpdir(), `maas-${shell}-`));
        try {
            symlinkSync(path.join(root, "cli/maas.js"), path.join(folder, "maas"));
            const out = execFileSync(shell, ["-c", sessions[shell]], {
                cwd: root,
                encoding: "utf8",
                env: {
                    ...process.env,
                    HOME: folder,
                    PATH: `${folder}:${path.dirname(process.execPath)}:${process.env["PATH"]}`,
                },
            });
            expect(out.replace(/\n\n+/g, "\n")).toBe(said[shell]);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
