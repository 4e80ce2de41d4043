/** What stops meanwhile: only what was ready, and only where it lasts. */
import { kindsWithReadiness, watchOutages } from "../../../cli/upgrade/outages";
import type { ClusterEvent, KubeObject } from "../../../rehearsal/cluster/cluster";
import type { PlannedResource } from "../../../rehearsal/result";

const model = (name: string, ready: boolean): KubeObject => ({
    apiVersion: "example.com/v1",
    kind: "Model",
    metadata: { name, namespace: "ns", annotations: { "pulumi.com/waitFor": "condition=Ready" } },
    status: { conditions: [{ type: "Ready", status: ready ? "True" : "False", reason: "Moving" }] },
});

it("tells since when and for how long, in the words that were seen", () => {
    let now = 100;
    let tell!: (event: ClusterEvent) => void;
    let stopped = false;
    const cluster = {
        subscribe: (_kinds: readonly string[], listener: (event: ClusterEvent) => void) => {
            tell = listener;
            return () => void (stopped = true);
        },
    };
    const ended = watchOutages(cluster, ["example.com/v1/Model"], () => now);
    const see = (type: ClusterEvent["type"], object: KubeObject, at: number): void => {
        now = at;
        tell({ type, object } as ClusterEvent);
    };
    see("ADDED", model("a", true), 100);
    see("ADDED", model("b", true), 100);
    see("ADDED", model("never", false), 100);
    see("MODIFIED", model("a", false), 110);
    see("MODIFIED", model("a", false), 115);
    see("MODIFIED", model("a", true), 140);
    // Not for any time.
    see("MODIFIED", model("a", false), 150);
    see("MODIFIED", model("a", true), 150);
    see("DELETED", model("b", true), 120);
    // Came and went.
    see("ADDED", model("between", true), 130);
    see("DELETED", model("between", true), 135);
    see("MODIFIED", model("a", false), 160);
    expect(ended()).toEqual([
        { object: "Model ns/a", from: 10, seconds: 30, why: expect.stringContaining("Ready=False") as string },
        { object: "Model ns/b", from: 20, why: "deleted" },
        { object: "Model ns/a", from: 60, why: expect.stringContaining("Moving") as string },
    ]);
    expect(stopped).toBe(true);
});

it("watches the kinds of the stack's own objects", () => {
    const resource = (type: string, options: object = {}): PlannedResource =>
        ({ type, options: { custom: true, ...options } }) as unknown as PlannedResource;
    expect(
        kindsWithReadiness([
            resource("kubernetes:core/v1:Secret"),
            resource("kubernetes:apps/v1:Deployment"),
            resource("kubernetes:apps/v1:Deployment"),
            resource("kubernetes:apps/v1:DeploymentPatch"),
            resource("kubernetes:core/v1:ConfigMap", { reads: "a/b" }),
            resource("maas:Component", { custom: false }),
        ]),
    ).toEqual(["apps/v1/Deployment", "v1/Secret"]);
});
