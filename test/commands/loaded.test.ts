/** A command loads what it needs: help and completion no package, and a verb that does not deploy no engine. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { root, withFolder } from "./helper";

/** Strips the types of files that are new, and finds the place of an error: loaded with any TypeScript. */
const LOADER = /^(?:@swc\/core.*|source-map-support|source-map|buffer-from)$/;

/** What answers a program: the stand-in for the engine, the API servers of rehearsals, and Pulumi's SDK. */
const ENGINE =
    /^(?:rehearsal\/(?:engine\/(?:run|parts|deployment)|apiserver\/|cluster\/|simulator\/|plan|rehearse)|package @pulumi\/|package @grpc\/)/;

/** The files of this project, and as `package <name>` the packages, that a command line loads. */
function loadedBy(line: string): Promise<string[]> {
    return withFolder((folder) => {
        const [hook, list] = [path.join(folder, "hook.js"), path.join(folder, "loaded.json")];
        writeFileSync(
            hook,
            `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(list)}, JSON.stringify(Object.keys(require.cache))))`,
        );
        spawnSync(process.execPath, ["--require", hook, path.join(root, "cli/maas.js"), ...line.split(" ")], {
            // No cluster, and a proxy or a key of whoever runs this changes nothing.
            env: { PATH: process.env["PATH"], HOME: folder, KUBECONFIG: path.join(folder, "none") },
        });
        const files = JSON.parse(readFileSync(list, "utf8")) as string[];
        const named = files.map((file) => {
            const name = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1];
            return name === undefined ? path.relative(root, file) : `package ${name}`;
        });
        return [...new Set(named)].filter((name) => !LOADER.test(name.replace("package ", "")) && !name.startsWith(".."));
    });
}

it.each(["--help", "--version", "keys list --help", "render --help", "usage --explain", "completion bash"])(
    "maas %s loads no package",
    async (line) => {
        const loaded = await loadedBy(line);
        expect(loaded).toContain("cli/main.ts");
        // Nearest names.
        expect(loaded.filter((name) => name.startsWith("package ") && name !== "package fastest-levenshtein")).toEqual([]);
        expect(loaded.filter((name) => ENGINE.test(name))).toEqual([]);
    },
);

it.each([
    ["--complete plan ", "cli/complete.ts"],
    ["tiers list production", "cli/commands/tiers-list.ts"],
    ["policy list", "cli/commands/policy-list.ts"],
    ["keys list production", "cli/commands/keys-list.ts"],
    ["keys create production mine", "cli/commands/keys-create.ts"],
    ["usage production", "cli/commands/usage.ts"],
    ["workshop handout production", "cli/commands/workshop-handout.ts"],
])("maas %s loads no engine", async (line, own) => {
    const loaded = await loadedBy(line);
    expect(loaded).toContain(own);
    expect(loaded.filter((name) => ENGINE.test(name))).toEqual([]);
});

/** What a program loads of Pulumi's SDK, and `maas` does not: it needs the messages of the protocol alone. */
const SDK = /^package (?:@pulumi\/(?:kubernetes|random|policy)|@grpc\/grpc-js|@npmcli\/arborist)$/;

it.each(["plan llm-d", "doctor llm-d", "status llm-d", "must-gather llm-d", "render llm-d --out -"])(
    "maas %s does not load the SDK itself",
    async (line) => {
        const loaded = await loadedBy(line);
        expect(loaded.length).toBeGreaterThan(50);
        expect(loaded.filter((name) => SDK.test(name))).toEqual([]);
    },
);

it("sees the engine where it is loaded", async () =>
    expect((await loadedBy("plan none-of-these")).filter((name) => ENGINE.test(name))).not.toEqual([]));
