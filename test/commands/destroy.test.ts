/** `maas destroy --plan`: against the plan, and against a rehearsed destroy. */
import { type DestroyPlan, destroyPlan } from "../../cli/destroy";
import { typeOf } from "../../rehearsal/engine/urn";
import { plan } from "../../rehearsal/plan";
import type { PlannedResource, Rehearsal } from "../../rehearsal/result";
import { rehearse } from "../../simulator/rehearse";
import { inProcess, root } from "./helper";

const STACK = "maas-tutorial";

async function destroyOf(stack: string): Promise<DestroyPlan> {
    const { code, out } = await inProcess("destroy", stack, "--plan", "--json", "-");
    expect(code).toBe(0);
    return JSON.parse(out) as DestroyPlan;
}

it("deletes each object after all that need it, and nothing that stays", async () => {
    const [{ steps, stays }, { resources }] = await Promise.all([destroyOf("llm-d"), plan({ projectDir: root, stack: "llm-d" })]);
    const stepOf = new Map(steps.flatMap((step, index) => step.map(({ urn }) => [urn, index] as const)));
    const wrong = resources.flatMap(({ urn, dependencies }) =>
        dependencies.filter((needed) => stepOf.get(needed)! <= stepOf.get(urn)!).map((needed) => `${needed} before ${urn}`),
    );
    expect(wrong).toEqual([]);
    expect(stepOf.size).toBeGreaterThan(150);
    expect(stays.filter(({ urn }) => stepOf.has(urn))).toEqual([]);
    expect(stays).toContainEqual(expect.objectContaining({ kind: "DSCInitializationPatch", state: "given back" }));
    expect(stays).toContainEqual(expect.objectContaining({ kind: "AuthorinoPatch", state: "kept" }));
});

it("knows all that a rehearsed destroy deletes", async () => {
    const results: (readonly [string, Rehearsal])[] = [];
    await rehearse({
        projectDir: root,
        stack: STACK,
        cluster: "memory",
        engine: "stand-in",
        runs: ["up", "destroy"],
        onResult: (action, result) => results.push([action, result]),
    });
    const destroyed = results.find(([action]) => action === "destroy")![1];
    const deleted = destroyed.operations.filter(({ operation }) => operation === "delete").map(({ urn }) => urn);
    const { steps, stays } = await destroyOf(STACK);
    const told = [...steps.flat(), ...stays].map(({ urn }) => urn);
    // Components and providers are no objects.
    expect(deleted.filter((urn) => !told.includes(urn) && !/^(?:maas|pulumi):/.test(typeOf(urn)))).toEqual([]);
    expect(told.filter((urn) => !deleted.includes(urn))).toEqual([]);
});

it("asks for the program where it does more than delete", async () => {
    expect(await destroyOf("llm-d")).toMatchObject({
        command: "pulumi destroy --stack llm-d --run-program",
        hooks: [expect.objectContaining({ does: expect.stringMatching(/^takes the identity providers out of OAuth/) })],
    });
    expect(await destroyOf("litemaas")).toMatchObject({ command: "pulumi destroy --stack litemaas", hooks: [] });
});

it("names what Pulumi protects, which it refuses to delete", () => {
    const resource = (name: string, options: object): PlannedResource => ({
        urn: `urn:pulumi:s::p::kubernetes:core/v1:Namespace::${name}`,
        type: "kubernetes:core/v1:Namespace",
        name,
        inputs: { apiVersion: "v1", kind: "Namespace", metadata: { name } },
        dependencies: [],
        options: { custom: true, ...options },
    });
    const resources = [resource("data", { protect: true }), resource("other", {}), resource("kept", { retainOnDelete: true })];
    const { protects, stays, steps } = destroyPlan({ stack: "s", resources, outputs: {}, policy: [], diagnostics: [] });
    const names = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);
    expect([names(protects), names(stays), steps.map(names)]).toEqual([["data"], ["kept"], [["data", "other"]]]);
});

it("deletes nothing itself, and says who does", async () => {
    const { code, out, err } = await inProcess("destroy", "llm-d");
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("maas destroys nothing. To show what a destroy would delete: maas destroy llm-d --plan");
    expect((await inProcess("destroy", "llmd", "--plan")).err).toMatch(/did you mean "?llm-d/);
});
