import { distance, nearest } from "../../cli/nearest";

test.each([
    ["", "abc", 3],
    ["plan", "plan", 0],
    ["paln", "plan", 1],
    ["kitten", "sitting", 3],
])("from %j to %j it is %d edits", (a, b, edits) => {
    expect(distance(a, b)).toBe(edits);
    expect(distance(b, a)).toBe(edits);
});

test("the nearest choice, or none when nothing is near", () => {
    expect(nearest("rehears", ["plan", "rehearse"])).toBe("rehearse");
    expect(nearest("MEMORY", ["memory", "api-server"])).toBe("memory");
    expect(nearest("zzz", ["plan", "rehearse"])).toBeUndefined();
    expect(nearest("x", [])).toBeUndefined();
});
