/** Names of LoRA adapters. Requests name a model or an adapter alike, so no two may share a name. */
import type { SettingsProblem } from "../problem";
import type { ServedEntry } from "./canary";

/**
 * Adapters whose name is taken: by another adapter, or by a model. vLLM does not start with one name twice, and answers
 * with the model where an adapter has its name. A second version may have the adapters of its model.
 * Source: vllm-project/vllm@v0.18.0:vllm/entrypoints/openai/models/serving.py
 *
 * @param entries all that is run, second versions included
 * @param others names of further models
 */
export function adapterProblems(entries: readonly ServedEntry[], others: readonly string[]): SettingsProblem[] {
    const models = new Set([...entries.flatMap(({ name }) => name ?? []), ...others]);
    const first = new Map<string, { readonly path: string; readonly entry: string }>();
    const modelOf = (path: string): string => path.replace(/\.canary$/, "");
    return entries.flatMap(({ path: entry, value }) =>
        (value?.lora?.adapters ?? []).flatMap(({ name }, i): SettingsProblem[] => {
            const path = `${entry}.lora.adapters[${i}].name`;
            if (models.has(name)) {
                return [{ path, message: `${JSON.stringify(name)} is the name of a model already; expected another` }];
            }
            const before = first.get(name);
            if (before === undefined) {
                first.set(name, { path, entry });
                return [];
            }
            return before.entry !== entry && modelOf(before.entry) === modelOf(entry)
                ? []
                : [{ path, message: `${JSON.stringify(name)} stands at ${before.path} already; expected another` }];
        }),
    );
}
