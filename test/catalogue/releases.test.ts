import { aiComponents, type AiComponent, fieldOf } from "../../catalogue/openshiftai/aiComponents";
import { operatorEntry } from "../../catalogue/operators";
import {
    atLeast,
    crdSets,
    DEFAULT_RELEASE,
    recordOf,
    type Release,
    type ReleaseRecord,
    releaseOfVersion,
    releases,
} from "../../catalogue/releases";
import { records } from "../../catalogue/releases/records";

/** Major and minor version in one number. */
const number = (release: string): number => {
    const [major, minor] = release.split(".").map(Number);
    return major! * 1000 + minor!;
};

describe("the order", () => {
    it("is that of the versions, each once", () => {
        const numbers = releases.map(number);
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        expect(new Set(releases).size).toBe(releases.length);
        expect(releases).toContain(DEFAULT_RELEASE);
    });

    it("is by place", () => {
        expect(atLeast("3.4", "3.3")).toBe(true);
        expect(atLeast("3.4", "3.4")).toBe(true);
        expect(atLeast("3.4", "3.5")).toBe(false);
    });

    it.each<[string, Release | undefined]>([
        ["3.3", "3.3"],
        ["3.3.12", "3.3"],
        ["3.4.0-ea.2", "3.4"],
        ["3.4.0+build", "3.4"],
        ["3.4.4", "3.4"],
        ["3.5.1", "3.5"],
        // Ten is more than five: compared as texts it would be less.
        ["3.10.1", "3.5"],
        ["4.0.0", "3.5"],
        ["3.2.9", undefined],
        ["2.25.0", undefined],
        ["3", undefined],
        ["3.4x", undefined],
        ["v3.4", undefined],
        ["", undefined],
    ])("takes version %s to be of release %s", (version, release) => {
        expect(releaseOfVersion(version)).toBe(release);
    });
});

describe.each(releases)("the record of %s", (release) => {
    const record = recordOf(release);

    it("is the one of its name", () => {
        expect(record.release).toBe(release);
        expect(records.filter((one) => one.release === release)).toEqual([record]);
    });

    it("installs a version of itself, from its own channel", () => {
        const { "rhods-operator": ai, ...others } = record.operators;
        expect(releaseOfVersion(ai.csv!.replace("rhods-operator.", ""))).toBe(release);
        expect(ai.channel).toBe(`stable-${release}`);
        for (const [operator, pin] of Object.entries(others)) {
            expect([operator, pin.csv === null || pin.csv.startsWith(`${operator}.v`)]).toEqual([operator, true]);
        }
        for (const pin of [record.operators["rhcl-operator"], record.operators["cluster-observability-operator"]]) {
            expect(pin.line === null || pin.csv!.includes(`.v${pin.line}.`)).toBe(true);
        }
    });

    it("has a preview of itself, or says that there is none", () => {
        const preview = record.earlyAccess?.pin;
        expect(preview === undefined || preview.csv!.startsWith(`rhods-operator.${release}.0-`)).toBe(true);
        expect(operatorEntry(release, "rhods-operator", {}, "early-access").channel).toBe(
            preview?.channel ?? record.operators["rhods-operator"].channel,
        );
        for (const component of record.earlyAccess?.without ?? []) {
            expect([component, record.components[component] !== null]).toEqual([component, true]);
        }
    });

    it("switches the parts of a component on below a component that it has", () => {
        const fields = (Object.keys(aiComponents) as AiComponent[]).flatMap((component) => fieldOf(release, component) ?? []);
        expect(new Set(fields).size).toBe(fields.length);
        for (const field of fields.filter((one) => one.includes("."))) {
            expect(fields).toContain(field.split(".")[0]);
        }
    });

    it("is judged by sets of CRDs in their order, of which none is later than itself", () => {
        expect(crdSets.filter((set) => record.crds.includes(set))).toEqual(record.crds);
        expect(record.crds.slice(1).every((set) => number(set) <= number(release))).toBe(true);
    });

    it("hangs together", () => {
        const byTiers = record.governance === "tiers";
        // Without subscriptions there is no object for a tenant, and none for a model elsewhere.
        expect([record.tenancy === "none", record.externalModels.scheme === "none"]).toEqual([byTiers, byTiers]);
        expect(record.components.modelsAsService).not.toBeNull();
    });
});

it("has a switch for each component in some release", () => {
    for (const component of Object.keys(aiComponents) as AiComponent[]) {
        expect([component, releases.some((release) => fieldOf(release, component) !== undefined)]).toEqual([component, true]);
    }
});

it("says what the gateway's controller reads: early builds look at labels alone", () => {
    expect(releases.map((release) => recordOf(release).gateway.optOut)).toEqual([
        ["label"],
        ["label", "annotation"],
        ["label", "annotation"],
    ]);
    expect(recordOf("3.4").earlyAccess!.gatewayOptOut).toEqual(["label"]);
});

/** The compiler refuses a record that leaves something out. */
export function incomplete(record: ReleaseRecord): readonly ReleaseRecord[] {
    const { governance, ...ungoverned } = record;
    const { trainer, ...switches } = record.components;
    const { csv, ...unpinned } = record.operators["rhods-operator"];
    void [governance, trainer, csv];
    return [
        // @ts-expect-error: a record without a scheme of governance
        ungoverned,
        // @ts-expect-error: a component without a word on its switch
        { ...record, components: switches },
        // @ts-expect-error: an operator without a word on its pin
        { ...record, operators: { ...record.operators, "rhods-operator": unpinned } },
        // @ts-expect-error: a scheduler whose plugins nobody has written down
        { ...record, serving: { scheme: "scheduled", scheduler: "0.8" } },
        // @ts-expect-error: models of providers without the labels of their keys
        { ...record, externalModels: { scheme: "providers" } },
        // @ts-expect-error: previews left out instead of denied
        { ...record, earlyAccess: undefined },
    ];
}
