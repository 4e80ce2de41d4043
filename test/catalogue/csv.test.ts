import { nameAndVersion, olderThan } from "../../catalogue/csv";

test.each([
    ["rhcl-operator.v1.3.4", "rhcl-operator", [1, 3, 4]],
    ["rhods-operator.3.4.0-ea.2", "rhods-operator", [3, 4, 0, "ea", 2]],
    ["servicemeshoperator3.v3.1.0+build7", "servicemeshoperator3", [3, 1, 0, "build7"]],
])("%s is a package and a version", (csv, name, version) => {
    expect(nameAndVersion(csv)).toEqual({ name, version });
});

test.each([
    ["a.v1.3.4", "a.v1.3.10"],
    ["a.v1.3.4", "a.v1.4.0"],
    ["a.v1.3", "a.v1.3.1"],
    ["a.v3.4.0-ea.2", "a.v3.4.0"],
    ["a.v3.4.0-ea.1", "a.v3.4.0-ea.2"],
    ["a.v3.4.0-alpha", "a.v3.4.0-beta"],
])("%s is older than %s, and not the other way round", (older, newer) => {
    expect(olderThan(older, newer)).toBe(true);
    expect(olderThan(newer, older)).toBe(false);
});

it("a version is not older than itself", () => {
    expect(olderThan("a.v1.3.4", "a.v1.3.4")).toBe(false);
    expect(olderThan("a.v1.3.4-1", "a.v1.3.4-1")).toBe(false);
});
