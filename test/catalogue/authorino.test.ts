import { staleAuthorinos } from "../../catalogue/authorino";

const subscription = (spec: Record<string, unknown> | undefined, status?: Record<string, unknown>, namespace?: string) => ({
    metadata: { name: "authorino", ...(namespace !== undefined && { namespace }) },
    spec,
    status,
});
const stale = { name: "authorino-operator", channel: "tech-preview-v1" };

test.each([
    [{ installedCSV: "authorino-operator.v1.1.1", currentCSV: "authorino-operator.v1.1.2" }, "authorino-operator.v1.1.1"],
    [{ currentCSV: "authorino-operator.v1.1.2" }, "authorino-operator.v1.1.2"],
    [undefined, "authorino-operator.v1.1.3"],
])("with status %j its ClusterServiceVersion is %s", (status, csv) => {
    expect(staleAuthorinos([subscription(stale, status, "kuadrant-system")])).toEqual([
        { namespace: "kuadrant-system", name: "authorino", csv },
    ]);
});

it("other operators, other channels and Subscriptions without a spec are not stale", () => {
    expect(
        staleAuthorinos([
            subscription({ ...stale, channel: "stable" }),
            subscription({ ...stale, name: "rhcl-operator" }),
            subscription(undefined),
        ]),
    ).toEqual([]);
});

it("a Subscription without a namespace is told without one", () => {
    expect(staleAuthorinos([subscription(stale)])).toEqual([expect.objectContaining({ namespace: "" })]);
});
