import { resourceRule } from "../rule";
import type { Subject } from "../subject";

const FLAG = "--enable-force-include-usage";

/** Token limits count the usage that responses report. */
export const usageIsCounted = resourceRule(
    {
        name: "usage-is-counted",
        title: "Models report the tokens that they use, also in streams",
        why: "Token limits count the usage that a response reports. A stream reports none unless its client requests it, so clients that stream would have no limit.",
        remedy: `Give vLLM the flag ${FLAG} (args, or the variable VLLM_ADDITIONAL_ARGS).`,
        severity: "high",
        source: "docs/sources/connectivity-link.md#token-limits",
    },
    ["LLMInferenceService"],
    (subject, report) => {
        const list = ["spec", "template", "containers"];
        const all = (subject.value["spec"]?.template?.containers ?? []) as (Main | undefined)[];
        const named = (i: number): boolean => all[i]?.name === "main" || subject.unknownAt([...list, i, "name"]);
        const candidates = all.map((_, i) => i).filter(named);
        if (candidates.length === 0) {
            if (!subject.unknownAt(list)) {
                report(
                    `spec.template.containers: container main does not set ${FLAG}, so token limits do not count streams; add the flag`,
                );
            }
        } else if (!candidates.some((i) => mayHaveFlag(subject, [...list, i], all[i]))) {
            report(
                `${list.join(".")}[${candidates[0]}]: ${FLAG} is not set, so token limits do not count streams; add the flag to args`,
            );
        }
    },
);

interface Main {
    readonly name?: string;
    readonly args?: readonly unknown[];
    readonly command?: readonly unknown[];
    readonly env?: readonly ({ readonly name?: string; readonly value?: unknown } | undefined)[];
}

/** Whether a container sets the flag, or may set it in a value that is not known yet. */
function mayHaveFlag(subject: Subject, path: readonly PropertyKey[], container: Main | undefined): boolean {
    const hasFlag = (value: unknown): boolean => typeof value === "string" && value.split(/\s/).includes(FLAG);
    const env = container?.env ?? [];
    const unknown = (...more: PropertyKey[]): boolean => subject.unknownAt([...path, ...more]);
    return (
        [...(container?.args ?? []), ...(container?.command ?? [])].some(hasFlag) ||
        ["args", "command"].some((part) => subject.unknownIn([...path, part])) ||
        unknown("env") ||
        env.some(
            (e, i) =>
                (e?.name === "VLLM_ADDITIONAL_ARGS" || unknown("env", i, "name")) &&
                (hasFlag(e?.value) || unknown("env", i, "value")),
        )
    );
}
