import { holds, stepsOf } from "../../../rehearsal/engine/paths";

describe("property paths", () => {
    it.each([
        ["metadata.labels", ["metadata", "labels"]],
        ['data["a.b"]', ["data", "a.b"]],
        ['data["say \\"so\\""].x', ["data", 'say "so"', "x"]],
        ["spec.list[0].name", ["spec", "list", "0", "name"]],
        ["spec[*].name", ["spec", "*", "name"]],
        ["*", ["*"]],
    ])("%s is read as the engine reads it", (path, steps) => {
        expect(stepsOf(path)).toEqual(steps);
    });

    it.each([
        ["metadata.labels", ".metadata.labels", true],
        ["metadata.labels", ".metadata.labels.step", true],
        ["metadata.labels", ".metadata.labelsToo", false],
        ["metadata.labels.step", ".metadata.labels", false],
        ['data["a.b"]', ".data.a.b", true],
        ["spec.list[0]", ".spec.list[0].name", true],
        ["spec.list[0]", ".spec.list[1]", false],
        ["spec.list[*].name", ".spec.list[1].name", true],
        ["*", ".anything", true],
    ])("%s holds a change of %s: %s", (path, changed, held) => {
        expect(holds(path, changed)).toBe(held);
    });
});
