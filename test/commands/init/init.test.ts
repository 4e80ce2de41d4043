/** `maas init`: what is read, what is asked, and the stack file that comes of it. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

import { fits, needOf, typesFor } from "../../../cli/init/fit";
import { type Answers, interview } from "../../../cli/init/interview";
import { readCluster } from "../../../cli/init/reading";
import { settingsFrom, stackFile } from "../../../cli/init/stackFile";
import { Kube } from "../../../components/kube";
import { plan } from "../../../rehearsal/plan";
import { openMemoryWorld } from "../../../simulator/rehearse";
import { parseSettings } from "../../../stacks/settings";
import { Project } from "../../project";
import { CLUSTER, problemsOf } from "../../settings";
import { inProcess, root, start } from "../helper";
import { itOnTerminal, onTerminal } from "../onTerminal";
import { nothing, script } from "./script";

let project: Project;
beforeEach(() => {
    project = new Project();
});
afterEach(() => project.remove());

it("writes a stack file that plan accepts, from the cluster of a rehearsal", async () => {
    const { code, out } = await inProcess("init", "--yes", "--from", "rehearsal", "--project", project.folder);
    expect([code, out]).toEqual([0, expect.stringContaining("us-east-2a, us-east-2b, us-east-2c")]);
    const text = readFileSync(path.join(project.folder, "stacks/Pulumi.dev.yaml"), "utf8");
    expect(text).toContain("# In rising order of entitlement");
    expect(text).toContain("requests: { limit: 5, window: 2m }");
    const planned = await plan({ projectDir: project.folder, stack: "dev", policyPack: path.join(__dirname, "../../../policy") });
    expect(planned.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(planned.policy.filter(({ level }) => level !== "advisory")).toEqual([]);
});

it("never overwrites", async () => {
    const file = path.join(project.folder, "stacks/Pulumi.dev.yaml");
    writeFileSync(file, "mine\n");
    const { code, err } = await inProcess("init", "--yes", "--from", "rehearsal", "--project", project.folder);
    expect([code, err, readFileSync(file, "utf8")]).toEqual([2, expect.stringContaining("exists already"), "mine\n"]);
});

it("reads a cluster", async () => {
    const world = await openMemoryWorld();
    try {
        await world.settled();
        const reading = await readCluster(await Kube.connect(undefined, world.kubeconfig));
        expect(reading).toMatchObject({ region: "us-east-2", zones: ["us-east-2a", "us-east-2b", "us-east-2c"], gpuNodes: [] });
        expect([reading.workers! > 0, reading.version]).toEqual([true, expect.stringMatching(/^4\.\d+\./)]);
    } finally {
        await world.close();
    }
});

describe("the questions", () => {
    it("are asked again after bad answers, with the nearest that makes sense", async () => {
        const to = script(
            "gpt-os-20b",
            "gpt-oss-20b",
            "g6.xlarge",
            "g6e.2xlarge",
            "free 5",
            "free 5/2m 100/1m",
            "ann:fre",
            "ann:free",
        );
        const answers = await interview(to, nothing);
        expect(to.said).toEqual(
            expect.arrayContaining([
                expect.stringContaining('did you mean "gpt-oss-20b"?'),
                expect.stringContaining("is no tier; expected a name and two limits"),
                expect.stringContaining('did you mean "free"?'),
            ]),
        );
        expect(answers).toMatchObject({ models: ["gpt-oss-20b"], users: [{ name: "ann", tier: "free" }] });
    });

    it("are asked again where the settings refuse the answer, so that no other answer is lost", async () => {
        const answers = ["gpt-oss-20b", "", "free 0/2m 100/1m", "free 5/2m 100/1m", "ann:free, ann:free", "ann:free"];
        const to = script(...answers);
        const refuses = (given: Answers): string[] => {
            const settings = settingsFrom({ reading: { ...nothing, ...CLUSTER }, answers: given, existing: [] });
            return problemsOf(settings);
        };
        const { users } = await interview(to, nothing, refuses);
        expect(users).toEqual([{ name: "ann", tier: "free" }]);
        expect(to.asked).toHaveLength(6);
        expect(to.said.join("\n")).toMatch(/tiers\[0\].requests.*\n.*identity.users\[1\].name: "ann" is already at/s);
    });

    it("end after some bad answers to one", async () => {
        await expect(interview(script(..."abcdefgh"), nothing)).rejects.toThrow("is none of");
    });

    it("refuse a GPU that does not hold the model, with its memory", async () => {
        const to = script("llama-3.3-70b", "g6.xlarge");
        await interview(to, nothing).catch(() => undefined);
        expect(to.said.join("\n")).toMatch(/does not hold|is none of/);
    });

    it("offer the GPU nodes that are there", async () => {
        const reading = { ...nothing, gpuNodes: [{ instanceType: "g6e.2xlarge", nodes: 2 }] };
        const answers = await interview(script(), reading);
        expect([answers.instanceType, answers.existing]).toEqual(["g6e.2xlarge", true]);
        const text = stackFile({ reading, answers, existing: ["nfd"] });
        const settings = (parse(text) as { config: Record<string, unknown> }).config["maas:settings"];
        expect(settings).toMatchObject({
            operators: { nfd: { existing: true } },
            gpu: { pools: [{ existing: { nodeSelector: { "node.kubernetes.io/instance-type": "g6e.2xlarge" } } }] },
        });
        expect(() => parseSettings("x", settings, project.folder)).not.toThrow();
    });

    it("can be answered by a script", async () => {
        const { child, ended } = start(["init", "--from", "rehearsal", "--name", "piped", "--project", project.folder], {});
        child.stdin?.end();
        const { code } = await ended;
        // Standard input is closed: nobody answers.
        expect([code, existsSync(path.join(project.folder, "stacks/Pulumi.piped.yaml"))]).toEqual([2, false]);
    });
});

describe("memory", () => {
    it("decides which types are offered, the smallest first", () => {
        const types = typesFor(["gpt-oss-20b"], "us-east-2");
        expect(types.length).toBeGreaterThan(0);
        expect(types.every((type) => fits("gpt-oss-20b", type))).toBe(true);
        expect(needOf("gpt-oss-20b")).toBeGreaterThan(10);
        expect(needOf("nothing")).toBeUndefined();
    });
});

it("pins an operator that is there to what is installed, where that is newer than the pin", () => {
    const answers: Answers = { models: ["m"], instanceType: "g6e.xlarge", existing: false, tiers: [], users: [] };
    const operatorVersions = { "rhods-operator": "rhods-operator.3.4.3", "rhcl-operator": "rhcl-operator.v1.0.0" };
    const reading = { ...nothing, operatorVersions };
    expect(settingsFrom({ reading, answers, existing: ["rhods-operator", "rhcl-operator", "nfd"] })).toMatchObject({
        operators: {
            "rhods-operator": { existing: true, csv: "rhods-operator.3.4.3" },
            "rhcl-operator": { existing: true },
            nfd: { existing: true },
        },
    });
    expect(JSON.stringify(settingsFrom({ reading, answers, existing: ["rhcl-operator"] }))).not.toContain("csv");
});

it("names where operators are that are not where the catalogue has them", () => {
    const reading = { ...nothing, operatorNamespaces: { nfd: "openshift-operators", "rhods-operator": "redhat-ods-operator" } };
    const answers: Answers = { models: ["m"], instanceType: "g6e.xlarge", existing: false, tiers: [], users: [] };
    expect(settingsFrom({ reading, answers, existing: ["nfd", "rhods-operator"], context: "lab" })).toMatchObject({
        cluster: { context: "lab" },
        operators: { nfd: { existing: true, namespace: "openshift-operators" }, "rhods-operator": { existing: true } },
    });
});

itOnTerminal("on a terminal asks, and ends at once when interrupted", async () => {
    const command = [process.execPath, path.join(root, "cli/maas.js"), "init", "--from", "rehearsal", "--name", "tty"];
    const terminal = onTerminal([...command, "--project", project.folder]);
    await terminal.until("Models, with commas between them [gpt-oss-20b]:");
    terminal.type("gpt-oss-20b\r");
    await terminal.until("needs 1");
    await terminal.until("Instance type of the GPU nodes");
    terminal.type("\r");
    await terminal.until("Tiers in rising order");
    terminal.type("free 5/2m 1000/1m, pro 20/2m 5000/1m\r");
    await terminal.until("Users with their tiers");
    terminal.type("ann:pro\r");
    expect(await terminal.ended).toBe(0);
    const text = readFileSync(path.join(project.folder, "stacks/Pulumi.tty.yaml"), "utf8");
    expect(text).toContain("- { name: ann, tier: pro }");
    const again = onTerminal([...command.slice(0, -1), "gone", "--project", project.folder]);
    await again.until("Models, with commas");
    const at = Date.now();
    again.type("\u0003");
    expect(await again.ended).toBe(130);
    expect(Date.now() - at).toBeLessThan(4000);
    expect(existsSync(path.join(project.folder, "stacks/Pulumi.gone.yaml"))).toBe(false);
});
