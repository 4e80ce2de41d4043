import { nearest } from "../../catalogue/nearest";

test.each([
    ["rehears", ["plan", "rehearse"], "rehearse"],
    ["MEMORY", ["memory", "api-server"], "memory"],
    ["code-asistant", ["code-assistant", "llm-d"], "code-assistant"],
    ["instancetype", ["name", "instanceType"], "instanceType"],
    ["zzz", ["plan", "rehearse"], undefined],
    ["prod", ["code-assistant", "llm-d"], undefined],
    ["x", ["y"], undefined],
    ["x", [], undefined],
])("of %j, nearest to %j", (given, candidates, expected) => {
    expect(nearest(given, candidates)).toBe(expected);
});
