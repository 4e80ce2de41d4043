/** The workflows that are shipped: pinned, with the least rights, and silent about secrets. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

import { readProject, stacksOf } from "../rehearsal/engine/project";

interface Step {
    readonly uses?: string;
    readonly run?: string;
    readonly if?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
    readonly permissions?: Readonly<Record<string, string>>;
    readonly "timeout-minutes"?: number;
    readonly "runs-on"?: string;
    readonly environment?: string;
    readonly if?: string;
    readonly steps: readonly Step[];
    readonly strategy?: { readonly matrix: { readonly stack: readonly string[] } };
}
interface Workflow {
    readonly on: Readonly<Record<string, unknown>>;
    readonly permissions?: unknown;
    readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
    readonly jobs: Readonly<Record<string, Job>>;
}

const folder = path.join(__dirname, "../.github/workflows");
const workflows = new Map(
    readdirSync(folder).map((file) => {
        const text = readFileSync(path.join(folder, file), "utf8");
        return [file, { text, workflow: parse(text) as Workflow }] as const;
    }),
);
const job = (file: string): Job => Object.values(workflows.get(file)!.workflow.jobs)[0]!;
const pulumi = (file: string): Step => job(file).steps.find((step) => step.uses?.startsWith("pulumi/actions@"))!;

/** What an action may be given, by name of the permission. */
const granted: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "policy.yaml": { contents: "read", "security-events": "write" },
    "preview.yaml": { contents: "read", "pull-requests": "write", "id-token": "write" },
    "up.yaml": { contents: "read", "id-token": "write" },
    "drift.yaml": { contents: "read", "id-token": "write" },
};

it("are preview, up, drift and policy", () => {
    expect([...workflows.keys()].sort()).toEqual(Object.keys(granted).sort());
});

describe.each([...workflows])("%s", (file, { text, workflow }) => {
    const jobs = Object.values(workflow.jobs);
    const steps = jobs.flatMap((j) => j.steps);

    it("pins every action by its whole commit, with the release beside it", () => {
        const used = text.split("\n").filter((line) => /\buses:/.test(line));
        expect(used.length).toBe(steps.filter((step) => step.uses !== undefined).length);
        for (const line of used) {
            expect(line).toMatch(/uses: [\w-]+\/[\w-]+(\/[\w-]+)?@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
        }
    });

    it("has no rights but those that its jobs name", () => {
        expect(workflow.permissions).toEqual({});
        for (const { permissions, "timeout-minutes": minutes, "runs-on": runner } of jobs) {
            expect(permissions).toEqual(granted[file]);
            expect(minutes).toBeGreaterThan(0);
            expect(runner).not.toMatch(/latest/);
        }
        expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
    });

    it("leaves no token behind in the checkout", () => {
        for (const step of steps.filter((s) => s.uses?.startsWith("actions/checkout@"))) {
            expect(step.with).toMatchObject({ "persist-credentials": false });
        }
    });

    it("puts nothing that others write into a script", () => {
        for (const { run } of steps) {
            expect(run ?? "").not.toMatch(/\$\{\{/);
        }
    });

    it("shows no secret: each goes to an action, or by a variable into a file", () => {
        for (const { run = "", env = {}, with: inputs = {} } of steps) {
            expect(run).not.toMatch(/set -\w*x|printenv|\benv\b/);
            for (const [name] of Object.entries(env).filter(([, value]) => value.includes("secrets."))) {
                for (const line of run.split("\n").filter((l) => l.includes(`$${name}`) || l.includes(`\${${name}`))) {
                    expect(line).toMatch(new RegExp(`^printf '%s' "\\$${name}" > "\\$RUNNER_TEMP/`));
                }
            }
            for (const [name, value] of Object.entries(inputs)) {
                if (String(value).includes("secrets.")) {
                    expect(name).toBe("cloud-url");
                }
            }
        }
        expect(text).not.toMatch(/\b(AKIA|pul-)[A-Za-z0-9]{8,}/);
        expect(text).not.toMatch(/aws-(secret-)?access-key/);
    });

    it("runs one at a time", () => {
        expect(workflow.concurrency!.group.length).toBeGreaterThan(3);
    });
});

it("never cancels what changes the cluster, and never looks for drift meanwhile", () => {
    const up = workflows.get("up.yaml")!.workflow.concurrency!;
    expect(up["cancel-in-progress"]).toBe(false);
    expect(workflows.get("drift.yaml")!.workflow.concurrency).toEqual(up);
    expect(up.group).not.toContain("${{");
});

it("deploys what was merged only, and only after approval", () => {
    const { on } = workflows.get("up.yaml")!.workflow;
    expect(on).toEqual({ push: { branches: ["main"] } });
    expect(job("up.yaml").environment).toBe("production");
    expect(pulumi("up.yaml").with).toMatchObject({ command: "up" });
});

it("comments on pull requests of this repository, and gives forks no secret", () => {
    expect(pulumi("preview.yaml").with).toMatchObject({ command: "preview", "comment-on-pr": true });
    expect(job("preview.yaml").if).toContain("head.repo.full_name == github.repository");
    expect(workflows.get("policy.yaml")!.text).not.toContain("secrets.");
});

it("fails at night when anything has changed", () => {
    expect(pulumi("drift.yaml").with).toMatchObject({ command: "preview", refresh: true, "expect-no-changes": true });
});

it("runs the policy pack wherever Pulumi runs, in a profile that there is", () => {
    for (const file of ["preview.yaml", "up.yaml", "drift.yaml"]) {
        const { policyPacks, policyPackConfigs } = pulumi(file).with as { policyPacks: string; policyPackConfigs: string };
        expect(policyPacks).toBe("policy");
        expect(JSON.parse(readFileSync(path.join(__dirname, "..", policyPackConfigs), "utf8"))).toHaveProperty("tiers-rise");
    }
});

it("uploads the findings of every stack", () => {
    expect(job("policy.yaml").strategy!.matrix.stack).toEqual(stacksOf(readProject(path.join(__dirname, ".."))).sort());
});
