/** The stack llm-d, rehearsed in memory: how long it takes, and what happens when one part of it fails. */
import path from "node:path";

import { registeredKinds } from "../kinds";
import { plan } from "../rehearsal/plan";
import { openSession } from "../simulator/rehearse";
import type { Plan, Rehearsal } from "../rehearsal/result";
import { parseFault } from "../simulator/faults";

jest.setTimeout(120_000);

const projectDir = path.join(__dirname, "..");
const policyPack = path.join(projectDir, "policy");

async function bringUp(...faults: string[]): Promise<Rehearsal> {
    const session = await openSession({
        projectDir,
        stack: "llm-d",
        policyPack,
        continueOnError: true, // a failure must not hide what it does not reach
        faults: faults.map((text) => parseFault(text)),
    });
    try {
        return await session.up();
    } finally {
        await session.close();
    }
}

const nameOf = (urn: string): string => urn.split("::").at(-1)!;
const errors = ({ diagnostics }: Rehearsal): string[] =>
    diagnostics.filter((d) => d.severity === "error").map((d) => `${d.urn === undefined ? "" : nameOf(d.urn)}: ${d.message}`);

describe("the bring-up", () => {
    let result: Rehearsal;
    beforeAll(async () => {
        result = await bringUp();
    });

    it("comes up, and policies advise the request limits that the guide does not have, and a Vault", () => {
        expect([errors(result), result.rejected, result.succeeded]).toEqual([[], [], true]);
        expect(new Set(result.policy.map(({ rule, level }) => `${rule} ${level}`))).toEqual(
            new Set(["passwords-are-in-vault advisory", "streams-are-limited advisory"]),
        );
    });

    it("waits for GPU nodes, their drivers and the model, and for nothing else", () => {
        const entries = new Map(result.timeline.map((entry) => [entry.urn, entry]));
        const custom = new Set(result.resources.filter((r) => r.options.custom).map((r) => r.urn));
        const steps = result.criticalPath.flatMap((urn) => (custom.has(urn) ? [entries.get(urn)!] : []));
        const waits = steps.filter((step) => step.end > step.start);
        const names = waits.map((step) => nameOf(step.urn));
        expect(names.slice(0, 3)).toEqual([
            expect.stringMatching(/^pool-l40s-us-east-2[abc](-joined)?$/),
            "gpu-l40s-allocatable",
            "model-qwen3-8b-service",
        ]);
        // Publishing it to its tiers takes seconds.
        for (const name of names.slice(3)) {
            expect(name).toMatch(
                /^(model-qwen3-8b-published|request-limits-inference-policy|tier-[\w-]+-(subscription|auth-policy)|tiers-enforced)$/,
            );
        }
        const enforced = waits.find((step) => step.urn.endsWith("::tiers-enforced"))!;
        expect(enforced.end - enforced.start).toBeLessThan(60);
        const path = waits.slice(0, 3).reduce((sum, step) => sum + step.end - step.start, 0);
        expect(enforced.start).toBeLessThanOrEqual(1.02 * path);
        // By hand, phase after phase, the guide takes 95 to 140 minutes.
        expect(result.totalSeconds).toBeLessThan(30 * 60);
    });
});

describe("one failure", () => {
    let planned: Plan;
    beforeAll(async () => {
        planned = await plan({ projectDir, stack: "llm-d" });
    });

    const operators = [
        "openshift-cert-manager-operator",
        "nfd",
        "gpu-operator-certified",
        "rhcl-operator",
        "leader-worker-set",
        "tempo-product",
        "opentelemetry-product",
        "cluster-observability-operator",
        "rhods-operator",
    ];

    it("is tried for every operator of the stack", () => {
        const packages = planned.resources
            .filter((r) => r.type.endsWith(":Subscription"))
            .map((r) => (r.inputs["spec"] as { name: string }).name);
        expect(packages.sort()).toEqual([...operators].sort());
    });

    it.each(operators)("of operator %s stops what needs it with the operator's words, and nothing else", async (operator) => {
        const failed = await bringUp(`csv-failed:${operator}=planted reason`);
        expect(errors(failed)).toEqual([
            expect.stringMatching(new RegExp(`operator ${operator}: .* failed .*planted reason`, "s")),
        ]);
        expect(independent(failed, `operator-${operator}`)).toEqual([]);
    });

    // Each with what is told where the kind has no conditions.
    const operands: readonly (readonly [string, RegExp?])[] = [
        ["CertManager/cluster", /cert-manager serves.*check CertManager cluster/],
        ["ClusterIssuer/letsencrypt"],
        ["ClusterPolicy/gpu-cluster-policy"],
        ["Kuadrant/kuadrant"],
        ["LeaderWorkerSetOperator/cluster"],
        ["TempoMonolithic/*"],
        ["OpenTelemetryCollector/*", /statusReplicas/],
        ["UIPlugin/monitoring"],
        ["GatewayClass/*"],
        ["Gateway/openshift-ai-inference"],
        ["Gateway/maas-default-gateway"],
        ["Tenant/default-tenant"],
        ["RateLimitPolicy/gateway-rate-limits"],
        ["RateLimitPolicy/inference-rate-limits"],
        ["MaaSModelRef/qwen3-8b"],
        ["MaaSSubscription/pro-subscription"],
        ["MaaSAuthPolicy/premium-auth-policy"],
        ["DataScienceCluster/default-dsc"],
        ["LLMInferenceService/qwen3-8b"],
    ];

    it.each(operands.map(([operand, words]) => ({ operand, words })))(
        "of $operand is told with its reason, and the rest finishes",
        async ({ operand, words }) => {
            const failed = await bringUp(`not-ready:${operand}=PlantedReason`);
            expect(failed.succeeded).toBe(false);
            expect(errors(failed).join("\n")).toMatch(words ?? /PlantedReason/);
            // GPU nodes are the longest wait: they do not wait for others to fail.
            if (!operand.startsWith("ClusterPolicy")) {
                expect(failed.operations.map((o) => nameOf(o.urn))).toContain("gpu-l40s-allocatable");
            }
        },
    );

    it.each(["us-east-2a", "us-east-2b", "us-east-2c"])(
        "of capacity in %s names the zone, the type and the pool",
        async (zone) => {
            const failed = await bringUp(`no-capacity:${zone}`);
            expect(errors(failed)).toEqual([
                expect.stringMatching(new RegExp(`${zone}.*g6e\\.2xlarge|g6e\\.2xlarge.*${zone}`, "s")),
            ]);
            expect(failed.operations.map((o) => nameOf(o.urn))).toContain("openshift-ai-components");
        },
    );

    /** What was not done although it does not depend on anything of a component. */
    function independent(failed: Rehearsal, component: string): string[] {
        const done = new Set(failed.operations.map((o) => o.urn));
        const byUrn = new Map(planned.resources.map((r) => [r.urn, r]));
        const belongs = (urn: string, seen = new Set<string>()): boolean => {
            const resource = byUrn.get(urn);
            if (resource === undefined || seen.has(urn)) {
                return false;
            }
            seen.add(urn);
            return (
                resource.name === component ||
                [...resource.dependencies, ...(resource.parent === undefined ? [] : [resource.parent])].some((u) =>
                    belongs(u, seen),
                )
            );
        };
        return planned.resources
            .filter((r) => r.options.custom && (registeredKinds().has(r.type) || r.type.startsWith("kubernetes:")))
            .filter((r) => !done.has(r.urn) && !belongs(r.urn))
            .map((r) => r.name);
    }
});
