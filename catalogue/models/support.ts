/** Support of a model's variables, arguments and files by the GPUs of its pool. The facts and their sources are in vllmSupport.json. */
import { flagsOf } from "./arguments";
import type { Model } from "./model";
import type { ModelPlan } from "./modelPlan";
import table from "./vllmSupport.json";

interface Support {
    readonly env?: string;
    readonly flag?: string;
    /** Whether it is about the files themselves. */
    readonly weights?: boolean;
    /** Values that it is about. */
    readonly value?: string;
    /** Quantizations whose code in vLLM was read. */
    readonly quantization?: string;
    /** Whether it is about mixtures of experts alone. */
    readonly experts?: boolean;
    /** Least compute capability, first that is too new, and those between that are not supported; absent: any. */
    readonly least?: number;
    readonly below?: number;
    readonly but?: readonly number[];
    /** refused: vLLM does not start. told: it is slower, or whether it starts is not certain. */
    readonly verdict?: "refused" | "told";
    readonly why?: string;
    readonly source: string;
}

/** A GPU, as far as this must know it. */
export interface Capability {
    /** Product name: `NVIDIA L40S`. */
    readonly gpuName: string | undefined;
    /** CUDA compute capability: 8.9; undefined when unknown. */
    readonly computeCapability?: number | undefined;
}

/** Something that the GPUs of a pool do not support. */
export interface Unsupported {
    readonly verdict: "refused" | "told";
    /** Setting of the model that says so: `env.NAME`, `args[1]`, `vllm.dtype`; `pool` for what the catalogue says. */
    readonly key: string;
    readonly message: string;
}

/** Every variable and argument with known support. */
export const supports: readonly Support[] = table.entries as readonly Support[];

const SETTINGS: Readonly<Record<string, string>> = { "--kv-cache-dtype": "vllm.kvCacheDtype", "--dtype": "vllm.dtype" };

/** The features of a model that the GPUs of its pool do not support; empty where their compute capability is unknown. */
export function unsupported(
    model: Model,
    plan: ModelPlan,
    { gpuName, computeCapability: capability }: Capability,
): Unsupported[] {
    if (capability === undefined) {
        return [];
    }
    return supports.flatMap((support) => {
        const given = occurrence(support, model, plan);
        const runs =
            support.least === undefined ||
            (capability >= support.least &&
                !(support.below !== undefined && capability >= support.below) &&
                support.but?.includes(capability) !== true);
        const about = concerns(support, plan);
        if (given === undefined || runs || about === false) {
            return [];
        }
        return [
            {
                // Of an image of its own, and of files that the catalogue does not know, nothing is certain.
                verdict: about === undefined || model.image !== undefined ? "told" : support.verdict!,
                key: given.key,
                message: `${given.what} on the ${gpuName ?? "GPUs"} of the pool (compute capability ${capability}): ${support.why!}`,
            },
        ];
    });
}

/** Whether an entry is about the files of a model; undefined where that is not known. */
function concerns({ quantization, experts }: Support, { entry, variant }: ModelPlan): boolean | undefined {
    if (entry === undefined || variant === undefined) {
        return quantization === undefined && experts === undefined ? true : undefined;
    }
    return (
        (quantization === undefined || new RegExp(quantization).test(variant.quantization)) &&
        (experts !== true || entry.experts !== null)
    );
}

function occurrence(
    { env, flag, weights, value }: Support,
    model: Model,
    plan: ModelPlan,
): { readonly key: string; readonly what: string } | undefined {
    const matches = (text: string | undefined): boolean => value === undefined || new RegExp(value).test(text ?? "");
    if (weights === true) {
        return plan.variant === undefined ? undefined : { key: "pool", what: `${plan.variant.quantization} weights` };
    }
    if (env !== undefined) {
        return env in plan.env && matches(plan.env[env])
            ? { key: env in model.env ? `env.${env}` : "pool", what: `${env}=${plan.env[env]}` }
            : undefined;
    }
    // The last one holds.
    const found = flagsOf(plan.args).findLast(({ name }) => name === flag);
    if (found === undefined || !matches(found.value)) {
        return undefined;
    }
    const own = flagsOf(model.args).findLast(({ name }) => name === flag);
    return {
        key: own === undefined ? (SETTINGS[flag!] ?? "pool") : `args[${own.index}]`,
        what: `${flag}=${found.value ?? ""}`,
    };
}

/** Notes about a model on its pool, in one line; undefined when there are none. */
export function notesOf(model: Model, plan: ModelPlan, gpus: readonly Capability[]): string | undefined {
    const told = gpus.flatMap((gpu) => unsupported(model, plan, gpu)).filter(({ verdict }) => verdict === "told");
    return told.length === 0 ? undefined : [...new Set(told.map(({ message }) => message))].join("; ");
}
