import { editCommand } from "../editCommand";
import { tierOptions } from "../edit/tierOptions";

export const command = editCommand({
    summary: "Add a tier, in the stack file",
    description: "Adds a tier with its models and limits. Tiers stand in rising order of entitlement.",
    arguments: [{ name: "tier", help: "name of the tier" }],
    options: {
        model: {
            type: "text",
            value: "NAME",
            multiple: true,
            help: "model that its users may call; may be given more than once",
        },
        ...tierOptions,
        before: { type: "text", value: "TIER", help: "the tier that comes next in entitlement (default: it is the highest)" },
    },
    async edit(editing, [tier], invocation) {
        const { addTier } = await import("../edit/tiers");
        const { tierChange } = await import("../edit/tierOptions");
        addTier(editing, tier!, { ...tierChange(invocation), addModels: invocation.texts("model") }, invocation.text("before"));
        return [`Its users: maas users move --tier ${tier!}`];
    },
});
