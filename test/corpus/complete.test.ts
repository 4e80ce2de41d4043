/** The corpus has a mistake for each rule. */
import { families } from "../../policy/policies";
import { mistakes } from "./judge";

it("has a mistake for each rule of the pack", () => {
    // A waiver is written in the configuration of the pack, not in a stack.
    const caught = new Set(["waivers-in-force", ...mistakes.map(({ caughtBy }) => caughtBy)]);
    const rules = Object.values(families).flat();
    expect(rules.map(({ name }) => name).filter((name) => !caught.has(name))).toEqual([]);
});

it("names only rules that exist", () => {
    const rules = new Set(["settings", ...Object.values(families).flatMap((family) => family.map(({ name }) => name))]);
    expect(mistakes.map(({ caughtBy }) => caughtBy).filter((name) => !rules.has(name))).toEqual([]);
});
