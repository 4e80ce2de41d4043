import { olderThan } from "../../../catalogue/csv";
import { InstallError, judgeCsv, judgePlan, judgeSubscription } from "../../../components/operators/verdict";

const PIN = "rhcl-operator.v1.3.4";

describe("a Subscription", () => {
    it.each([
        ["is waited for while OLM is at work", undefined, PIN, { doing: "OLM has not resolved the Subscription yet" }],
        ["has a plan to look at", { state: "UpgradePending", installPlanRef: { name: "install-1" } }, PIN, { plan: "install-1" }],
        [
            "has installed the pin",
            { state: "UpgradePending", installedCSV: PIN, installPlanRef: { name: "install-2" } },
            PIN,
            { installed: PIN },
        ],
        [
            "has installed what the channel gave",
            { state: "AtLatestKnown", installedCSV: "nfd.4.21.0" },
            undefined,
            { installed: "nfd.4.21.0" },
        ],
        [
            "has an older version and a plan",
            { state: "UpgradePending", installedCSV: "rhcl-operator.v1.3.3", installPlanRef: { name: "install-3" } },
            PIN,
            { plan: "install-3" },
        ],
        [
            "has an older version, from which the channel leads nowhere yet",
            { state: "AtLatestKnown", installedCSV: "rhcl-operator.v1.3.3" },
            PIN,
            {
                doing: "rhcl-operator.v1.3.3 is installed, and OLM offers no way from it to rhcl-operator.v1.3.4 in this channel; a version in between may lead there (operators.<package>.csv)",
            },
        ],
    ])("%s", (_what, status, wanted, verdict) => {
        expect(judgeSubscription(status, wanted)).toEqual(verdict);
    });

    it.each([
        [
            "that cannot be resolved",
            {
                conditions: [
                    {
                        type: "ResolutionFailed",
                        status: "True",
                        reason: "ConstraintsNotSatisfiable",
                        message: "no operators found in channel stabel",
                    },
                ],
            },
            /ConstraintsNotSatisfiable.*no operators found in channel stabel/,
        ],
        [
            "that a catalogue which does not answer stops",
            {
                conditions: [
                    {
                        type: "ResolutionFailed",
                        status: "True",
                        reason: "ErrorPreventedResolution",
                        message: "failed to populate resolver cache from source our-mirror/openshift-marketplace",
                    },
                ],
            },
            /OLM cannot resolve it \(ErrorPreventedResolution\): .*our-mirror/,
        ],
        [
            "whose plan failed",
            { conditions: [{ type: "InstallPlanFailed", status: "True", reason: "InstallComponentFailed", message: "quota" }] },
            /InstallPlan failed \(InstallComponentFailed\): quota/,
        ],
        [
            "that is ahead of the pin",
            { state: "AtLatestKnown", installedCSV: "rhcl-operator.v1.4.1" },
            /newer than the pin rhcl-operator\.v1\.3\.4/,
        ],
    ])("%s is refused at once", (_what, status, message) => {
        expect(() => judgeSubscription(status, PIN)).toThrow(message);
        expect(() => judgeSubscription(status, PIN)).toThrow(InstallError);
    });
});

describe("an InstallPlan", () => {
    const plan = (...clusterServiceVersionNames: string[]) => ({ spec: { approved: false, clusterServiceVersionNames } });

    it("is approved when it holds the pin, with what comes along", () => {
        expect(judgePlan(plan(PIN, "authorino-operator.v1.3.0"), "p", PIN)).toEqual({
            approve: [PIN, "authorino-operator.v1.3.0"],
        });
    });
    it("is approved when it is a step on the way", () => {
        expect(judgePlan(plan("rhcl-operator.v1.3.3"), "p", PIN)).toEqual({ approve: ["rhcl-operator.v1.3.3"] });
    });
    it.each([[["rhcl-operator.v1.4.0"]], [["servicemeshoperator3.v3.1.0"]], [[]]])("is left alone when it holds %j", (csvs) => {
        expect(judgePlan(plan(...csvs), "install-9", PIN)).toEqual({ refuse: expect.stringContaining("install-9") as string });
    });
    it("is not approved twice", () => {
        expect(judgePlan({ spec: { approved: true, clusterServiceVersionNames: [PIN] } }, "p", PIN)).toEqual({ approved: [PIN] });
    });
});

describe("a ClusterServiceVersion", () => {
    it.each([
        [undefined, false],
        ["Pending", false],
        ["Installing", false],
        ["Succeeded", true],
    ])("in phase %s has succeeded: %s", (phase, expected) => {
        expect(judgeCsv(phase === undefined ? undefined : { status: { phase } }, "x")).toBe(expected);
    });
    it("that failed is told in the operator's own words", () => {
        expect(() =>
            judgeCsv({ status: { phase: "Failed", reason: "InstallCheckFailed", message: "install timeout" } }, "x.v1"),
        ).toThrow("ClusterServiceVersion x.v1 failed (InstallCheckFailed): install timeout");
    });
});

it.each([
    ["rhcl-operator.v1.3.4", "rhcl-operator.v1.4.0", true],
    ["rhcl-operator.v1.3.10", "rhcl-operator.v1.3.9", false],
    ["rhods-operator.3.4.0-ea.2", "rhods-operator.3.4.0", true],
    ["rhods-operator.3.4.0", "rhods-operator.3.4.0-ea.2", false],
    ["rhods-operator.3.4.0", "rhods-operator.3.4.0", false],
    ["x.v1.2", "x.v1.2.1", true],
])("%s is older than %s: %s", (a, b, expected) => {
    expect(olderThan(a, b)).toBe(expected);
});
