import { editCommand } from "../editCommand";

export const command = editCommand({
    summary: "Give a model a second version that gets a share of the requests, in the stack file",
    description: `Begins a second version of a model behind the gateway of llm-d, or changes its share and its settings (docs/models.md). What is not
given stays as it is, and is the model's at first.`,
    arguments: [{ name: "model", help: "a model of the stack" }],
    options: {
        weight: { type: "text", value: "PERCENT", help: "share of the requests, 0 to 100 (default: as it is, 0 at first)" },
        model: { type: "text", value: "NAME", help: "model of the catalogue" },
        source: { type: "text", value: "URL", help: "where the weights are: oci://, hf://, s3:// or pvc://" },
        image: { type: "text", value: "IMAGE", help: "vLLM image" },
        pool: { type: "text", value: "POOL", help: "GPU pool that serves it" },
        replicas: { type: "text", value: "N", help: "number of replicas" },
    },
    async edit(editing, [name], invocation) {
        const { setCanary } = await import("../edit/models");
        const { numberOf } = await import("../edit/number");
        setCanary(editing, name!, {
            weight: numberOf(invocation, "weight"),
            model: invocation.text("model"),
            source: invocation.text("source"),
            image: invocation.text("image"),
            pool: invocation.text("pool"),
            replicas: numberOf(invocation, "replicas"),
        });
        return [`Then: maas models promote, or maas models rollback.`];
    },
});
