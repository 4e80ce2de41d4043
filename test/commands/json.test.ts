/** `--json`: every command has it, but for those that are named here; `-` leaves standard output to it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import type { Command } from "../../cli/command";
import { commandNames, loadCommand } from "../../cli/registry";
import { profiles } from "../../policy/rule";
import sources from "../../simulator/crds/sources.json";
import { inFolder, inProcess, withFolder } from "./helper";

const before = { ...process.env };
afterEach(() => {
    process.env = { ...before };
    jest.restoreAllMocks();
});

it.each(commandNames().filter((name) => loadCommand(name).withoutJson === undefined))("maas %s has --json FILE", (name) =>
    expect(loadCommand(name).options?.json).toMatchObject({ type: "output", value: "FILE" }),
);

it("commands without it say why", () => {
    const without = commandNames().flatMap((name) => {
        const { withoutJson, options } = loadCommand(name);
        return withoutJson === undefined ? [] : [[name, withoutJson, options?.json]];
    });
    expect(without).toEqual([
        ["completion", "prints a script for a shell", undefined],
        ["mcp", "standard input and output carry its protocol, which is JSON", undefined],
    ]);
});

it("a command with neither is an error of types", () => {
    const rest = { summary: "x", access: [], run: () => Promise.resolve(0) };
    // @ts-expect-error It has no --json, and does not say why.
    const neither: Command = { ...rest, options: {} };
    // @ts-expect-error A flag is no file.
    const flag: Command = { ...rest, options: { json: { type: "flag", help: "x" } } };
    const reason: Command = { ...rest, withoutJson: "there is nothing to say" };
    expect([neither, flag, reason]).toHaveLength(3);
});

it("policy list: the rules with their level in each profile", async () => {
    const { code, out, err } = await inProcess("policy", "list", "--json", "-");
    const found = JSON.parse(out) as { profiles: string[]; rules: { name: string; levels: Record<string, string> }[] };
    expect([code, found.profiles]).toEqual([0, [...profiles]]);
    expect(found.rules.filter(({ levels }) => Object.keys(levels).join() !== profiles.join())).toEqual([]);
    expect(found.rules.map(({ name }) => name).filter((name) => !err.includes(name))).toEqual([]);
    expect(found.rules).toContainEqual({
        family: "Quota and cost",
        name: "gpus-within-quota",
        requirement: "GPU nodes fit the vCPU quotas of the account",
        levels: { sandbox: "advisory", development: "mandatory", production: "mandatory" },
    });
});

it("rehearse stop: how many were stopped", () =>
    withFolder(async (folder) => {
        process.env["XDG_CACHE_HOME"] = folder;
        expect(await inProcess("rehearse", "stop", "--json", "-")).toEqual({
            code: 0,
            out: '{\n  "stopped": 0\n}\n',
            err: "Nothing was kept.\n",
        });
        // A record whose API server has ended.
        mkdirSync(path.join(folder, "maas-platform/kept"), { recursive: true });
        writeFileSync(path.join(folder, "maas-platform/kept/one"), path.join(folder, "gone"));
        const { out, err } = await inFolder(folder, ["rehearse", "stop", "--json", "stopped.json"]);
        expect([out, err]).toEqual(["Nothing was kept.\n", "JSON: stopped.json\n"]);
        expect(JSON.parse(readFileSync(path.join(folder, "stopped.json"), "utf8"))).toEqual({ stopped: 0 });
        expect(readdirSync(path.join(folder, "maas-platform/kept"))).toEqual([]);
    }));

it("crds download: folder, count and what is not published; nothing where it fails", () =>
    withFolder(async (folder) => {
        const crds = sources["3.5"].flatMap((source) => source.crds);
        const document = ({ name }: { readonly name: string }): string =>
            `---\nkind: CustomResourceDefinition\nmetadata: { name: ${name} }\n`;
        const answered = jest.spyOn(globalThis, "fetch").mockImplementation((input) => {
            const url = input as string;
            const commit = /\/commits\/(\w+)$/.exec(url)?.[1];
            const file = url.split("/").slice(6).join("/");
            const text = crds
                .filter(({ path: at }) => at === file)
                .map(document)
                .join("");
            return Promise.resolve(new Response(commit === undefined ? text : JSON.stringify({ sha: commit })));
        });
        const target = path.join(folder, "crds");
        const { code, out, err } = await inProcess("crds", "download", target, "--release", "3.5", "--json", "-");
        expect([code, JSON.parse(out)]).toEqual([0, { release: "3.5", folder: target, count: crds.length, missing: [] }]);
        expect(err).toContain(`${crds.length} CRDs are in ${target}.\n`);
        answered.mockRejectedValue(new Error("no network"));
        const file = path.join(folder, "x.json");
        expect(await inProcess("crds", "download", target, "--json", file)).toMatchObject({ code: 1, out: "" });
        expect(existsSync(file)).toBe(false);
    }));
