import { releaseOf } from "../../policy/release";
import { Stack } from "../../policy/subject";
import { olm, UNKNOWN } from "./cases/case";
import { resourcesOf } from "./judge";

const release = (...specs: object[]): string | undefined =>
    releaseOf(new Stack(resourcesOf(specs.map((spec, i) => ({ ...olm("rhods-operator", spec), name: `s${i}` })))));

it.each<[string, object, string]>([
    ["the pin", { startingCSV: "rhods-operator.3.4.0", channel: "stable-3.3" }, "3.4"],
    ["the channel, where there is no pin", { channel: "stable-3.10" }, "3.10"],
    ["a pin of two digits", { startingCSV: "rhods-operator.12.25.1" }, "12.25"],
])("is that of %s", (_what, spec, expected) => {
    expect(release(spec)).toBe(expected);
});

it.each<[string, object[]]>([
    ["the pin is not known yet", [{ startingCSV: UNKNOWN, channel: "stable-3.4" }]],
    ["the channel is of none", [{ channel: "fast" }]],
    ["nothing tells", [{}]],
    ["there is no Subscription", []],
    ["there are others only", [{ name: "nfd", channel: "4.18" }]],
])("is not told where %s", (_what, specs) => {
    expect(release(...specs)).toBeUndefined();
});

it("is that of OpenShift AI, whatever else is installed", () => {
    expect(release({ name: "nfd", channel: "4.18" }, { channel: "stable-3.4" })).toBe("3.4");
});
