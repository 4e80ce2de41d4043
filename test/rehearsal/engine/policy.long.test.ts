import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { plan, ProjectError } from "../../../rehearsal/plan";
import { FIXTURES, inWorld, operationsOf } from "./harness";

const policyPack = path.join(FIXTURES, "pack");
const stackRule = (message: string) => ({ rule: "secrets-depend", level: "mandatory", message });
const tooLong = (name: string, longest: number) => ({
    rule: "names-are-short",
    level: "advisory",
    urn: expect.stringMatching(/::bad$/),
    message: `${name} is longer than ${longest}`,
});

describe("a policy pack", () => {
    it("judges inputs that the provider has completed, after its remediations, and the stack at the end", async () => {
        const result = await plan({ projectDir: FIXTURES, stack: "policed", policyPack });
        const remediated = (name: string) => ({
            rule: "maps-have-owner",
            level: "remediate",
            urn: expect.stringMatching(new RegExp(`::${name}$`)),
            message: expect.stringMatching(/^corrected data(\.owner)?: Adds an owner\.$/),
        });
        expect(result.diagnostics).toEqual([]);
        expect(result.policy).toEqual([
            stackRule("5 resources, owners: 3"),
            remediated("a"),
            remediated("after"),
            remediated("bad"),
            tooLong("long-name", 3),
            {
                rule: "namespace-is-checked",
                level: "mandatory",
                urn: expect.stringMatching(/::bad$/),
                message: "long-name is in forbidden",
            },
        ]);
    });

    it("takes configuration: levels and properties, beside the defaults of its schema", async () => {
        const result = await plan({
            projectDir: FIXTURES,
            stack: "policed",
            policyPack,
            policyConfig: {
                "names-are-short": { longest: 5 },
                "namespace-is-checked": "disabled",
                "maps-have-owner": "disabled",
                "secrets-depend": { enforcementLevel: "advisory" },
            },
        });
        expect(result.policy).toEqual([{ ...stackRule("5 resources, owners: 0"), level: "advisory" }, tooLong("long-name", 5)]);
    });

    it("keeps a resource that breaks a mandatory rule from being created, and what needs it", () =>
        inWorld(
            "policed",
            async ({ session, cluster }) => {
                const result = await session.up();
                expect(result.succeeded).toBe(false);
                expect(result.diagnostics.map((d) => [d.severity, d.urn?.split("::").at(-1), d.message])).toEqual([
                    ["error", "bad", "refused by policy: namespace-is-checked: long-name is in forbidden"],
                    ["info", "after", "was not started because bad, which it needs, did not become ready"],
                ]);
                expect(operationsOf(result)).toContain("a: create");
                expect(
                    await cluster.get({ apiVersion: "v1", kind: "ConfigMap", name: "long-name", namespace: "forbidden" }),
                ).toBeUndefined();
                // What was remediated is what was created.
                expect(
                    (await cluster.get({ apiVersion: "v1", kind: "ConfigMap", name: "a", namespace: "default" }))?.["data"],
                ).toEqual({ owner: "pack" });
            },
            { policyPack },
        ));

    it("fails a run whose stack breaks a mandatory rule", () =>
        inWorld(
            "policed",
            async ({ session }) => {
                const result = await session.up();
                expect(result.diagnostics).toEqual([]);
                expect(result.succeeded).toBe(false);
                expect(result.policy).toContainEqual(stackRule("5 resources, owners: 3"));
            },
            { policyPack, env: { FIXTURE: "default" } },
        ));

    it("that does not exist, does not load or is configured wrongly is refused with a plain message", async () => {
        const refusal = async (more: object): Promise<string> => {
            const error = await plan({ projectDir: FIXTURES, stack: "policed", ...more }).then(
                () => undefined,
                (e: unknown) => e,
            );
            expect(error).toBeInstanceOf(ProjectError);
            return (error as Error).message;
        };
        expect(await refusal({ policyPack: FIXTURES })).toMatch(/holds no PulumiPolicy\.yaml: this is not a policy pack$/);
        expect(await refusal({ policyPack, policyConfig: { nonsense: "mandatory" } })).toMatch(
            /names "nonsense", which is no rule of the pack \(names-are-short, /,
        );
        expect(await refusal({ policyPack, policyConfig: { all: "strict" } })).toMatch(
            /the level "strict" of rule names-are-short is not one of advisory/,
        );
        process.env["FIXTURE_PACK"] = "broken";
        try {
            expect(await refusal({ policyPack })).toMatch(
                /the policy pack ended .* before it was ready:.*this pack does not load/s,
            );
        } finally {
            delete process.env["FIXTURE_PACK"];
        }
    });

    it.each([
        ["in TypeScript, which ts-node compiles", "index.ts", "", [/^a name$/]],
        ["that takes its time", "index.js", "return new Promise((r) => setTimeout(() => r(report(what)), 1500));", [/^a name$/]],
        ["that ends while it judges", "index.js", "process.exit(3);", []],
    ])("%s", async (_what, main, act, found) => {
        const pack = fs.mkdtempSync(path.join(os.tmpdir(), "maas-pack-"));
        try {
            fs.symlinkSync(path.join(__dirname, "../../../node_modules"), path.join(pack, "node_modules"));
            fs.writeFileSync(path.join(pack, "PulumiPolicy.yaml"), `runtime: nodejs\nmain: ${main}\n`);
            fs.writeFileSync(path.join(pack, "package.json"), '{ "name": "pack", "version": "1.0.0" }');
            const [start, typed] = main.endsWith(".ts")
                ? ['import { PolicyPack } from "@pulumi/policy";', ": string"]
                : ['const { PolicyPack } = require("@pulumi/policy");', ""];
            fs.writeFileSync(
                path.join(pack, main),
                `${start}
                const what${typed} = "a name";
                new PolicyPack("pack", { policies: [{ name: "r", description: "d", enforcementLevel: "advisory",
                    validateResource: (args, report) => { if (args.name === "a") { ${act} report(what); } } }] });`,
            );
            const { policy, diagnostics } = await plan({ projectDir: FIXTURES, stack: "policed", policyPack: pack });
            expect(policy).toEqual(found.map((message) => expect.objectContaining({ message: expect.stringMatching(message) })));
            expect(diagnostics.map((d) => `${d.severity} ${d.message}`)).toEqual(
                found.length > 0 ? [] : [expect.stringMatching(/^error the policy pack pack failed: /)],
            );
        } finally {
            fs.rmSync(pack, { recursive: true });
        }
    });
});
