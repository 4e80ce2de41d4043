import { GPU_NOTES_ANNOTATION } from "../../catalogue/labels";
import { resourceRule } from "../rule";

/** What is slow on a GPU, or may not start on it, is told before the node is paid for. */
export const modelsSuitTheirGpus = resourceRule(
    {
        name: "models-suit-their-gpus",
        title: "GPUs support what a model's arguments, variables and files ask of them",
        why: "A kernel or a number format that a GPU lacks makes vLLM slower, or ends it minutes after the weights were loaded.",
        remedy: "Leave the argument or variable out, take other files (`quantization`), or another pool.",
        severity: "low",
        source: "docs/sources/llm-d.md#capabilities",
        fields: { models: "pool" },
        levels: { sandbox: "advisory", development: "advisory", production: "advisory" },
    },
    ["LLMInferenceService"],
    (subject, report) => {
        const notes: unknown = subject.value["metadata"]?.annotations?.[GPU_NOTES_ANNOTATION];
        if (typeof notes === "string" && notes !== "") {
            report(notes);
        }
    },
);
