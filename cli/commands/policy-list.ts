import type { Command } from "../command";

export const command: Command = {
    summary: "Print every rule of the policy pack, and how strict each profile is",
    description: "What each rule is for, how to mend what it finds and how it is configured stands in docs/policies.md.",
    arguments: [],
    options: {},
    async run(_invocation, { out }) {
        const [{ families }, { levelOf, profiles }, { block, rows }] = await Promise.all([
            import("../../policy/policies"),
            import("../../policy/rule"),
            import("../views/common"),
        ]);
        const columns = ["Rule", "What holds", ...profiles].map((title) => ({ title, wraps: title === "What holds" }));
        for (const [family, rules] of Object.entries(families)) {
            const cells = rules.map(({ text }) => [text.name, text.title, ...profiles.map((profile) => levelOf(text, profile))]);
            block(out, family, rows(out, columns, cells));
        }
        return 0;
    },
};
