import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { parseAllDocuments } from "yaml";

import { Terminal } from "../../cli/terminal";
import { printPlan } from "../../cli/views/plan";
import { planSchema } from "../../rehearsal/report/schema";
import { fixtures, inProcess, root, start, withFolder } from "./helper";
import { Project } from "../project";
import { samplePlan } from "../rehearsal/report/sample";

const tiny = ["--project", path.join(fixtures, "tiny"), "--no-policy"];

test("a plan is printed and written, and the exit code is 0", () =>
    withFolder(async (folder) => {
        const [json, html] = [path.join(folder, "p.json"), path.join(folder, "p.html")];
        const { code, out, err } = await inProcess("plan", "dev", ...tiny, "--json", json, "--html", html);
        expect(code).toBe(0);
        expect(out).toContain("Plan of the stack dev");
        expect(out).toContain("ConfigMap (2)");
        expect(out).toContain("This was a plan; to deploy: pulumi up --stack dev");
        expect(out + err).not.toContain("never shown");
        const text = readFileSync(json, "utf8");
        const plan = planSchema.parse(JSON.parse(text));
        expect(plan.outputs).toEqual({ greeting: "hello", password: "[secret]" });
        const [first, second] = plan.resources.filter((r) => r.type.endsWith(":ConfigMap"));
        expect(second!.dependencies).toEqual([first!.urn]);
        expect(readFileSync(html, "utf8")).toContain("Plan of the stack <code>dev</code>");
        expect(readdirSync(folder).sort()).toEqual(["p.html", "p.json"]);

        await inProcess("plan", "dev", ...tiny, "--json", json, "--html", html);
        expect(readFileSync(json, "utf8")).toBe(text);
    }));

test("quiet says nothing when all is well", async () => {
    expect(await inProcess("plan", "dev", ...tiny, "--quiet")).toEqual({ code: 0, out: "", err: "" });
});

test("a stack may be named by the path of its file: its project is found above it", async () => {
    const file = path.relative(root, path.join(fixtures, "tiny", "Pulumi.dev.yaml"));
    const { code, out } = await inProcess("plan", file, "--no-policy");
    expect({ code, out: out.split("\n")[0] }).toEqual({
        code: 0,
        out: "Plan of the stack dev: no cloud and no cluster were touched.",
    });
});

test("--json - writes the result to standard output, and the report to standard error", async () => {
    const { code, out, err } = await inProcess("plan", "dev", ...tiny, "--json", "-");
    expect(code).toBe(0);
    expect(planSchema.parse(JSON.parse(out)).stack).toBe("dev");
    expect(err).toContain("Plan of the stack dev");
    expect(existsSync(path.join(root, "-"))).toBe(false);
});

test("what somebody else brings is named, with the setting that asks for it, and what metrics of limits cost", async () => {
    const { out } = await inProcess("plan", "production", "--no-policy");
    expect(out).toMatch(/^Series of Limitador, at most: [1-9]\d* with the users of the settings \(.*telemetry: exhaustive\)$/m);
    expect(out).toMatch(/^Brought by others: 3$/m);
    expect(out).toMatch(/^ +Secret kuadrant-system\/limitador-redis +URL +connectivityLink\.limitador\.storage\.secret$/m);
    expect(out).toMatch(
        /^ +Secret litemaas\/litemaas-backups +AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY +litemaas\.backup\.s3\.secret$/m,
    );
    expect(out).toMatch(/^ +Secret maas-platform\/maas-database +username, password +database\.existing\.secret$/m);
});

test("wrong settings are the last that is printed, on standard error, whole and once", async () => {
    const project = new Project();
    try {
        const stack = project.change((s) => Object.assign(s, { modelsNamespace: "A", tiers: [] }));
        const { code, out, err } = await inProcess("plan", stack, "--project", project.folder, "--no-policy");
        expect({ code, out, err }).toEqual({
            code: 1,
            out: "Plan of the stack test: no cloud and no cluster were touched.\n\nPolicy: not checked (--no-policy)\n\n",
            err: expect.stringMatching(
                /^Refused: The settings of stack test have \d+ problems .*:\n( {2}.+\n)* {2}modelsNamespace: .*\n( {2}.+\n)*$/,
            ) as string,
        });
        const quiet = await inProcess("plan", stack, "--project", project.folder, "--no-policy", "--quiet");
        expect(quiet).toEqual({ code: 1, out: "", err });
    } finally {
        project.remove();
    }
});

test("--show continue prints what the assistant of each tier is configured with", async () => {
    const { code, out } = await inProcess("plan", "code-assistant", "--no-policy", "--show", "continue");
    expect(code).toBe(0);
    const documents = parseAllDocuments(out).map((document) => document.toJS() as { name: string; models: { model: string }[] });
    expect(documents.map(({ name, models }) => [name, models.map(({ model }) => model)])).toEqual([
        ["Models of tier Enterprise", ["gpt-oss-20b", "nemotron-3-nano-30b-a3b"]],
        ["Models of tier Free", ["gpt-oss-20b"]],
        ["Models of tier Premium", ["gpt-oss-20b", "nemotron-3-nano-30b-a3b"]],
    ]);
});

test("--show clients prints what other clients of each tier are configured with", async () => {
    const { code, out } = await inProcess("plan", "tiers-3.3", "--no-policy", "--show", "clients");
    expect(code).toBe(0);
    expect(out.match(/^# .*$/gm)).toEqual(["# Tier Free", "# Tier Premium", "# Tier Enterprise"]);
    expect(out).toMatch(/^- Base URL: https:\/\/maas\.[^ ]+\/v1$/m);
    // Release 3.3 has tokens.
    expect(out).toContain("/maas-api/v1/tokens");
    const configs = [...out.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, text]) => JSON.parse(text!) as { provider: object });
    expect(configs.map(({ provider }) => Object.keys(provider).length)).toEqual([1, 1, 1]);
});

test("a plan ends with a first request to a model of each tier, and where settings of clients are", async () => {
    const { out } = await inProcess("plan", "code-assistant", "--no-policy", "--quiet", "--json", "-");
    const { next } = planSchema.parse(JSON.parse(out)).outputs as { next: string[] };
    expect(next.filter((line) => line.includes("/chat/completions")).map((line) => line.split("   # ")[1])).toEqual([
        "tier free",
        "tier premium",
        "tier enterprise",
    ]);
    expect(next.at(-1)).toBe(
        "npx maas plan code-assistant --show clients   # settings of Cursor, Cline, OpenCode and curl for each tier",
    );
});

test("--show clients tells that a stack has no tiers", async () => {
    const project = new Project();
    try {
        const stack = project.change((s) => {
            Object.assign(s, { tiers: [], identity: {}, gateway: { inference: {} } });
            delete s.workspaces;
            delete s.tenant;
        });
        const { code, err } = await inProcess("plan", stack, "--project", project.folder, "--no-policy", "--show", "clients");
        expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("has no tiers") as string });
    } finally {
        project.remove();
    }
});

test("--show continue tells that a stack has no workspaces", async () => {
    const { code, err } = await inProcess("plan", "dev", ...tiny, "--show", "continue");
    expect({ code, told: err.includes("Stack dev has no workspaces") }).toEqual({ code: 1, told: true });
});

test("a program that refuses its settings is exit 1, and its message is shown, also when quiet", async () => {
    const { code, out, err } = await inProcess("plan", "refused", ...tiny);
    expect({ code, shown: out.includes("these settings are refused") }).toEqual({ code: 1, shown: false });
    expect(err).toMatch(/^Refused: these settings are refused\.$/m);
    const quiet = await inProcess("plan", "refused", ...tiny, "--quiet");
    expect(quiet.code).toBe(1);
    expect(quiet.err).toContain("Refused");
});

test.each([
    ["is empty", ""],
    ["is not YAML", "config: [unclosed\n"],
    ["does not hold a map", "- config\n"],
])("a stack file that %s is exit 1 without a stack trace", (message, content) =>
    withFolder(async (folder) => {
        writeFileSync(path.join(folder, "Pulumi.yaml"), readFileSync(path.join(fixtures, "tiny", "Pulumi.yaml")));
        writeFileSync(path.join(folder, "index.js"), "");
        writeFileSync(path.join(folder, "Pulumi.dev.yaml"), content);
        const { code, err } = await inProcess("plan", "dev", "--project", folder, "--no-policy");
        expect({ code, told: err.includes(message), trace: /\n\s+at /.test(err) }).toEqual({ code: 1, told: true, trace: false });
    }),
);

test("the account of a tier says that requests count per user and per model, and its real maximum over all models", () =>
    withFolder(async (folder) => {
        const json = path.join(folder, "p.json");
        await inProcess("plan", "code-assistant", "--no-policy", "--quiet", "--json", json);
        const { tiers } = planSchema.parse(JSON.parse(readFileSync(json, "utf8"))).outputs as {
            tiers: Record<string, { models: string[]; requests: string }>;
        };
        expect(["free", "premium", "enterprise"].map((tier) => [tiers[tier]!.models.length, tiers[tier]!.requests])).toEqual([
            [1, "5 in 2m per user and model, 5 in all"],
            [2, "20 in 2m per user and model, 40 in all"],
            [2, "50 in 2m per user and model, 100 in all"],
        ]);
    }));

test.each([
    ["findings", samplePlan(), 0, "Nothing refuses this plan; see 2 findings above."],
    [
        "findings and values to be replaced",
        samplePlan(),
        2,
        "Nothing refuses this plan; see 2 findings and 2 values to be replaced above.",
    ],
    ["values to be replaced", { ...samplePlan(), policy: [] }, 1, "Nothing refuses this plan; see 1 value to be replaced above."],
    ["nothing", { ...samplePlan(), policy: [] }, 0, "No problems."],
])("the last line of a plan with %s does not pass over it", (_, plan, replaced, last) => {
    const written: string[] = [];
    const terminal = new Terminal({ write: (text) => written.push(text) }, {});
    const placeholders = Array.from({ length: replaced }, () => ({ path: "a", value: "b", remedy: "c" }));
    printPlan(terminal, terminal, plan, { policy: true, verbose: false, placeholders });
    expect(written.join("").trimEnd().split("\n").at(-1)).toBe(
        `${last} This was a plan; to deploy: pulumi up --stack ${plan.stack}`,
    );
});

test("what stands in a shipped stack for want of a real cluster is told, and is not in the result", () =>
    withFolder(async (folder) => {
        const json = path.join(folder, "p.json");
        const { code, out } = await inProcess("plan", "code-assistant", "--no-policy", "--json", json);
        expect(code).toBe(0);
        expect(out).toContain(
            "  cluster.domain is a placeholder (apps.cluster.example.com): leave it out to have it read from the cluster, or give yours\n",
        );
        expect(out).toContain("  identity.vault.address is a placeholder (https://vault.example.com:8200): give yours\n");
        expect(readFileSync(json, "utf8")).not.toContain("placeholder");
    }));

test("what is to be replaced is not told where something else refuses the plan", async () => {
    const project = new Project();
    try {
        const stack = project.change((settings) => (settings.models[0].pool = "l40"));
        const { code, out, err } = await inProcess("plan", stack, "--project", project.folder, "--no-policy");
        expect([code, out.includes("is a placeholder"), err]).toEqual([
            1,
            false,
            expect.stringContaining('"l40" is not a GPU pool'),
        ]);
    } finally {
        project.remove();
    }
});

test("timings tell the parts", async () => {
    const { err } = await inProcess("plan", "dev", ...tiny, "--timings", "--quiet");
    for (const part of ["start", "program spawned", "planned", "report", "peak memory"]) {
        expect(err).toMatch(new RegExp(`timing +\\d+ \\w+  ${part}`));
    }
});

describe("as a process", () => {
    test("the help is printed at once", async () => {
        const begun = performance.now();
        const { code } = await start(["--help"]).ended;
        expect(code).toBe(0);
        // 0.2 s on an idle machine; this one may be busy.
        expect(performance.now() - begun).toBeLessThan(5000);
    });

    test("no colours in a pipe, colours when forced, none with NO_COLOR", async () => {
        expect((await start(["plan", "--help"]).ended).out).not.toContain("\u001b");
        expect((await start(["plan", "--help"], { FORCE_COLOR: "1" }).ended).out).toContain("\u001b[1m");
        expect((await start(["plan", "--help"], { FORCE_COLOR: "1", NO_COLOR: "1" }).ended).out).not.toContain("\u001b");
    });

    test("a reader who leaves early is no error", async () => {
        const { child, ended } = start(["plan", "dev", ...tiny]);
        child.stdout!.destroy();
        const { code, err } = await ended;
        expect({ code, err: err.replace(/^\S+ {2}.*\n/gm, "") }).toEqual({ code: 0, err: "" });
    });

    test.each(["SIGINT", "SIGTERM"] as const)("%s ends the program too, writes no file, exit code 130", (signal) =>
        withFolder(async (folder) => {
            const pidFile = path.join(folder, "pid");
            const json = path.join(folder, "p.json");
            const { child, ended } = start(
                ["plan", "dev", "--project", path.join(fixtures, "endless"), "--no-policy", "--json", json],
                {
                    FIXTURE_PID_FILE: pidFile,
                },
            );
            const pid = await eventually(() =>
                existsSync(pidFile) ? Number(readFileSync(pidFile, "utf8")) || undefined : undefined,
            );
            child.kill(signal);
            const { code, err } = await ended;
            expect(code).toBe(130);
            expect(err).toContain("Interrupted");
            expect(readdirSync(folder)).toEqual(["pid"]);
            await eventually(() => (alive(pid) ? undefined : true));
        }),
    );
});

function alive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch {
        return false;
    }
}

async function eventually<T>(look: () => T | undefined): Promise<T> {
    for (let i = 0; i < 200; i++) {
        const found = look();
        if (found !== undefined) {
            return found;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("it never happened");
}
