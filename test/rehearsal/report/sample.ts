/** A made-up result in the form of a real one: about 110 resources, waits, a critical path, findings. */
import type { Plan, Rehearsal } from "../../../rehearsal/result";
import { type Draft, SampleBuilder, STACK } from "./sampleBuilder";
import { addModelsAndTiers } from "./sampleModels";
import { addGateway, addGpu, addOpenShiftAi } from "./samplePlatform";

/**
 * @param scale how often the serving and governance layers are repeated; 1 gives about 110 resources
 */
export function sampleDrafts(scale = 1): { drafts: readonly Draft[]; stack: string } {
    const b = new SampleBuilder();
    b.install("openshift-cert-manager-operator", "cert-manager-operator", 95);
    b.install("nfd", "openshift-nfd", 70);
    b.install("gpu-operator-certified", "nvidia-gpu-operator", 140);
    b.install("leader-worker-set", "openshift-lws-operator", 80, [b.installed["openshift-cert-manager-operator"]!]);
    const policy = addGpu(b);
    const gateway = addGateway(b);
    const { gate, kuadrant } = gateway;
    const governance = addModelsAndTiers(b, { ...addOpenShiftAi(b, gateway), policy }, scale);
    b.cr(
        governance,
        "kuadrant.io/v1",
        "RateLimitPolicy",
        "gateway-rate-limits",
        "openshift-ingress",
        { spec: { limits: { free: { rates: [{ limit: 5, window: "2m" }] } } } },
        [gate, kuadrant],
        6,
        "condition=Accepted, condition=Enforced",
    );
    return { drafts: b.drafts, stack: STACK };
}

/** The plan of the sample. */
export function samplePlan(scale = 1): Plan {
    const { drafts, stack } = sampleDrafts(scale);
    const find = (kind: string): string => drafts.find((d) => d.resource.type.endsWith(`:${kind}`))!.resource.urn;
    return {
        stack,
        resources: drafts.map((draft) => draft.resource),
        outputs: {
            gateway: "https://maas.apps.demo.example.com",
            adminPassword: "[secret]",
            tiers: ["free", "premium", "enterprise"],
        },
        policy: [
            {
                rule: "image-digest",
                level: "advisory",
                urn: find("LLMInferenceService"),
                message: "the image is named by a tag that can move; name it by digest",
            },
            { rule: "cost-ceiling", level: "advisory", message: "one month of GPU nodes costs 71 % of the budget of this stack" },
        ],
        diagnostics: [{ severity: "warning", message: "the price table is more than 90 days old" }],
    };
}

/** A rehearsal of the sample in which everything comes up. */
export function sampleRehearsal(scale = 1): Rehearsal {
    const { drafts } = sampleDrafts(scale);
    const ends = new Map<string, number>();
    const blocker = new Map<string, string>();
    const pending = new Map(
        drafts.filter((d) => d.resource.options.custom && !d.resource.type.startsWith("pulumi:")).map((d) => [d.resource.urn, d]),
    );
    const timeline: { urn: string; start: number; end: number; readyWhen: string }[] = [];
    while (pending.size > 0) {
        for (const [urn, draft] of pending) {
            if (draft.resource.dependencies.every((need) => ends.has(need))) {
                const last = draft.resource.dependencies.reduce<string | undefined>(
                    (a, need) => (a === undefined || ends.get(need)! > ends.get(a)! ? need : a),
                    undefined,
                );
                const start = last === undefined ? 0 : ends.get(last)!;
                ends.set(urn, start + draft.wait);
                if (last !== undefined) {
                    blocker.set(urn, last);
                }
                timeline.push({ urn, start, end: start + draft.wait, readyWhen: draft.readyWhen });
                pending.delete(urn);
            }
        }
    }
    timeline.sort((a, b) => a.start - b.start || (a.urn < b.urn ? -1 : 1));
    const last = timeline.reduce((a, b) => (b.end > a.end ? b : a));
    const criticalPath = [last.urn];
    for (let urn = blocker.get(last.urn); urn !== undefined; urn = blocker.get(urn)) {
        criticalPath.unshift(urn);
    }
    return {
        ...samplePlan(scale),
        cluster: "memory",
        engine: "stand-in",
        operations: timeline.map(({ urn }) => ({ urn, operation: "create" })),
        timeline,
        criticalPath,
        totalSeconds: last.end,
        rejected: [],
        succeeded: true,
    };
}

/** The sample with everything that can go wrong. */
export function sampleFailure(): Rehearsal {
    const sample = sampleRehearsal();
    const refused = sample.resources.find((r) => r.type.endsWith(":RateLimitPolicy"))!;
    return {
        ...sample,
        timeline: sample.timeline.filter((entry) => entry.urn !== refused.urn),
        policy: [
            ...sample.policy,
            {
                rule: "spec-matches-schema",
                level: "mandatory",
                urn: refused.urn,
                message: "spec.limits.free.rates[0].window: `1d` is no duration; expected such as 2m",
            },
        ],
        diagnostics: [
            ...sample.diagnostics,
            { severity: "error", urn: refused.urn, message: "not created: refused by the cluster" },
        ],
        rejected: [
            {
                urn: refused.urn,
                object: "RateLimitPolicy openshift-ingress/gateway-rate-limits",
                reason: "Invalid",
                message: 'spec.limits[free].rates[0].window in body should match "^([0-9]{1,5}(h|m|s|ms)){1,4}$"',
            },
        ],
        succeeded: false,
    };
}
