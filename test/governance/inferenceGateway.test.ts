/** The gateway of llm-d, and which models are attached to it. */
import type { Deployment, Registration } from "../deployment";
import { type Draft, problemsOf, shipped } from "../settings";
import { byName, run } from "./support";

describe("the gateway of llm-d", () => {
    it("has a record for the address of its load balancer", async () => {
        const deployment = await run((s) => {
            s.gateway = { inference: { exposure: "loadBalancer", hostedZoneId: "Z0123456789ABC" } };
        });
        expect(deployment.errors).toEqual([]);
        const host = "inference.apps.cluster.example.com";
        expect(byName(deployment, `inference-gateway-record-${host}`).inputs).toMatchObject({
            zoneId: "Z0123456789ABC",
            name: host,
            type: "CNAME",
        });
    });

    const both = (change: (s: Draft) => void = () => undefined): Promise<Deployment> =>
        run((s) => {
            s.gateway = { inference: { models: "all" } };
            change(s);
        });

    it("has models of tiers too where it is asked for, with their keys and limits", async () => {
        const deployment = await both((s) => {
            s.gpu.pools[0].replicas = 3;
            s.models = [...s.models, { ...s.models[0], name: "untiered" }];
        });
        expect(deployment.errors).toEqual([]);
        const [tiered, untiered] = ["model-gpt-oss-20b-service", "model-untiered-service"].map((name) =>
            byName(deployment, name),
        );
        const refs = (one: Registration | undefined): unknown =>
            one!.inputs["spec"].router.gateway.refs.map(({ name }: { name: string }) => name);
        expect(refs(tiered)).toEqual(["maas-default-gateway", "openshift-ai-inference"]);
        expect(refs(untiered)).toEqual(["openshift-ai-inference"]);
        // OpenShift AI closes the gateway before a route exists.
        expect(deployment.happensAfter(tiered!, byName(deployment, "inference-gateway-closed"))).toBe(true);
        // Of two gateways the product could name either.
        expect(byName(deployment, "model-gpt-oss-20b-published").inputs["spec"].endpointOverride).toMatch(
            /^https:\/\/maas\.apps\.cluster\.example\.com\//,
        );
        const { targetRef, limits } = byName(deployment, "request-limits-inference-policy").inputs["spec"];
        expect(targetRef.name).toBe("openshift-ai-inference");
        expect(Object.keys(limits)).toEqual(expect.arrayContaining(["free", "forged_path", "internal_api"]));
        // Whoever calls a model without tiers has no subscription to be asked for.
        expect(limits.free.when[0].predicate).toContain('!request.url_path.startsWith("/maas/untiered/")');
        expect(
            deployment.happensAfter(
                byName(deployment, "tier-free-subscription"),
                byName(deployment, "request-limits-inference-policy"),
            ),
        ).toBe(true);
    });

    it.each(["3.3", "3.5"] as const)(
        "has no models of tiers on release %s, whose policies are on the other gateway",
        (release) => {
            const settings = shipped(release === "3.3" ? "tiers-3.3" : "code-assistant", (s) => {
                s["release"] = release;
                s["gateway"] = { inference: { models: "all" } };
            });
            expect(problemsOf(settings)).toContainEqual(
                expect.stringMatching(/^gateway\.inference\.models: release .* neither keys nor limits/),
            );
        },
    );
});
