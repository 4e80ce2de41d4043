import { containers } from "../pods";
import { resourceRule } from "../rule";

const FLAG = "--enable-force-include-usage";

/** Token limits count what the answers say of themselves. */
export const usageIsCounted = resourceRule(
    {
        name: "usage-is-counted",
        title: "Models say how many tokens they used, in streams too",
        why: "Token limits count the usage that an answer states. A stream states none unless its client asks, so whoever streams pays nothing and is never stopped.",
        remedy: `Give vLLM the flag ${FLAG} (args, or the variable VLLM_ADDITIONAL_ARGS).`,
        severity: "high",
        source: "facts/maas.md 13",
    },
    ["LLMInferenceService"],
    (subject, report) => {
        const main = containers(subject).find(({ path, value }) => path.startsWith("spec.template.") && value["name"] === "main");
        if (main === undefined) {
            if (!subject.unknownAt(["spec", "template", "containers"])) {
                report(`spec.template.containers: no container main gives vLLM ${FLAG}`);
            }
            return;
        }
        const env = (main.value["env"] ?? []) as { name?: string; value?: unknown }[];
        const given = [
            ...((main.value["args"] ?? []) as unknown[]),
            ...((main.value["command"] ?? []) as unknown[]),
            ...env.filter((e) => e.name === "VLLM_ADDITIONAL_ARGS").map((e) => e.value),
        ];
        // What is not known yet may hold it.
        if (!given.some((arg) => arg === undefined || (typeof arg === "string" && arg.split(/\s+/).includes(FLAG)))) {
            report(`${main.path}: vLLM is not given ${FLAG}`);
        }
    },
);
