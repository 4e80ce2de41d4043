/** What a model is waited for by until users may call it. */
import type { Kube } from "../../components/kube";
import { requirePublished } from "../../components/governance/modelsPublished";
import type { Draft } from "../settings";
import { byName, run } from "./support";

const waitsFor = (registration: ReturnType<typeof byName>): unknown =>
    registration.inputs["metadata"].annotations?.["pulumi.com/waitFor"];

it("a published model is waited for, an external one only by what publishes it, and tiers wait for both", async () => {
    const deployment = await run((s: Draft) => {
        s.externalModels = [
            {
                name: "gpt-4o",
                providers: [{ provider: "openai", endpoint: "api.openai.com", targetModel: "gpt-4o", secret: "openai" }],
            },
        ];
        s.tiers[0].models.push("gpt-4o");
    });
    for (const model of ["gpt-oss-20b", "gpt-4o"]) {
        const reference = byName(deployment, `model-${model}-published`);
        expect(waitsFor(reference)).toBe("jsonpath={.status.phase}=Ready");
        expect(deployment.happensAfter(byName(deployment, "tier-free-subscription"), reference)).toBe(true);
    }
    // Release 3.4 writes no status to it.
    const external = deployment.registrations.find((r) => r.type.endsWith(":ExternalModel"))!;
    expect(waitsFor(external)).toBeUndefined();
});

/** A cluster whose MaaSModelRefs have these phases when they are waited for. */
const clusterWith = (phases: Readonly<Record<string, string | undefined>>): Pick<Kube, "now" | "until"> =>
    ({
        now: () => Promise.resolve(0),
        until: (_kind: unknown, name: string, judge: (object: unknown) => unknown) =>
            Promise.resolve(judge({ status: { phase: phases[name] } })),
    }) as unknown as Pick<Kube, "now" | "until">;

it("the end of an up with tiers on release 3.5 waits until every published model is ready", async () => {
    await expect(requirePublished(clusterWith({ a: "Ready", b: "Ready" }), "models", ["a", "b"])).resolves.toBeUndefined();
    for (const [phase, said] of [
        ["Pending", "is Pending"],
        [undefined, "is not reconciled"],
    ] as const) {
        await expect(requirePublished(clusterWith({ a: "Ready", b: phase }), "models", ["a", "b"])).rejects.toThrow(
            `MaaSModelRef models/b ${said} and not Ready within 10 minutes (1 of 2 are not ready)`,
        );
    }
});
