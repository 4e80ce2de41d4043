import { GPU_NOTES_ANNOTATION } from "../../catalogue/labels";
import { resourceRule } from "../rule";

/** GPUs support the kernels and number formats that a model uses. */
export const modelsSuitTheirGpus = resourceRule(
    {
        name: "models-suit-their-gpus",
        title: "GPUs support what the arguments, variables and files of a model require",
        why: "A kernel or a number format that a GPU lacks makes vLLM slower, or makes it fail minutes after it loaded the weights.",
        remedy: "Remove the argument or variable, use other files (`quantization`), or use another pool.",
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
