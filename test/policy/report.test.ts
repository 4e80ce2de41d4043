/** What becomes of the pack's findings: the plan, and the file for code scanning. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { parse, stringify } from "yaml";

import { policyConfigOf } from "../../cli/policyConfig";
import { plan } from "../../rehearsal/plan";
import { htmlReport } from "../../rehearsal/report/html";
import { sarifReport } from "../../rehearsal/report/sarif";
import { planSchema } from "../../rehearsal/report/schema";
import type { Plan } from "../../rehearsal/result";
import { sourceOf } from "../../cli/stackSource";
import type { StackSource } from "../../rehearsal/report/sarif";
import { inProcess } from "../commands/helper";
import { Project } from "../project";
import { expectSarif, type Sarif } from "./sarif";

const root = path.join(__dirname, "../..");
const policyPack = path.join(root, "policy");

/** llm-d with other settings. */
function llmD(project: Project, change: (settings: any) => unknown): string {
    const file = parse(readFileSync(path.join(root, "stacks/Pulumi.llm-d.yaml"), "utf8"));
    change(file.config["maas:settings"]);
    return project.write(stringify(file), "llm-d");
}

describe("llm-d with a pool of 50 g6e.48xlarge in each zone", () => {
    const project = new Project();
    afterAll(() => project.remove());
    let planned: Plan;
    let source: StackSource;
    let sarif: Sarif;
    beforeAll(async () => {
        const stack = llmD(project, (s) => Object.assign(s.gpu.pools[0], { instanceType: "g6e.48xlarge", replicas: 50 }));
        planned = await plan({
            projectDir: project.folder,
            stack,
            policyPack,
            policyConfig: {
                "instance-types-are-allowed": {
                    families: ["g6"],
                    waivers: [{ resource: "pool-*", owner: "ann", reason: "a trial", until: "2999-12-31" }],
                },
            },
        });
        source = sourceOf(project.folder, stack);
        sarif = JSON.parse(sarifReport(planned, source)) as Sarif;
    });

    it("is refused with the numbers of quota, cost and budget, once each", () => {
        expect(planned.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
        const refusing = planned.policy.filter(({ level }) => level === "mandatory");
        expect(refusing.map(({ rule, level, message, setting }) => ({ rule, level, message, setting }))).toEqual([
            {
                rule: "gpus-within-quota",
                level: "mandatory",
                message:
                    'GPU nodes need 28,800 vCPU in us-east-2, more than the quota "Running On-Demand G and VT instances" (L-DB2E81BA) of 768: 150 x g6e.48xlarge (192 vCPU each) in pool l40s',
                setting: "gpu.pools[name=l40s].replicas",
            },
            {
                rule: "nodes-within-budget",
                level: "mandatory",
                message: expect.stringMatching(
                    /^GPU nodes cost \$ 3,299,364 a month, more than the budget of \$ 50,000: 150 x g6e\.48xlarge in pool l40s \$ 3,299,364 \(730 h on demand, prices of \d{4}-\d\d-\d\d\)$/,
                ),
                setting: "gpu.pools[name=l40s].replicas",
            },
        ]);
    });

    it("lists what somebody answers for apart, and every rule with its remedy", () => {
        expect(planned.waived).toHaveLength(3);
        expect(planned.waived![0]).toMatchObject({
            rule: "instance-types-are-allowed",
            setting: "gpu.pools[name=l40s].instanceType",
            message: expect.stringMatching(/the family of g6e\.48xlarge is not allowed; use one of g6$/),
            waiver: { owner: "ann", until: "2999-12-31", reason: "a trial" },
        });
        expect(planned.rules!.every((rule) => rule.remedy.length > 10 && rule.title.length > 10)).toBe(true);
        expect(planSchema.safeParse(planned).error).toBeUndefined();
    });

    it("shows resource, setting, finding and remedy on the report's page", () => {
        const page = htmlReport(planned);
        for (const part of [
            "<code>gpu.pools[name=l40s].replicas</code>",
            "GPU nodes need 28,800 vCPU",
            "Remedy: Use fewer or smaller nodes",
            "3 findings waived",
            `${planned.rules!.length} rules checked`,
        ]) {
            expect(page.includes(part) ? part : "").toBe(part);
        }
    });

    it("becomes a SARIF file that points at the line of each setting", () => {
        expectSarif(sarif);
        const lines = readFileSync(path.join(project.folder, "stacks/Pulumi.llm-d.yaml"), "utf8").split("\n");
        const results = sarif.runs[0]!.results.map(({ ruleId, level, locations, suppressions }) => ({
            ruleId,
            level,
            uri: locations[0]!.physicalLocation.artifactLocation.uri,
            line: lines[locations[0]!.physicalLocation.region.startLine - 1]!.trim(),
            suppressed: suppressions?.[0]?.justification,
        }));
        const at = { uri: "stacks/Pulumi.llm-d.yaml", line: "replicas: 50", level: "error", suppressed: undefined };
        expect(results.slice(0, 2)).toEqual([
            { ...at, ruleId: "gpus-within-quota" },
            { ...at, ruleId: "nodes-within-budget" },
        ]);
        expect(results.find(({ ruleId }) => ruleId === "instance-types-are-allowed")).toEqual({
            ruleId: "instance-types-are-allowed",
            level: "error",
            uri: at.uri,
            line: "instanceType: g6e.48xlarge",
            suppressed: "a trial (ann, until 2999-12-31)",
        });
        expect(sarifReport(planned, source)).toBe(sarifReport(structuredClone(planned), source));
    });

    it("is found again after a price or a count has changed", () => {
        const dearer = structuredClone(planned) as { policy: { message: string }[] } & Plan;
        dearer.policy[1]!.message = dearer.policy[1]!.message.replace("3,299,364", "4,000,000.50");
        const fingerprint = (file: Sarif): unknown => file.runs[0]!.results[1]!.partialFingerprints;
        expect(fingerprint(JSON.parse(sarifReport(dearer, source)) as Sarif)).toEqual(fingerprint(sarif));
    });
});

describe("settings that are refused", () => {
    const project = new Project();
    afterAll(() => project.remove());

    it("are findings too, each at its line", () => {
        const stack = llmD(project, (s) => {
            s.release = "9.9";
            s.models[0].pool = "nowhere";
        });
        const source = sourceOf(project.folder, stack);
        const empty: Plan = {
            stack,
            resources: [],
            outputs: {},
            policy: [],
            diagnostics: [{ severity: "error", message: "refused" }],
        };
        const sarif = JSON.parse(sarifReport(empty, source)) as Sarif;
        expectSarif(sarif);
        const lines = readFileSync(path.join(project.folder, "stacks/Pulumi.llm-d.yaml"), "utf8").split("\n");
        const at = sarif.runs[0]!.results.map((r) => lines[r.locations[0]!.physicalLocation.region.startLine - 1]!.trim());
        expect(at).toEqual(expect.arrayContaining(['release: "9.9"', "pool: nowhere"]));
        expect(sarif.runs[0]!.results.every((r) => r.ruleId === "settings-are-valid" && r.level === "error")).toBe(true);
        expect(sarif.runs[0]!.invocations[0]!.executionSuccessful).toBe(false);
    });

    it("of a stack of another program have their place at its first line", () => {
        const stack = project.write("config:\n  other:key: 1\n", "other");
        const source = sourceOf(project.folder, stack);
        expect([source.placeOf("models[name=a]"), source.problems]).toEqual([{ line: 1, column: 1 }, []]);
    });
});

describe("a profile", () => {
    const folder = path.join(__dirname, "../../policy");

    it("is what the pack says of it, with the user's configuration over it", () => {
        const project = new Project();
        try {
            const file = path.join(project.folder, "config.json");
            project.write("{}", "x");
            require("node:fs").writeFileSync(
                file,
                JSON.stringify({
                    "images-are-pinned": { registries: ["r"] },
                    "higher-tiers-allow-more": "disabled",
                    all: { waivers: [] },
                }),
            );
            const config = policyConfigOf(folder, "sandbox", file)!;
            expect(config["images-are-pinned"]).toEqual({ enforcementLevel: "advisory", registries: ["r"], waivers: [] });
            expect(config["higher-tiers-allow-more"]).toEqual({ enforcementLevel: "disabled", waivers: [] });
            expect(config["operator-before-kind"]).toEqual({ enforcementLevel: "mandatory", waivers: [] });
            expect(policyConfigOf(folder, undefined, file)).toHaveProperty("all");
            expect(policyConfigOf(folder, undefined, undefined)).toBeUndefined();
        } finally {
            project.remove();
        }
    });

    it("that the pack does not have is misuse, and told with those that it has", () => {
        expect(() => policyConfigOf(folder, "staging", undefined)).toThrow(
            /has no profile staging; it has development, production, sandbox/,
        );
        expect(() => policyConfigOf(__dirname, "sandbox", undefined)).toThrow(/it has none/);
    });
});

test.each([
    [["--no-policy", "--sarif", "x.sarif"], "--no-policy and --sarif exclude each other"],
    [["--no-policy", "--profile", "sandbox"], "--no-policy and --profile exclude each other"],
    [["--json", "x.json", "--sarif", "x.json"], "--json and --sarif both name x.json"],
    [["--profile", "staging"], "staging"],
])("maas plan %j is misuse", async (words, says) => {
    const { code, err } = await inProcess("plan", "llm-d", ...words);
    expect({ code, says: err.includes(says) ? says : err }).toEqual({ code: 2, says });
});
