import type { Command } from "../command";
import { jsonOption, reportTerminal, writeJson } from "../output";

export const command: Command = {
    summary: "List the rules of the policy pack and their level in each profile",
    description: "docs/policies.md describes the reason, the remedy and the configuration of each rule.",
    arguments: [],
    options: { ...jsonOption("the rules") },
    access: [],
    async run(invocation, context) {
        const out = reportTerminal(invocation, context);
        const [{ families }, { levelOf, profiles }, { block, rows }] = await Promise.all([
            import("../../policy/policies"),
            import("../../policy/rule"),
            import("../views/common"),
        ]);
        const columns = ["Rule", "Requirement", ...profiles].map((title) => ({ title, wraps: title === "Requirement" }));
        const found = Object.entries(families).flatMap(([family, rules]) =>
            rules.map(({ text }) => ({
                family,
                name: text.name,
                requirement: text.title,
                levels: Object.fromEntries(profiles.map((profile) => [profile, levelOf(text, profile)])),
            })),
        );
        for (const family of Object.keys(families)) {
            const cells = found
                .filter((rule) => rule.family === family)
                .map(({ name, requirement, levels }) => [name, requirement, ...Object.values(levels)]);
            block(out, family, rows(out, columns, cells));
        }
        writeJson(invocation, context, { profiles, rules: found });
        return 0;
    },
};
