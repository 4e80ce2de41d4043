/** Names of LoRA adapters. Requests name models and adapters in the same field, so all names must differ. */
import type { SettingsProblem } from "../problem";
import type { ServedEntry } from "./canary";

/**
 * Adapters with the name of another adapter or of a model. vLLM does not start with two adapters of one name, and serves the
 * model if an adapter has its name. A canary may have the adapters of its model.
 * Source: vllm-project/vllm@v0.18.0:vllm/entrypoints/openai/models/serving.py
 *
 * @param entries all models, with their canaries
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
                return [{ path, message: `${JSON.stringify(name)} is already the name of a model; expected another` }];
            }
            const before = first.get(name);
            if (before === undefined) {
                first.set(name, { path, entry });
                return [];
            }
            return before.entry !== entry && modelOf(before.entry) === modelOf(entry)
                ? []
                : [{ path, message: `${JSON.stringify(name)} is already at ${before.path}; expected another` }];
        }),
    );
}
