import { editCommand } from "../editCommand";
import { UsageError } from "../exit";

export const command = editCommand({
    summary: "Add a model, in the stack file",
    description: `Adds a model of the catalogue (docs/catalogue-models.md), or another by its source, to a GPU pool, and to tiers. Whether its weights
and its context fit the memory of the GPUs is one of the checks.`,
    arguments: [{ name: "model", help: "name of the service" }],
    options: {
        model: { type: "text", value: "NAME", help: "model of the catalogue (default: the name, without --source)" },
        source: { type: "text", value: "URL", help: "where the weights are: oci://, hf://, s3:// or pvc://" },
        "weights-gib": { type: "text", value: "GIB", help: "size of the loaded weights, with --source" },
        pool: { type: "text", value: "POOL", help: "GPU pool that serves it (default: the only one)" },
        replicas: { type: "text", value: "N", help: "number of replicas (default: 1)" },
        context: { type: "text", value: "TOKENS", help: "maximum tokens of a request" },
        tier: { type: "text", value: "TIER", multiple: true, help: "tier whose users may call it; may be given more than once" },
    },
    async edit(editing, [name], invocation) {
        const { addModel } = await import("../edit/models");
        const { numberOf } = await import("../edit/number");
        const pools = editing.file.names(["gpu", "pools"]);
        const pool = invocation.text("pool") ?? (pools.length === 1 ? pools[0] : undefined);
        if (pool === undefined) {
            throw new UsageError(
                `maas models add needs --pool: expected one of ${pools.join(", ") || "gpu.pools, which has none"}.`,
            );
        }
        const source = invocation.text("source");
        const model = invocation.text("model") ?? (source === undefined ? name : undefined);
        const tiers = invocation.texts("tier");
        const settings = {
            model,
            source,
            weightsGiB: numberOf(invocation, "weights-gib"),
            pool,
            replicas: numberOf(invocation, "replicas"),
            context: numberOf(invocation, "context"),
        };
        addModel(editing, {
            name: name!,
            settings: Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)),
            tiers,
        });
        return tiers.length === 0
            ? [`${name!} is in no tier: nobody may call it yet (maas tiers set --add-model ${name!}).`]
            : [];
    },
});
