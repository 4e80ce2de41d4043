/**
 * What must not compile. `npm run check` compiles this file: an expected error that does not come is an error itself.
 */
import { RateLimitPolicy } from "../../kinds/kuadrant.io";
import { DataScienceCluster } from "../../kinds/datasciencecluster.opendatahub.io";
import { HTTPRoute } from "../../kinds/gateway.networking.k8s.io";
import { MaaSSubscription } from "../../kinds/maas.opendatahub.io";
import { Route } from "../../kinds/route.openshift.io";
import { LLMInferenceService } from "../../kinds/serving.kserve.io";

const metadata = { name: "x", namespace: "y" };
const targetRef = { group: "gateway.networking.k8s.io", kind: "Gateway", name: "x" } as const;

/** Never called: only its types count. */
export function refused(): unknown[] {
    return [
        // @ts-expect-error a wrong field
        new RateLimitPolicy("x", { metadata, spec: { targetRef, limits: { free: { rates: [{ limit: 5, windows: "2m" }] } } } }),
        // @ts-expect-error a window of days
        new RateLimitPolicy("x", { metadata, spec: { targetRef, limits: { free: { rates: [{ limit: 5, window: "1d" }] } } } }),
        // @ts-expect-error a wrong enum value
        new DataScienceCluster("x", { metadata, spec: { components: { kueue: { managementState: "Managed" } } } }),
        // @ts-expect-error milliseconds are for requests, not for tokens
        new MaaSSubscription("x", { metadata, spec: { owner: { groups: [] }, modelRefs: [{ name: "m", namespace: "n", tokenRateLimits: [{ limit: 1, window: "5ms" }] }] } }),
        // @ts-expect-error plain HTTP through a passthrough route
        new Route("x", { metadata, spec: { host: "h", to: { kind: "Service", name: "s" }, port: { targetPort: 1 }, tls: { termination: "passthrough", insecureEdgeTerminationPolicy: "Allow" } } }),
        // @ts-expect-error a missing field
        new Route("x", { metadata, spec: { host: "h" } }),
        // @ts-expect-error a field deep in the scaling of a model that its CRD refuses
        new LLMInferenceService("x", { metadata, spec: { model: { name: "m", uri: "hf://a/b" }, router: { gateway: {}, route: {} }, template: { containers: [{ name: "main" }] }, scaling: { minReplicas: 1, maxReplicas: 2, wva: { keda: { advanced: {} } } } } }),
        // @ts-expect-error a weight of a route that is no number
        new HTTPRoute("x", { metadata, spec: { parentRefs: [], rules: [{ matches: [], backendRefs: [{ group: "", kind: "Service", name: "s", port: 1, weight: "10%" }] }] } }),
    ];
}

it("is judged by the compiler", () => {
    expect(typeof refused).toBe("function");
});
