import { type Cause, causeOf, causes, requestTroubles, type Symptom } from "../../catalogue/troubleshooting";

const of = (symptom: Partial<Symptom>) =>
    causeOf(
        { kind: "ClusterServiceVersion", name: "rhods-operator.3.4.0", namespace: "rhods", says: "Failed", ...symptom },
        "llm-d",
    );

test.each([
    [{}, "csv-failed"],
    [{ says: "RequirementsNotMet" }, "kind-missing"],
    [{ kind: "Subscription", says: "ErrorPreventedResolution" }, "not-resolvable"],
])("the cause of %j is %s", (symptom, id) => {
    expect(of(symptom).id).toBe(id);
});

it("the kind is compared as a whole: what a subresource says is not the CSV's", () => {
    expect(of({ kind: "OldClusterServiceVersion" }).id).toBe(causes.at(-1)!.id);
    expect(of({ kind: "ClusterServiceVersions" }).id).toBe(causes.at(-1)!.id);
});

it("a cause that names objects is not told of others", () => {
    const named = causes.find(({ name, kind }) => name !== undefined && kind !== undefined) as Required<Cause>;
    const kind = named.kind.split("|")[0]!;
    const other = causeOf({ kind, name: "_", says: named.says.split("|")[0]! }, "llm-d");
    expect(other.id).not.toBe(named.id);
});

it("remedies name the object, its namespace and the stack, and nothing is left open", () => {
    expect(of({}).remedies).toContain("oc describe clusterserviceversion rhods-operator.3.4.0 -n rhods");
    const everything: Symptom = { kind: "Node", name: "n", namespace: "ns", says: "Failed", package: "pkg" };
    for (const { remedies, kind, name, says } of causes) {
        expect(remedies.length).toBeGreaterThan(0);
        expect(() => [kind, name, says].map((pattern) => new RegExp(pattern ?? ""))).not.toThrow();
    }
    expect(causeOf(everything, "llm-d").remedies.join()).not.toMatch(/[…$]/);
});

it("an object without a namespace gets commands without one", () => {
    const commands = causeOf({ kind: "Unheard", name: "n", says: "no" }, "llm-d").remedies.join();
    expect(commands).toContain("unheard");
    expect(commands).not.toContain(" -n ");
    expect(causeOf({ kind: "Unheard", name: "n", namespace: "ns", says: "no" }, "llm-d").remedies.join()).toContain(" -n ns");
});

it("troubles of requests each have a remedy and a source", () => {
    expect(requestTroubles.length).toBeGreaterThan(0);
    expect(requestTroubles.filter(({ remedy, source }) => remedy === "" || source === "")).toEqual([]);
});
