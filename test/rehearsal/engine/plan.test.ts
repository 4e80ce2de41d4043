import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { plan, ProjectError, type ProgressEvent } from "../../../rehearsal/plan";
import type { Plan, PlannedResource } from "../../../rehearsal/result";
import { FIXTURES } from "./harness";

const planOf = (stack: string, more: object = {}): Promise<Plan> => plan({ projectDir: FIXTURES, stack, limit: 20_000, ...more });
const named = (result: Plan, name: string): PlannedResource => result.resources.find((r) => r.name === name)!;
const urns = (...names: string[]) => names.map((n) => expect.stringMatching(new RegExp(`::${n}$`)));

describe("a plan", () => {
    it("names resources by the whole chain of their parents, and says what each depends on", async () => {
        const result = await planOf("basic");

        expect(result.diagnostics).toEqual([]);
        expect(named(result, "team-inner-map")).toEqual({
            urn: "urn:pulumi:basic::fixture::fixture:index:Group$fixture:index:Inner$kubernetes:core/v1:ConfigMap::team-inner-map",
            type: "kubernetes:core/v1:ConfigMap",
            name: "team-inner-map",
            parent: "urn:pulumi:basic::fixture::fixture:index:Group$fixture:index:Inner::team-inner",
            inputs: { apiVersion: "v1", data: { a: "1" }, kind: "ConfigMap", metadata: { name: "map", namespace: "team" } },
            dependencies: urns("team-ns"),
            options: { custom: true },
        });
        expect(named(result, "last").dependencies).toEqual(urns("team-inner-map", "team-ns", "secret"));
        expect(named(result, "secret").inputs["stringData"]).toBe("[unknown]");
        expect(result.outputs).toEqual({
            greeting: "hello",
            lastName: "last",
            password: "[unknown]",
            settings: { nested: [1, "two"] },
        });
        expect(result.resources.map((r) => r.urn)).toEqual([...result.resources.map((r) => r.urn)].sort());
    });

    it("is the same byte for byte each time", async () => {
        expect(JSON.stringify(await planOf("basic"))).toBe(JSON.stringify(await planOf("basic")));
    });

    it("shows every option, what children take over from parents, and no secret", async () => {
        const result = await planOf("options");

        expect(result.diagnostics).toEqual([]);
        expect(named(result, "all").options).toEqual({
            custom: true,
            ignoreChanges: ["data.of"],
            replaceOnChanges: ["data"],
            deleteBeforeReplace: true,
            retainOnDelete: true,
            deletedWith: expect.stringMatching(/::base$/),
            additionalSecretOutputs: ["binaryData"],
            aliases: [
                "urn:pulumi:options::fixture::kubernetes:core/v1:ConfigMap::former",
                "urn:pulumi:options::fixture::kubernetes:core/v1:ConfigMap::older",
            ],
            customTimeouts: { create: "1h30m", delete: "90s" },
        });
        expect(named(result, "all").inputs["data"]).toEqual({ secret: "[secret]", of: "base" });
        expect(JSON.stringify(result)).not.toContain("correct horse");
        expect(named(result, "child").options).toEqual({
            custom: true,
            protect: true,
            provider: expect.stringMatching(/pulumi:providers:kubernetes::explicit$/),
        });
        expect(named(result, "explicit")).toMatchObject({ type: "pulumi:providers:kubernetes", options: { custom: true } });
    });

    it("applies the transforms of the resource, its parents and the stack, in this order", async () => {
        const result = await planOf("transforms");
        expect(result.diagnostics).toEqual([]);
        expect(named(result, "inside").inputs["data"]).toEqual({ own: "yes", resource: "yes", component: "yes", stack: "yes" });
        expect(named(result, "inside").options.protect).toBe(true);
        expect(named(result, "outside").inputs["data"]).toEqual({ stack: "yes" });
    });

    it("refuses two resources of one name in the engine's words", async () => {
        const result = await planOf("duplicate");
        expect(result.diagnostics).toEqual([
            {
                severity: "error",
                urn: "urn:pulumi:duplicate::fixture::kubernetes:core/v1:ConfigMap::twin",
                message:
                    "Duplicate resource URN 'urn:pulumi:duplicate::fixture::kubernetes:core/v1:ConfigMap::twin'; try giving it a unique name",
            },
        ]);
    });

    it("says which packages it has when it is asked for another", async () => {
        const result = await planOf("unknown-package");
        expect(result.diagnostics).toEqual([
            {
                severity: "error",
                urn: expect.stringMatching(/::group$/),
                message: 'a rehearsal has no provider for the package "azure"; it has kubernetes, random, vault, aws',
            },
        ]);
    });

    it("answers look-ups, and leaves what is computed unknown", async () => {
        const result = await planOf("clouds");
        expect(result.diagnostics).toEqual([]);
        expect(result.outputs).toEqual({
            quota: 256,
            zones: ["us-east-2a", "us-east-2b", "us-east-2c"],
            arn: "[unknown]",
            stored: "[unknown]",
        });
    });

    it("is empty for an empty program", async () => {
        const result = await planOf("empty");
        expect(result).toMatchObject({ resources: [{ type: "pulumi:pulumi:Stack" }], diagnostics: [], outputs: {} });
    });

    it("tells how it goes on", async () => {
        const events: ProgressEvent[] = [];
        const parts: string[] = [];
        await planOf("basic", { onEvent: (e: ProgressEvent) => events.push(e), onTiming: (part: string) => parts.push(part) });
        expect(events.filter((e) => e.kind === "phase").map((e) => e.phase)).toEqual(["starting", "program", "done"]);
        const of = (kind: string) => events.filter((e) => e.kind === kind && "urn" in e && e.urn?.endsWith("::last"));
        expect(of("started")).toHaveLength(1);
        expect(of("ready")).toMatchObject([{ operation: "create", at: 0 }]);
        expect(parts).toEqual(["program spawned", "program", "stack policies", "end"]);
    });
});

describe("a program that fails", () => {
    it("is quoted with its stack", async () => {
        const { diagnostics } = await planOf("throws");
        expect(diagnostics).toHaveLength(1);
        expect(diagnostics[0]).toMatchObject({ severity: "error" });
        expect(diagnostics[0]!.message).toMatch(/TypeError: this program is wrong\n\s+at deepInTheProgram .*throws\.js/);
        expect(diagnostics[0]!.message).not.toContain("\u001b");
    });

    it("is told alike whichever handler of the SDK hears of the error first", async () => {
        const { diagnostics } = await planOf("throws-at-once");
        expect(diagnostics).toEqual([
            { severity: "error", message: expect.stringMatching(/^TypeError: this program is wrong from its first line on\n/) },
        ]);
    });

    it("is quoted as it is when it refuses with a message of its own", async () => {
        expect((await planOf("refuses")).diagnostics).toEqual([
            { severity: "error", message: 'models.gpt.pool: there is no pool "gpuu"' },
        ]);
    });

    it("is reported with what it printed when it exits by itself", async () => {
        expect((await planOf("crashes")).diagnostics).toEqual([
            { severity: "error", message: "the program exited with code 7:\nsomething is off" },
            { severity: "info", message: "on the way" },
        ]);
    });

    it.each([["timer"], ["loop"]])("is ended when it does not end by itself (%s)", async (kind) => {
        process.env["FIXTURE"] = kind;
        try {
            const begun = Date.now();
            const { diagnostics } = await planOf("endless", { limit: 4000 });
            expect(diagnostics).toEqual([
                {
                    severity: "error",
                    message:
                        "the program did not end within 4 s and was stopped; it was waiting for none of its resources, " +
                        "but for something of its own (a promise, a timer, a loop)",
                },
            ]);
            expect(Date.now() - begun).toBeLessThan(8000);
        } finally {
            delete process.env["FIXTURE"];
        }
    });

    it("is ended when the run is interrupted", async () => {
        const abort = new AbortController();
        setTimeout(() => abort.abort(), 1500);
        const { diagnostics } = await planOf("endless", { signal: abort.signal });
        expect(diagnostics).toEqual([{ severity: "error", message: "the run was interrupted" }]);
    });
});

describe("a stack or project that does not exist", () => {
    const refusal = async (stack: string, projectDir = FIXTURES): Promise<string> => {
        const error = await plan({ projectDir, stack }).then(
            () => undefined,
            (e: unknown) => e,
        );
        expect(error).toBeInstanceOf(ProjectError);
        return (error as Error).message;
    };

    it("names the nearest stack", async () => {
        expect(await refusal("bassic")).toMatch(
            /^there is no stack "bassic"; did you mean "basic"\? The stacks of fixture are basic, /,
        );
        expect(await refusal("something-else-entirely")).not.toContain("did you mean");
    });

    it("says what is wrong with a stack file", async () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "project-"));
        const refused = (text: string): Promise<string> => {
            fs.writeFileSync(path.join(folder, "Pulumi.dev.yaml"), text);
            return refusal("dev", folder);
        };
        fs.writeFileSync(path.join(folder, "Pulumi.yaml"), "name: x\nruntime: nodejs\n");
        try {
            expect(await refused("")).toMatch(/Pulumi\.dev\.yaml is empty: a stack file begins with `config:`$/);
            expect(await refused("config: [unclosed\n  a: {")).toMatch(/Pulumi\.dev\.yaml is not YAML: /);
            expect(await refused("- a\n- b\n")).toMatch(/Pulumi\.dev\.yaml does not hold a map/);
            expect(await refused("config: text\n")).toMatch(/config must be a map of `project:key` to values/);
            expect(await refused("config:\n  a:b:c:d: 1\n")).toMatch(/"a:b:c:d" is not a configuration key/);
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    });

    it("says what is wrong with a project", async () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "project-"));
        const write = (text: string): void => fs.writeFileSync(path.join(folder, "Pulumi.yaml"), text);
        try {
            expect(await refusal("dev", folder)).toMatch(/holds no Pulumi\.yaml/);
            write("runtime: nodejs\n");
            expect(await refusal("dev", folder)).toMatch(/gives the project no name/);
            write("name: x\nruntime: python\n");
            expect(await refusal("dev", folder)).toMatch(/runtime is "python"; only nodejs programs/);
            write("name: x\nruntime: nodejs\nmain: nowhere.js\n");
            expect(await refusal("dev", folder)).toMatch(/main is nowhere\.js, which does not exist/);
            write("name: x\nruntime: nodejs\n");
            expect(await refusal("dev", folder)).toMatch(/holds no file Pulumi\.<stack>\.yaml/);
            fs.writeFileSync(path.join(folder, "Pulumi.dev.yaml"), "config: {a: 1}\n");
            expect(await refusal("dev", folder)).toMatch(/@pulumi\/pulumi is not installed in/);
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    });
});
