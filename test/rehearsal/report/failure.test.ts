import { failureOf } from "../../../rehearsal/report/failure";
import { modelOf } from "../../../rehearsal/report/model";
import type { Diagnostic, Rehearsal } from "../../../rehearsal/result";
import { sampleFailure, samplePlan, sampleRehearsal } from "./sample";

const of = (result: Parameters<typeof failureOf>[0]): ReturnType<typeof failureOf> => failureOf(result, modelOf(result));

const clean: Rehearsal = { ...sampleRehearsal(), policy: [], diagnostics: [], succeeded: false };
const urnOf = (kind: string): string => clean.resources.find((r) => r.type.endsWith(`:${kind}`))!.urn;
const failing = (...diagnostics: Diagnostic[]): Rehearsal => ({ ...clean, diagnostics });

test("a success has none", () => {
    expect(of(sampleRehearsal())).toBeUndefined();
    expect(of(samplePlan())).toBeUndefined();
});

test("a hook's message loses the hook's name, and its remedy is told apart", () => {
    const urn = urnOf("MachineSet");
    const message =
        'before hook "the nodes have joined" failed: pool l40s gets no node: no capacity. Remedy: run `pulumi up` again later.';
    expect(of(failing({ severity: "error", urn, message }))).toEqual({
        urn,
        at: expect.any(Number),
        cause: "pool l40s gets no node: no capacity",
        remedy: "Run `pulumi up` again later.",
        others: [],
    });
});

test("an object that is not ready in time: how to see what it waits for", () => {
    const urn = urnOf("LLMInferenceService");
    const message = `resource "${urn}" was successfully created, but the Kubernetes API server reported that it failed to fully initialize or become live: timed out waiting for the condition: condition=Ready (Ready=False (NoGpu))`;
    const failure = of(failing({ severity: "error", urn, message }))!;
    expect(failure.cause).toMatch(
        /^LLMInferenceService \S+: timed out waiting for the condition: condition=Ready \(Ready=False \(NoGpu\)\)$/,
    );
    expect(failure.remedy).toMatch(
        /^oc describe llminferenceservice \S+ -n \S+ shows what it waits for\. Mend this, then run pulumi up again/,
    );
});

test("the earliest failure leads, whatever the order of the messages", () => {
    const [early, late] = [urnOf("MachineSet"), urnOf("LLMInferenceService")];
    const of2 = (urn: string): Diagnostic => ({ severity: "error", urn, message: `it failed: ${urn}` });
    for (const diagnostics of [
        [of2(early), of2(late)],
        [of2(late), of2(early)],
    ]) {
        const failure = of(failing(...diagnostics))!;
        expect(failure.urn).toBe(early);
        expect(failure.others.map((other) => other.urn)).toEqual([late]);
    }
});

test("what was rejected and is told twice is one failure; a mandatory finding comes before", () => {
    const { rejected, rules = [] } = sampleFailure();
    const failure = of({
        ...sampleFailure(),
        rules: [
            ...rules,
            { name: "spec-matches-schema", title: "", why: "", remedy: "write 24h", severity: "high", level: "mandatory" },
        ],
    })!;
    expect(failure).toMatchObject({
        remedy: "Write 24h.",
        cause: expect.stringContaining("policy spec-matches-schema: RateLimitPolicy"),
    });
    expect(failure.others.map((other) => other.urn)).toEqual([rejected[0]!.urn]);
});

test("an error of the program itself", () => {
    expect(of(failing({ severity: "error", message: "The settings of stack dev have a problem.\n" }))).toEqual({
        cause: "The settings of stack dev have a problem",
        remedy: "",
        others: [],
    });
});
