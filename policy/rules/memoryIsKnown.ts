import { GPU_MEMORY_ANNOTATION } from "../../catalogue/labels";
import { resourceRule } from "../rule";

/** A model that does not fit its GPU shows it after the node came and the weights were downloaded. */
export const memoryIsKnown = resourceRule(
    {
        name: "memory-is-known",
        title: "What a model needs of a GPU's memory is known",
        why: "Whether a model fits its GPUs is looked at before anything is created, but only where the size of its weights is known; otherwise it shows when vLLM ends for want of memory, on nodes that are paid for.",
        remedy: "State the size of the weights: `weightsGiB`, the sum of the files or the parameters times the bytes of one.",
        severity: "medium",
        source: "docs/sources/llm-d.md#memory",
        fields: { models: "weightsGiB" },
        levels: { sandbox: "advisory", development: "advisory", production: "mandatory" },
    },
    ["LLMInferenceService"],
    (subject, report) => {
        const memory: unknown = subject.value["metadata"]?.annotations?.[GPU_MEMORY_ANNOTATION];
        if (typeof memory === "string" && memory.startsWith("unknown")) {
            report(`memory of a GPU: ${memory}`);
        }
    },
);
