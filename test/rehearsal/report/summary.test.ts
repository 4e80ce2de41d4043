import { modelOf } from "../../../rehearsal/report/model";
import { gravestFirst, readiness, summaryOf } from "../../../rehearsal/report/summary";
import { sampleFailure, sampleRehearsal } from "./sample";

const of = (result = sampleRehearsal()): ReturnType<typeof summaryOf> => summaryOf(result, modelOf(result));

test("every wait counts once, whoever waits beside it", () => {
    const rehearsal = sampleRehearsal();
    const sum = rehearsal.timeline.reduce((total, entry) => total + entry.end - entry.start, 0);
    expect(of(rehearsal).sumOfWaits).toBe(sum);
    expect(sum).toBeGreaterThan(rehearsal.totalSeconds);
});

test("components are no waits and no steps", () => {
    const rehearsal = sampleRehearsal();
    const component = rehearsal.resources.find((r) => !r.options.custom && r.name === "platform")!.urn;
    const more = {
        ...rehearsal,
        timeline: [{ urn: component, start: 0, end: rehearsal.totalSeconds, readyWhen: "accepted" }, ...rehearsal.timeline],
        criticalPath: [component, ...rehearsal.criticalPath],
        operations: [{ urn: component, operation: "create" }, ...rehearsal.operations],
    };
    expect(of(more)).toEqual(of(rehearsal));
});

test("steps follow each other without a gap", () => {
    const { steps } = of();
    expect(steps.length).toBeGreaterThan(3);
    steps.slice(1).forEach((step, i) => expect(step.start).toBe(steps[i]!.end));
    expect(steps[0]!.start).toBe(0);
    expect(steps[steps.length - 1]!.end).toBe(sampleRehearsal().totalSeconds);
});

test("what was rejected is not ready, whatever the timeline says", () => {
    const failure = sampleFailure();
    const [urn] = failure.rejected.map((r) => r.urn);
    expect(of(failure).notReady).toEqual([urn]);
    const listed = { ...failure, timeline: [...failure.timeline, { urn: urn!, start: 1, end: 1, readyWhen: "accepted" }] };
    expect(of(listed).notReady).toEqual([urn]);
    expect(of().notReady).toEqual([]);
});

test("layers tell when they begin and end, and their longest wait", () => {
    const gpu = of().groups.find((g) => g.name === "gpu")!;
    expect(gpu).toMatchObject({ start: 0, end: 730, slowest: "MachineSet demo-x7k2p-l40s-us-east-2a" });
});

test("a layer in which something is not ready has no time at which it was", () => {
    const { groups, notReady, notBegun } = summaryOf(sampleFailure(), modelOf(sampleFailure()));
    const short = groups.filter(({ resources, planned }) => resources < planned);
    expect(short.length).toBeGreaterThan(0);
    expect(short.map(readiness)).toEqual(short.map(({ resources, planned }) => `${resources} of ${planned}`));
    expect([notReady.length > 0, notBegun < notReady.length]).toEqual([true, true]);
});

test("findings: the gravest first, then in alphabetical order", () => {
    const finding = (
        rule: string,
        level: "advisory" | "mandatory" | "remediate" | "disabled",
    ): Parameters<typeof gravestFirst>[0][number] => ({ rule, level, message: "m" });
    expect(
        gravestFirst([
            finding("b", "advisory"),
            finding("d", "disabled"),
            finding("a", "advisory"),
            finding("z", "mandatory"),
            finding("r", "remediate"),
        ]).map((f) => f.rule),
    ).toEqual(["z", "r", "a", "b", "d"]);
});
