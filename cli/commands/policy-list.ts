import type { Command } from "../command";

export const command: Command = {
    summary: "List the rules of the policy pack and their level in each profile",
    description: "docs/policies.md describes the reason, the remedy and the configuration of each rule.",
    arguments: [],
    options: {},
    access: [],
    async run(_invocation, { out }) {
        const [{ families }, { levelOf, profiles }, { block, rows }] = await Promise.all([
            import("../../policy/policies"),
            import("../../policy/rule"),
            import("../views/common"),
        ]);
        const columns = ["Rule", "Requirement", ...profiles].map((title) => ({ title, wraps: title === "Requirement" }));
        for (const [family, rules] of Object.entries(families)) {
            const cells = rules.map(({ text }) => [text.name, text.title, ...profiles.map((profile) => levelOf(text, profile))]);
            block(out, family, rows(out, columns, cells));
        }
        return 0;
    },
};
