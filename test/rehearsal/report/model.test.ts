import { modelOf } from "../../../rehearsal/report/model";
import type { Plan, PlannedResource } from "../../../rehearsal/result";

function resource(
    name: string,
    parent?: string,
    dependencies: string[] = [],
    type = "kubernetes:core/v1:ConfigMap",
): PlannedResource {
    return {
        urn: urn(name),
        type,
        name,
        ...(parent !== undefined && { parent: urn(parent) }),
        inputs: {},
        dependencies: dependencies.map(urn),
        options: { custom: type.includes("kubernetes") },
    };
}

function urn(name: string): string {
    return `urn:pulumi:s::p::t::${name}`;
}

function plan(...resources: PlannedResource[]): Plan {
    return { stack: "s", resources, outputs: {}, policy: [], diagnostics: [] };
}

const component = "maas:index:Thing";
const STACK = "pulumi:pulumi:Stack";

test("layers are what the types of the components name, in the order in which they come up", () => {
    const model = modelOf(
        plan(
            resource("stack", undefined, [], STACK),
            resource("all", "stack", [], "maas:platform:Platform"),
            resource("model", "all", ["nfd", "dsc"], "maas:serving:Model"),
            resource("dsc", "all", ["nfd"], "maas:serving:Dsc"),
            resource("nfd", "all", [], "maas:operators:Operator"),
            resource("tier", "all", ["model"], "maas:governance:Tier"),
            resource("m", "model"),
            resource("d", "dsc"),
            resource("n", "nfd"),
            resource("t", "tier"),
            resource("loose", "all"),
        ),
    );
    expect(model.groups.map((g) => [g.name, g.items.map((i) => i.label)])).toEqual([
        ["all", ["loose"]],
        ["operators", ["n"]],
        ["serving", ["m", "d"]],
        ["governance", ["t"]],
    ]);
    expect(model.item(urn("m"))!.unit.name).toBe("model");
    expect(model.item(urn("t"))!.unit.name).toBe("t");
    expect(model.item(urn("loose"))!.unit.name).toBe("loose");
    expect(model.groups.map((g) => g.index)).toEqual([0, 1, 2, 3]);
});

test("what a component waits for, everything in it waits for", () => {
    const model = modelOf(
        plan(
            resource("a"),
            resource("c", undefined, ["a"], component),
            resource("inner", "c", [], component),
            resource("x", "inner"),
        ),
    );
    expect(model.item(urn("x"))!.needs).toEqual([0]);
});

test("layers are the components beneath the stack when there are several", () => {
    const model = modelOf(
        plan(
            resource("stack", undefined, [], "pulumi:pulumi:Stack"),
            resource("a", "stack", [], component),
            resource("b", "stack", [], component),
            resource("x", "a"),
            resource("y", "b"),
            resource("z", "stack"),
        ),
    );
    expect(model.groups.map((g) => [g.name, g.items.map((i) => i.label)])).toEqual([
        ["a", ["x"]],
        ["b", ["y"]],
        ["stack", ["z"]],
    ]);
});

test("a dependency on a component is one on all that is in it, however deep", () => {
    const model = modelOf(
        plan(
            resource("a", undefined, [], component),
            resource("inner", "a", [], component),
            resource("x", "inner"),
            resource("y", "a"),
            resource("z", undefined, ["a"]),
        ),
    );
    const z = model.item(urn("z"))!;
    expect(z.needs.map((i) => model.items[i]!.label)).toEqual(["x", "y"]);
});

test("what another dependency implies is not direct", () => {
    const model = modelOf(plan(resource("a"), resource("b", undefined, ["a"]), resource("c", undefined, ["a", "b"])));
    expect(model.item(urn("c"))!.needs).toEqual([0, 1]);
    expect(model.item(urn("c"))!.needsDirectly).toEqual([1]);
});

test("circles, unknown parents and unknown dependencies do no harm", () => {
    const model = modelOf(
        plan(resource("a", "nobody", ["b", "missing"]), resource("b", undefined, ["a"]), resource("c", undefined, ["c"])),
    );
    const edges = model.items.reduce((sum, item) => sum + item.needs.length, 0);
    expect(edges).toBe(1);
    expect(model.tree.map((node) => node.label)).toEqual(["a", "b", "c"]);
});

test("providers and components are no items, and are not waited for", () => {
    const model = modelOf(plan(resource("p", undefined, [], "pulumi:providers:kubernetes"), resource("a", undefined, ["p"])));
    expect(model.items.map((i) => i.label)).toEqual(["a"]);
    expect(model.items[0]!.needs).toEqual([]);
});

test("an empty plan is an empty model", () => {
    expect(modelOf(plan())).toMatchObject({ groups: [], items: [], units: [], tree: [] });
});

test("objects are called by their own names; unknown ones by their resource's", () => {
    const named: PlannedResource = { ...resource("r"), inputs: { metadata: { name: "own", namespace: "ns" } } };
    const unknown: PlannedResource = { ...resource("q"), inputs: { metadata: { name: "[unknown]" } } };
    const model = modelOf(plan(named, unknown));
    expect(model.items.map((i) => [i.namespace, i.label])).toEqual([
        ["ns", "own"],
        [undefined, "q"],
    ]);
    expect(model.title(named.urn)).toBe("ConfigMap own");
    expect(model.title("urn:pulumi:s::p::t::gone")).toBe("gone");
});
