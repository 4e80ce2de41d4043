/** The workflows that are shipped: pinned, with the least rights, and silent about secrets. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

import { foundationAlerts } from "../catalogue/observability/foundationAlerts";
import { DRIFT_RECORD, RECORDS_NAMESPACE } from "../catalogue/records";
import { readProject, stacksOf } from "../rehearsal/engine/project";

import { scope } from "./catalogue/observability/scope";

interface Step {
    readonly uses?: string;
    readonly run?: string;
    readonly if?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly with?: Readonly<Record<string, unknown>>;
}
interface Concurrency {
    readonly group: string;
    readonly "cancel-in-progress": boolean | string;
}
interface Job {
    readonly permissions?: Readonly<Record<string, string>>;
    readonly "timeout-minutes"?: number;
    readonly "runs-on"?: string;
    readonly environment?: string;
    readonly if?: string;
    readonly needs?: string;
    readonly uses?: string;
    readonly concurrency?: Concurrency;
    readonly steps?: readonly Step[];
    readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
}
interface Workflow {
    readonly on: Readonly<Record<string, unknown>>;
    readonly permissions?: unknown;
    readonly concurrency?: Concurrency;
    readonly jobs: Readonly<Record<string, Job>>;
}
interface Action {
    readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
    readonly runs: { readonly steps: readonly Step[] };
}

const root = path.join(__dirname, "..");
const folder = path.join(root, ".github/workflows");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");
const workflows = new Map(
    readdirSync(folder).map((file) => {
        const text = read(`.github/workflows/${file}`);
        return [file, { text, workflow: parse(text) as Workflow }] as const;
    }),
);
const actions = new Map(
    readdirSync(path.join(root, ".github/actions")).map((name) => {
        const text = read(`.github/actions/${name}/action.yml`);
        return [`./.github/actions/${name}` as string, { text, action: parse(text) as Action }] as const;
    }),
);
const jobOf = (file: string, name: string): Job => workflows.get(file)!.workflow.jobs[name]!;
const deploying = ["preview.yaml", "up.yaml", "drift.yaml"] as const;
const job = (file: string): Job => jobOf(file, file.replace(".yaml", ""));
const pulumi = (file: string): Step => job(file).steps!.find((step) => step.uses?.startsWith("pulumi/actions@"))!;

const OIDC = { contents: "read", "id-token": "write" };
/** What the jobs of a workflow may do. */
const granted: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
    "test.yaml": { test: { contents: "read" }, long: { contents: "read" } },
    "policy.yaml": { findings: { contents: "read", "security-events": "write" } },
    "preview.yaml": { preview: { ...OIDC, "pull-requests": "write" } },
    "up.yaml": { test: { contents: "read" }, up: OIDC },
    "drift.yaml": { drift: OIDC },
    "release.yaml": {
        test: { contents: "read" },
        release: { contents: "write", "id-token": "write", attestations: "write" },
    },
};

it("drift is told to Prometheus by the ConfigMap that its alert looks for, and no longer when there is none", () => {
    const steps = job("drift.yaml").steps!;
    const told = steps.find((step) => step.run?.includes("configmap"))!;
    const alert = foundationAlerts(scope).find(({ alert: name }) => name === "PlatformDrifted")!;
    expect(alert.expr).toContain(`namespace="${RECORDS_NAMESPACE}",configmap="${DRIFT_RECORD}"`);
    expect(told.run).toContain(`kubectl create configmap ${DRIFT_RECORD} -n ${RECORDS_NAMESPACE}`);
    expect(told.run).toContain(`kubectl delete configmap ${DRIFT_RECORD} -n ${RECORDS_NAMESPACE}`);
    expect(told.if).toContain("steps.compare.outcome");
    expect(steps.indexOf(told)).toBeGreaterThan(steps.findIndex((step) => step.uses?.startsWith("pulumi/actions@")));
});

it("are those whose rights are known", () => {
    expect([...workflows.keys()].sort()).toEqual(Object.keys(granted).sort());
});

/** Actions of others by their whole commit, with the release beside it; our own by their folder. */
function pinned(text: string, steps: number): void {
    const used = text.split("\n").filter((line) => /\buses:/.test(line));
    expect(used.length).toBe(steps);
    for (const line of used) {
        expect(line).toMatch(
            /uses: ([\w-]+\/[\w-]+(\/[\w-]+)?@[0-9a-f]{40} # v\d+\.\d+\.\d+|\.\/\.github\/(actions\/[\w-]+|workflows\/\w+\.yaml))$/,
        );
    }
}

/** Nothing that others write in a script, and no secret but in an action or a variable. */
function discreet(steps: readonly Step[]): void {
    for (const { run = "", env = {}, uses = "", with: inputs = {} } of steps) {
        expect(run).not.toMatch(/\$\{\{/);
        expect(run).not.toMatch(/set -\w*x|printenv|\benv\b/);
        for (const [name] of Object.entries(env).filter(([, value]) => value.includes("secrets."))) {
            expect(run).not.toContain(name);
        }
        for (const [name, value] of Object.entries(inputs)) {
            if (String(value).includes("secrets.")) {
                expect([uses, name]).toEqual(["./.github/actions/log-in", "kubeconfig"]);
            }
        }
    }
}

describe.each([...workflows])("%s", (file, { text, workflow }) => {
    const jobs = Object.entries(workflow.jobs);
    const steps = jobs.flatMap(([, j]) => j.steps ?? []);

    it("pins every action by its whole commit, with the release beside it", () => {
        pinned(text, [...steps, ...jobs.map(([, j]) => j)].filter(({ uses }) => uses !== undefined).length);
    });

    it("has no rights but those that its jobs name", () => {
        expect(workflow.permissions).toEqual({});
        expect(Object.fromEntries(jobs.map(([name, { permissions }]) => [name, permissions]))).toEqual(granted[file]);
        for (const [, { "timeout-minutes": minutes, "runs-on": runner, uses }] of jobs) {
            if (uses === undefined) {
                expect(minutes).toBeGreaterThan(0);
                expect(runner).not.toMatch(/latest/);
            }
        }
        expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
    });

    it("leaves no token behind in the checkout", () => {
        for (const step of steps.filter((s) => s.uses?.startsWith("actions/checkout@"))) {
            expect(step.with).toMatchObject({ "persist-credentials": false });
        }
    });

    it("puts nothing that others write into a script, and shows no secret", () => {
        discreet(steps);
        expect(text).not.toMatch(/\b(AKIA|pul-)[A-Za-z0-9]{8,}/);
        expect(text).not.toMatch(/aws-(secret-)?access-key/);
    });

    it("gives its own actions what they take", () => {
        for (const { uses, with: inputs = {} } of steps.filter((step) => step.uses?.startsWith("./"))) {
            expect(Object.keys(actions.get(uses!)!.action.inputs)).toEqual(expect.arrayContaining(Object.keys(inputs)));
        }
    });

    it("runs one at a time", () => {
        for (const [, { concurrency = workflow.concurrency, uses }] of jobs) {
            if (uses === undefined) {
                expect(concurrency!.group.length).toBeGreaterThan(3);
            }
        }
    });
});

describe.each([...actions])("%s", (_name, { text, action }) => {
    it("pins every action, and is discreet", () => {
        const { steps } = action.runs;
        pinned(text, steps.filter(({ uses }) => uses !== undefined).length);
        discreet(steps);
    });
});

it("test a change on Node 22 and 24, before anything is deployed or published, and deploy with the newest", () => {
    const { on } = workflows.get("test.yaml")!.workflow;
    expect(Object.keys(on)).toEqual(expect.arrayContaining(["pull_request", "workflow_call"]));
    expect(jobOf("test.yaml", "test").strategy!.matrix).toEqual({ node: [22, 24] });
    expect(jobOf("test.yaml", "test").steps!.at(-1)!.run).toBe("npm test");
    for (const file of ["up", "release"]) {
        expect(jobOf(`${file}.yaml`, "test").uses).toBe("./.github/workflows/test.yaml");
        expect(jobOf(`${file}.yaml`, file).needs).toBe("test");
    }
    expect(actions.get("./.github/actions/install")!.action.inputs["node-version"]!.default).toBe("24");
});

it("use the Pulumi that the program is tested with", () => {
    const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
    for (const file of deploying) {
        expect(pulumi(file).with).toMatchObject({ "pulumi-version": dependencies["pulumi"] });
    }
});

it("log in alike wherever Pulumi runs, each in an environment of its own", () => {
    const logIns = deploying.map((file) => job(file).steps!.find(({ uses }) => uses === "./.github/actions/log-in")!.with);
    expect(new Set(logIns.map((inputs) => JSON.stringify(inputs))).size).toBe(1);
    expect(Object.keys(logIns[0]!).sort()).toEqual(Object.keys(actions.get("./.github/actions/log-in")!.action.inputs).sort());
    expect(deploying.map((file) => job(file).environment)).toEqual(["preview", "production", "drift"]);
});

it("never cancels what changes the cluster, and never looks for drift meanwhile", () => {
    const up = job("up.yaml").concurrency!;
    expect(up["cancel-in-progress"]).toBe(false);
    expect(job("drift.yaml").concurrency).toEqual(up);
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
    for (const file of deploying) {
        const { policyPacks, policyPackConfigs } = pulumi(file).with as { policyPacks: string; policyPackConfigs: string };
        expect(policyPacks).toBe("policy");
        expect(JSON.parse(readFileSync(path.join(__dirname, "..", policyPackConfigs), "utf8"))).toHaveProperty(
            "higher-tiers-allow-more",
        );
    }
});

it("uploads the findings of every stack", () => {
    expect([...jobOf("policy.yaml", "findings").strategy!.matrix["stack"]!]).toEqual(
        stacksOf(readProject(path.join(__dirname, ".."))).sort(),
    );
});
