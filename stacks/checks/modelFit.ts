/** Checks whether the GPUs of a pool support a model and have the memory for it. */
import type { PoolGpu } from "../../catalogue/gpu/gpuOfPool";
import { flagsOf, valueOf } from "../../catalogue/models/arguments";
import { described, gib, memoryNeed, type MemoryUse, sequencesThatFit } from "../../catalogue/models/memoryFit";
import { memoryOf, type ModelPlan } from "../../catalogue/models/modelPlan";
import { unsupported } from "../../catalogue/models/support";
import type { SettingsProblem } from "../problem";
import type { ModelSettings } from "../schema";
import type { Say } from "./say";

/** Pods whose GPUs are checked. */
interface Fit {
    readonly pool: string;
    readonly use: MemoryUse | undefined;
    /** The memory of the weights of a model that is not in the catalogue. */
    readonly leastGiB: number | undefined;
    readonly who: string;
    readonly prefill?: boolean;
}

/** Whether GPUs support the files and arguments of a model, and have the memory for its context. */
export function fitOn(
    { pool, use, leastGiB, who, prefill = false }: Fit,
    model: ModelSettings,
    plan: ModelPlan,
    gpu: PoolGpu,
    say: Say,
): SettingsProblem[] {
    const { entry, variant } = plan;
    const refused = unsupported(model, plan, { gpuName: gpu.name, computeCapability: gpu.computeCapability })
        .filter(({ verdict }) => verdict === "refused")
        .map(({ key, message }) => say(prefill ? "pool" : key, message));
    if (entry === undefined || variant === undefined || use === undefined) {
        return [
            ...refused,
            ...(leastGiB !== undefined && leastGiB > gpu.memoryGiB
                ? [
                      say(
                          "pool",
                          `${who} needs at least ${gib(leastGiB)} GiB for its weights (weightsGiB: ${model.weightsGiB}); a GPU of pool ${pool} (${gpu.name}) has ${gib(gpu.memoryGiB)}; expected more gpus, smaller files, or a pool with more memory`,
                      ),
                  ]
                : []),
        ];
    }
    const rescaled = flagsOf(model.args).some(({ name }) => ["--hf-overrides", "--rope-scaling"].includes(name));
    if (use.context > (rescaled ? entry.maxContext : entry.configContext)) {
        return [
            say(
                "context",
                `${entry.name} supports ${entry.configContext} tokens, got ${use.context}` +
                    (!rescaled && entry.maxContext > entry.configContext
                        ? `; up to ${entry.maxContext} with --hf-overrides in args that scale its positions`
                        : ""),
            ),
        ];
    }
    const half =
        ["half", "float16"].includes(valueOf(model.args, "--dtype") ?? model.vllm.dtype ?? "") && variant.quantization === "bf16";
    const least = half ? Math.min(7.5, variant.minComputeCapability) : variant.minComputeCapability;
    if (gpu.computeCapability !== undefined && gpu.computeCapability < least) {
        return [
            say(
                "pool",
                `${entry.name} in ${variant.quantization} needs compute capability ${least}, but the ${gpu.name} of pool ${pool} has ${gpu.computeCapability}` +
                    (variant.quantization === "bf16" && gpu.computeCapability >= 7.5
                        ? "; expected another pool, or vllm.dtype: half"
                        : "; expected another pool or quantization"),
            ),
        ];
    }
    if (refused.length > 0) {
        return refused;
    }
    const memory = memoryOf(plan, use);
    if ("unknown" in memory || memory.need.total <= gpu.memoryGiB) {
        return [];
    }
    return [
        say(
            "pool",
            `${who} needs ${described(memory.need, use)}; a GPU of pool ${pool} (${gpu.name}) has ${gib(gpu.memoryGiB)}` +
                remedy(plan, use, gpu.memoryGiB),
        ),
    ];
}

/** Changes that make the model fit: more GPUs, a shorter context, other files. */
function remedy({ entry, variant }: ModelPlan, use: MemoryUse, gpuGiB: number): string {
    const fits = (changed: Partial<MemoryUse>, files = variant!): boolean => {
        const need = memoryNeed(entry!, files, { ...use, ...changed });
        return need !== undefined && need.total <= gpuGiB;
    };
    const more = [2, 4, 8, 16].find((tensor) => tensor > use.tensor && entry!.attention.heads % tensor === 0 && fits({ tensor }));
    const one = sequencesThatFit(entry!, variant!, { ...use, context: 1024 }, gpuGiB) ?? 0;
    const shorter = Math.floor(one / use.sequences) * 1024;
    const other = entry!.variants.find((files) => files.quantization !== variant!.quantization && fits({}, files));
    const ways = [
        ...(shorter >= 1024 && shorter < use.context ? [`context: ${shorter}`] : []),
        ...(more === undefined ? [] : [`gpus: ${more * use.pipeline}`]),
        ...(other === undefined ? [] : [`quantization: ${other.quantization}`]),
    ];
    return `; expected ${[...ways, "a pool with more memory"].join(", or ")}`;
}
