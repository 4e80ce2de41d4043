/** Stacks of release 3.3: governance by tiers. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { evaluate } from "@marcbachmann/cel-js";
import { parse } from "yaml";

import { closedPathsOfTierScheme } from "../components/governance/limits";
import { words } from "../components/serving/plainModelService";
import { program } from "../index";
import { deploy, type Deployment } from "./deployment";

type Settings = Record<string, any>;

function run(change: (settings: Settings) => unknown = () => undefined): Promise<Deployment> {
    const file = parse(readFileSync(path.join(__dirname, "../stacks/Pulumi.tiers-3.3.yaml"), "utf8")) as {
        config: { "maas:settings": Settings };
    };
    const settings = file.config["maas:settings"];
    change(settings);
    return deploy(program, { stack: "tiers-3.3", preview: true, config: { "maas:settings": JSON.stringify(settings) } });
}

const SERVICE = "kubernetes:serving.kserve.io/v1alpha1:LLMInferenceService";

describe("the stack tiers-3.3", () => {
    let deployment: Deployment;
    beforeAll(async () => {
        deployment = await run();
    });

    it("registers without an error, and nothing that 3.3 does not have", () => {
        expect(deployment.errors).toEqual([]);
        const types = new Set(deployment.registrations.map((r) => r.type));
        expect([...types].filter((type) => type.includes("maas.opendatahub.io"))).toEqual([]);
        expect(deployment.registrations.filter((r) => r.name.startsWith("database"))).toEqual([]);
    });

    it("asks for the tier in both policies, on the same gateway", () => {
        const requests = deployment.one("kubernetes:kuadrant.io/v1:RateLimitPolicy").inputs;
        const tokens = deployment.one("kubernetes:kuadrant.io/v1alpha1:TokenRateLimitPolicy").inputs;
        expect(requests["spec"].targetRef).toEqual(tokens["spec"].targetRef);
        const closed = Object.keys(closedPathsOfTierScheme);
        expect(Object.keys(requests["spec"].limits)).toEqual(expect.arrayContaining(closed));
        const ofTiers = Object.entries(requests["spec"].limits).filter(([name]) => !closed.includes(name));
        expect(ofTiers.map(([tier, l]: [string, any]) => [tier, l.rates, l.when])).toEqual([
            ["enterprise", [{ limit: 50, window: "2m" }], [{ predicate: 'auth.identity.tier == "enterprise"' }]],
            ["free", [{ limit: 5, window: "2m" }], [{ predicate: 'auth.identity.tier == "free"' }]],
            ["premium", [{ limit: 20, window: "2m" }], [{ predicate: 'auth.identity.tier == "premium"' }]],
        ]);
        expect(Object.keys(tokens["spec"].limits).sort()).toEqual([
            "enterprise-user-tokens",
            "free-user-tokens",
            "premium-user-tokens",
        ]);
    });

    it("names the Groups that it makes in the mapping that it patches", () => {
        const mapping = deployment.one("kubernetes:core/v1:ConfigMapPatch", "tier-scheme-mapping").inputs;
        expect(mapping["metadata"]).toMatchObject({ name: "tier-to-group-mapping", namespace: "redhat-ods-applications" });
        const groups = deployment.all("kubernetes:user.openshift.io/v1:Group").map((g) => g.inputs["metadata"].name as string);
        const named = (parse(mapping["data"].tiers) as { groups: string[] }[]).map((t) => t.groups);
        expect(named.map(([own]) => own)).toEqual(groups);
        expect(named.map(([, ...more]) => more)).toEqual([
            ["system:authenticated"],
            ["premium-group"],
            ["enterprise-group", "admin-group"],
        ]);
    });

    it("opens a model to its tiers only when their limits are in force", () => {
        const model = deployment.one(SERVICE);
        expect(JSON.parse(model.inputs["metadata"].annotations["alpha.maas.opendatahub.io/tiers"])).toEqual([
            "free",
            "premium",
            "enterprise",
        ]);
        for (const type of ["kuadrant.io/v1:RateLimitPolicy", "kuadrant.io/v1alpha1:TokenRateLimitPolicy"]) {
            expect(deployment.happensAfter(model, deployment.one(`kubernetes:${type}`))).toBe(true);
        }
        expect(model.inputs["spec"].router.scheduler).toBeUndefined();
        expect(model.inputs["spec"].model.name).toBe("ibm-granite/granite-3.1-2b-instruct");
        expect(model.inputs["spec"].template.containers[0].args).toContain(
            "--served-model-name=ibm-granite/granite-3.1-2b-instruct",
        );
        expect(model.inputs["spec"].template.containers[0].args).toContain("--enable-force-include-usage");
        const role = deployment.one("kubernetes:rbac.authorization.k8s.io/v1:Role", "model-ibm-granite-2b-gpu-view");
        expect(role.inputs["rules"][0].verbs).toEqual(["get", "post"]);
        const binding = deployment.one(
            "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
            "model-ibm-granite-2b-gpu-view-tiers",
        );
        expect(binding.inputs["subjects"].map((s: { name: string }) => s.name)).toContain(
            "system:serviceaccounts:maas-default-gateway-tier-free",
        );
    });
});

it("closes paths that no caller may use, also where no tier limits requests", async () => {
    const deployment = await run((s) => s["tiers"].forEach((tier: Settings) => delete tier["requests"]));
    expect(deployment.errors).toEqual([]);
    expect(deployment.one("kubernetes:kuadrant.io/v1:RateLimitPolicy").inputs["spec"].limits).toEqual(closedPathsOfTierScheme);
});

it.each([
    ["/maas-api/v1/tiers/lookup", true],
    ["/maas-api/v1/%74iers/lookup", true],
    ["/maas-api/internal", true],
    ["/maas-api/v1/tokens", false],
    ["/maas-api/v1/api-keys/abc", false],
    ["/maas-api/v1/models", false],
    ["/maas-api/health", false],
    ["/maas/granite/v1/chat/completions", false],
    // What the gateway's AuthPolicy calls at the Service, past the gateway.
    ["/v1/tiers/lookup", false],
])("a caller's %s is closed: %s", (path, closed) => {
    const [{ predicate }] = closedPathsOfTierScheme["internal_api"]!.when as [{ predicate: string }];
    expect(evaluate(predicate, { request: { url_path: path, path } })).toBe(closed);
});

it("opens a model that no tier names to nobody: an empty list would mean all tiers", async () => {
    const deployment = await run((s) => {
        s["gpu"].pools[0].replicas = 2;
        s["models"].push({ ...s["models"][0], name: "unused" });
    });
    expect(deployment.errors).toEqual([]);
    const unused = deployment.all(SERVICE).find((r) => r.inputs["metadata"].name === "unused")!;
    expect(unused.inputs["metadata"].annotations).not.toHaveProperty(["alpha.maas.opendatahub.io/tiers"]);
    expect(deployment.registrations.map((r) => r.name)).not.toContain("model-unused-view-tiers");
});

it.each([
    ["--a=1", ["--a=1"]],
    ["--lora-modules one=a two=b", ["--lora-modules", "one=a", "two=b"]],
    [`'--json={"a": 1}'`, [`--json={"a": 1}`]],
    [`--json '{"a": 1}'`, ["--json", `{"a": 1}`]],
])("takes the shell's quotes off %s", (arg, expected) => {
    expect(words(arg)).toEqual(expected);
});
