import { described, identityOf, kindOf, Stack, stackOf, subjectOf } from "../../policy/subject";
import { k, UNKNOWN } from "./cases/case";
import { resourcesOf, type Subject } from "./judge";

const secret = (metadata: object): Subject => k("core/v1:Secret", "connection", { metadata });
const read = (subject: Subject): ReturnType<typeof subjectOf> => subjectOf(resourcesOf([subject])[0]!);

it.each([
    ["kubernetes:core/v1:Secret", "Secret"],
    ["kubernetes:gateway.networking.k8s.io/v1:Gateway", "Gateway"],
    ["kubernetes:core/v1:SecretPatch", "Secret"],
    ["kubernetes:example.com/v1:PatchSet", "PatchSet"],
    ["aws:rds/instance:Instance", "Instance"],
])("%s is a %s", (type, kind) => {
    expect(kindOf(type)).toBe(kind);
});

describe("the identity of an object", () => {
    it.each<[string, object, boolean, string[]]>([
        ["is certain", { name: "a", namespace: "n" }, true, ["a n"]],
        ["has any name", { name: UNKNOWN, namespace: "n" }, false, ["a n", "b n"]],
        ["is anywhere", { name: "a", namespace: UNKNOWN }, false, ["a n", "a m"]],
        ["may be any", { name: UNKNOWN, namespace: UNKNOWN }, false, ["a n", "b n", "a m", "b m"]],
    ])("%s", (_what, metadata, certain, mayBe) => {
        const identity = identityOf(read(secret(metadata)));
        expect(identity.certain).toBe(certain);
        const all = ["a n", "b n", "a m", "b m"].filter((one) => identity.mayBe(...(one.split(" ") as [string, string])));
        expect(all).toEqual(mayBe);
    });
});

it.each<[object | undefined, string]>([
    [{ name: "certs", namespace: "openshift-ingress" }, "Secret openshift-ingress/certs"],
    [{ name: "certs" }, "Secret certs"],
    [{ namespace: "n" }, "Secret n/connection"],
    [undefined, "Secret connection"],
])("names %j as %s", (metadata, expected) => {
    expect(described(read(secret(metadata!)))).toBe(expected);
});

describe("a stack", () => {
    it("is read once for all rules, and its resources too", () => {
        const resources = resourcesOf([secret({ name: "a" })]);
        expect(stackOf(resources)).toBe(stackOf(resources));
        expect(stackOf([...resources])).toBe(stackOf(resources));
        expect(stackOf(resourcesOf([secret({ name: "a" })]))).not.toBe(stackOf(resources));
        expect(subjectOf(resources[0]!).value).toBe(stackOf(resources).all[0]!.value);
    });
    it("has objects by kind, patches among them", () => {
        const stack = new Stack(
            resourcesOf([
                secret({ name: "a" }),
                { ...secret({ name: "b" }), name: "more" },
                k("core/v1:SecretPatch", "patch", {}),
                k("core/v1:ConfigMap", "map", {}),
            ]),
        );
        expect(stack.of("Secret").map(({ name }) => name)).toEqual(["connection", "more", "patch"]);
        expect(stack.of("Service")).toEqual([]);
    });
    it("knows what waits for what, through many ways at once", () => {
        // Each waits for the two before it: there are more ways through than could be tried.
        const ladder = Array.from({ length: 60 }, (_, i): Subject => ({
            type: "shop:index:Step",
            name: `s${i}`,
            dependencies: [i - 1, i - 2].filter((before) => before >= 0).map((before) => `s${before}`),
        }));
        const stack = new Stack(resourcesOf(ladder));
        const [first, last] = [stack.all[0]!, stack.all[59]!];
        expect([stack.waitsFor(last, first), stack.waitsFor(first, last), stack.waitsFor(first, first)]).toEqual([
            true,
            false,
            false,
        ]);
    });
});
