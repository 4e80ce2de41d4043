/** After a failure whose cause is gone, the next `up` goes on from there: it does what was left, and nothing twice. */
import { parseFault } from "../simulator/faults";
import { changes, errors, rehearsed } from "./rehearsed";

const stage = rehearsed({ policies: false });

it.each<[string, string, RegExp, string, string[]]>([
    [
        "a model",
        "not-ready:LLMInferenceService/gpt-oss-20b",
        /gpt-oss-20b.* reports: WorkloadsReady=False/,
        "create gpu-l40s-allocatable",
        ["model-gpt-oss-20b-published"],
    ],
    [
        "an operator",
        "csv-failed:gpu-operator-certified",
        /gpu-operator-certified/,
        "create operator-rhods-operator-installed",
        ["operator-gpu-operator-certified-installed", "gpu-l40s-allocatable", "model-gpt-oss-20b-service"],
    ],
    [
        "an operand",
        "not-ready:ClusterPolicy/gpu-cluster-policy",
        /gpu-cluster-policy/,
        "create operator-rhods-operator-installed",
        ["gpu-l40s-allocatable", "model-gpt-oss-20b-service"],
    ],
])("goes on where %s had failed", async (_what, fault, message, finished, left) => {
    const faults = [parseFault(fault)];
    const session = await stage.open(undefined, faults);
    const first = await session.up();
    expect(first.succeeded).toBe(false);
    expect(errors(first).join("\n")).toMatch(message);
    const before = changes(first);
    expect(before).toContain(finished);
    for (const name of left) {
        expect(before).not.toContain(`create ${name}`);
    }

    faults.length = 0;
    const second = await session.up();
    expect([errors(second), second.succeeded]).toEqual([[], true]);
    const after = changes(second);
    expect(after).toEqual(expect.arrayContaining(left.map((name) => `create ${name}`)));
    // What was there stays as it was; what failed half-way may be brought to its end.
    expect(after.filter((step) => before.includes(step))).toEqual([]);
    expect(after.filter((step) => step.startsWith("delete") || step.startsWith("replace"))).toEqual([]);

    expect(changes(await session.up())).toEqual([]);
});
