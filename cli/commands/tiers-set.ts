import { editCommand } from "../editCommand";
import { tierOptions } from "../edit/tierOptions";
import { UsageError } from "../exit";

export const command = editCommand({
    summary: "Change limits and models of a tier, in the stack file",
    description: "Sets what is given and keeps the rest. Limits hold for keys that exist as well.",
    arguments: [{ name: "tier", help: "a tier of the stack" }],
    options: {
        ...tierOptions,
        "add-model": { type: "text", value: "NAME", multiple: true, help: "model that its users may call from now on" },
        "remove-model": { type: "text", value: "NAME", multiple: true, help: "model that its users may no longer call" },
    },
    async edit(editing, [tier], invocation) {
        const { setTier } = await import("../edit/tiers");
        const { tierChange } = await import("../edit/tierOptions");
        const change = {
            ...tierChange(invocation),
            addModels: invocation.texts("add-model"),
            removeModels: invocation.texts("remove-model"),
        };
        if (Object.values(change).flat().length === 0) {
            throw new UsageError(
                "maas tiers set needs what to change: --requests, --tokens, --display-name, --add-model or --remove-model.",
            );
        }
        setTier(editing, tier!, change);
        return [];
    },
});
