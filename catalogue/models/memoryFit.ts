/**
 * The GPU memory that a model needs: weights, KV cache, and what vLLM takes beside them.
 * Source: docs/sources/llm-d.md#memory. Weights and KV cache follow from the model's configuration; activation,
 * CUDA context and CUDA graphs are planning assumptions.
 */
import type { ModelEntry, ModelVariant } from "./modelCatalogue";

/** The settings of a model that decide how much memory it needs. */
export interface MemoryUse {
    /** Tokens of one sequence. */
    readonly context: number;
    /** Sequences of that length whose keys and values are held at once. vLLM starts with 1. */
    readonly sequences: number;
    readonly tensor: number;
    readonly pipeline: number;
    /** Ranks among which the experts of a mixture are split beside `tensor`; 1 without expert parallelism. */
    readonly expertRanks: number;
    /** Share of the GPU's memory that vLLM takes, 0 to 1. */
    readonly gpuMemoryUtilization: number;
    /** Bytes of one element of the KV cache: 2 as the weights, 1 with an FP8 cache. */
    readonly kvBytes: 1 | 2;
    /** Most sequences that are scheduled together; the state of hybrid models grows with it. */
    readonly maxNumSeqs: number;
    /** Whether CUDA graphs are left out. */
    readonly enforceEager: boolean;
}

/** Memory of one GPU in GiB, term by term. */
export interface MemoryNeed {
    readonly weights: number;
    readonly kvCache: number;
    /** State of the Mamba layers of hybrid models. */
    readonly state: number;
    readonly activation: number;
    /** CUDA context and communication between GPUs. */
    readonly fixed: number;
    /** CUDA graphs, allocated beside the share that vLLM takes. */
    readonly graphs: number;
    /** The memory that the GPU must have in all. */
    readonly total: number;
}

const GIB = 2 ** 30;
/** Sequences for which the catalogue states the state of hybrid models. */
const STATE_SEQUENCES = 64;
/** Communication buffers of each further GPU of a tensor-parallel group, in GiB. */
const PER_TENSOR_RANK = 0.3;

/** Bytes of keys and values of one sequence on one GPU. KV heads are replicated where there are more GPUs than heads. */
export function kvBytesPerSequence(
    { kvLayers, slidingWindowLayers, slidingWindow, kvHeads, headDim }: ModelEntry["attention"],
    { context, tensor, pipeline, kvBytes }: Pick<MemoryUse, "context" | "tensor" | "pipeline" | "kvBytes">,
): number {
    const perLayerAndToken = 2 * Math.max(1, Math.floor(kvHeads / tensor)) * headDim * kvBytes;
    const tokens = kvLayers * context + slidingWindowLayers * Math.min(context, slidingWindow ?? context);
    return (perLayerAndToken * tokens) / pipeline;
}

/** The memory that one GPU must have; undefined when the size of the weights is unknown. */
export function memoryNeed(model: ModelEntry, variant: ModelVariant, use: MemoryUse): MemoryNeed | undefined {
    if (variant.weightsGiB === null) {
        return undefined;
    }
    const { overhead } = model;
    const weights = variant.weightsGiB / (use.tensor * use.pipeline * use.expertRanks);
    const kvCache = (kvBytesPerSequence(model.attention, use) * use.sequences) / GIB;
    const state = (overhead.hybridStateGiB * use.maxNumSeqs) / STATE_SEQUENCES / use.tensor;
    const activation = overhead.activationGiB;
    const fixed = overhead.fixedGiB + PER_TENSOR_RANK * (use.tensor - 1);
    const graphs = use.enforceEager ? 0 : overhead.cudaGraphGiB;
    return {
        weights,
        kvCache,
        state,
        activation,
        fixed,
        graphs,
        total: (weights + kvCache + state + activation + fixed) / use.gpuMemoryUtilization + graphs,
    };
}

/** Sequences of the whole context that a GPU of `gpuGiB` holds at once; Infinity for a model without a KV cache. */
export function sequencesThatFit(model: ModelEntry, variant: ModelVariant, use: MemoryUse, gpuGiB: number): number | undefined {
    const without = memoryNeed(model, variant, { ...use, sequences: 0 });
    if (without === undefined) {
        return undefined;
    }
    const free = (gpuGiB - without.total) * use.gpuMemoryUtilization * GIB;
    const each = kvBytesPerSequence(model.attention, use);
    return each === 0 ? Infinity : Math.max(0, Math.floor(free / each));
}

/** `62.4 GiB: weights 58.1, KV cache …`, for messages. */
export function described(need: MemoryNeed, use: MemoryUse): string {
    const terms = [
        // Experts are split among more ranks than the rest; how much of the weights they are, no source states.
        `weights ${use.expertRanks > 1 ? "at least " : ""}${gib(need.weights)}`,
        `KV cache ${gib(need.kvCache)} for ${use.sequences} x ${use.context} tokens`,
        ...(need.state > 0 ? [`state ${gib(need.state)}`] : []),
        `activations ${gib(need.activation)}`,
        `CUDA ${gib(need.fixed)}`,
        ...(use.gpuMemoryUtilization < 1 ? [`all of that within ${use.gpuMemoryUtilization} of the GPU`] : []),
        ...(need.graphs > 0 ? [`CUDA graphs ${gib(need.graphs)} beside it`] : []),
    ];
    return `${gib(need.total)} GiB: ${terms.join(", ")}`;
}

/** Two digits where one would hide the figure. */
export function gib(value: number): string {
    return value < 1 ? value.toFixed(2) : value.toFixed(1);
}
