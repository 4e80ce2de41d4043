import type { Kube, KubeObject } from "../../components/kube";
import { remainingProblem } from "../../components/remainingProblem";

const object = { apiVersion: "v1", plural: "configmaps", name: "o", namespace: "n" };
const state = (phase?: string): KubeObject | undefined =>
    phase === undefined ? undefined : ({ metadata: { name: "o" }, status: { phase } } as unknown as KubeObject);

/** A client whose object has these states one after the other, and then the time is over. */
function clientOf(...states: (KubeObject | undefined)[]): Kube {
    return {
        now: () => Promise.resolve(0),
        until: (_kind: unknown, _name: string, judge: (o: KubeObject | undefined) => unknown) =>
            Promise.resolve(states.map((o) => judge(o)).find((result) => result !== undefined)),
    } as unknown as Kube;
}

const problemOf = (o: KubeObject | undefined): string | undefined =>
    o === undefined ? "there is none" : o.status?.["phase"] === "Ready" ? undefined : `it is ${String(o.status?.["phase"])}`;

it.each<[string, (KubeObject | undefined)[], string | undefined]>([
    ["is none once the object is ready", [undefined, state("Starting"), state("Ready")], undefined],
    ["is the last one when the time is over", [undefined, state("Starting")], "it is Starting"],
    ["is that there is no object", [undefined], "there is none"],
    ["is that the object was never read", [], "it was not read"],
])("the remaining problem %s", async (_, states, problem) => {
    expect(await remainingProblem(clientOf(...states), object, 1, problemOf)).toBe(problem);
});
