import { started } from "../../cli/started";
import type { OnEvent, ProgressEvent } from "../../rehearsal/engine/events";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const event = (kind: "phase" | "started"): ProgressEvent =>
    kind === "phase"
        ? { kind, phase: "program", at: 0 }
        : { kind, urn: "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s", type: "pulumi:pulumi:Stack", name: "p-s", at: 0 };

it("has a command load when the program has registered its stack, and not before", async () => {
    let tell!: OnEvent;
    const { programLoads } = started((onEvent) => {
        tell = onEvent;
        return new Promise<never>(() => undefined);
    });
    let loads = false;
    void programLoads.then(() => (loads = true));
    tell(event("phase"));
    await turn();
    await turn();
    expect(loads).toBe(false);
    tell(event("started"));
    // The program gets its answer first.
    await Promise.resolve();
    expect(loads).toBe(false);
    await turn();
    expect(loads).toBe(true);
});

it("has it load after a run that ends before that, whose error is the run's alone", async () => {
    const { running, programLoads } = started(() => Promise.reject(new Error("no such stack")));
    await programLoads;
    await expect(running).rejects.toThrow("no such stack");
});
