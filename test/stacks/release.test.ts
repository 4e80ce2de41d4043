import { parseSettings } from "../../stacks/settings";
import { type Draft, problemsOf, shipped } from "../settings";

const problems = (change: (settings: Draft) => unknown, stack = "tiers-3.3"): string[] => problemsOf(shipped(stack, change));

it("takes the stack as it stands, and once more with its defaults filled in", () => {
    expect(problems(() => undefined)).toEqual([]);
    expect(problems((s) => Object.assign(s, parseSettings("test", structuredClone(s))))).toEqual([]);
});

it.each([
    ["a database", (s: Draft) => (s["database"] = { volumeGiB: 20 }), /^database: release 3\.3 does not have it.*3\.4 or 3\.5/],
    [
        "a gateway of llm-d",
        (s: Draft) => (s["gateway"] = { inference: {} }),
        /^gateway\.inference: release 3\.3 does not have it.*expected no value/,
    ],
    [
        "intelligent routing",
        (s: Draft) => (s["models"][0].routing = { mode: "intelligent" }),
        /^models\[0\]\.routing: release 3\.3 has no scheduler.*release 3\.4 or 3\.5/,
    ],
    [
        "prefill apart",
        (s: Draft) => (s["models"][0].prefill = {}),
        /^models\[0\]\.prefill: release 3\.3 serves a model as plain replicas/,
    ],
    [
        "a copy over several nodes",
        (s: Draft) => (s["models"][0].parallelism = { data: 2, dataLocal: 1 }),
        /^models\[0\]\.parallelism\.dataLocal: release 3\.3 does not spread/,
    ],
    [
        "a preview",
        (s: Draft) => (s["openshiftAi"] = { profile: "early-access" }),
        /^openshiftAi\.profile: release 3\.3 has no preview; expected stable/,
    ],
    [
        "a component of later releases",
        (s: Draft) => (s["openshiftAi"] = { components: { trainer: true } }),
        /^openshiftAi\.components\.trainer: release 3\.3 does not have it; expected false, or release 3\.4 or 3\.5/,
    ],
])("refuses %s on 3.3", (_what, change, message) => {
    expect(problems(change)).toContainEqual(expect.stringMatching(message));
});

it("refuses a stack without tiers on 3.3", () => {
    expect(
        problems((s) => {
            delete s["tiers"];
            delete s["identity"];
        }),
    ).toContainEqual(expect.stringMatching(/^tiers: is missing: on release 3\.3/));
});

it("takes the same of later releases", () => {
    expect(problems((s) => (s["models"][0].routing = { mode: "intelligent" }), "code-assistant")).toEqual([]);
});
