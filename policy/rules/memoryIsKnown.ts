import { GPU_MEMORY_ANNOTATION } from "../../catalogue/labels";
import { resourceRule } from "../rule";

/** The GPU memory that a model needs is known before its nodes are created. */
export const memoryIsKnown = resourceRule(
    {
        name: "memory-is-known",
        title: "The GPU memory that a model needs is known",
        why: "If the size of a model's weights is not known, nothing checks whether the model fits its GPUs. A model that does not fit fails when vLLM runs out of memory, on nodes that already cost money.",
        remedy: "Set `weightsGiB` of the model to the size of its weights: the sum of the files, or the number of parameters times the bytes of each.",
        severity: "medium",
        source: "docs/sources/llm-d.md#memory",
        fields: { models: "weightsGiB" },
        levels: { sandbox: "advisory", development: "advisory", production: "mandatory" },
    },
    ["LLMInferenceService"],
    (subject, report) => {
        const memory: unknown = subject.value["metadata"]?.annotations?.[GPU_MEMORY_ANNOTATION];
        if (typeof memory === "string" && memory.startsWith("unknown")) {
            report(`GPU memory: ${memory}`);
        }
    },
);
