/** Models that a stack may name. The figures, their sources and their date are in catalogue.json. */
import table from "./models.json";

/** The files of a model in one quantization. */
export interface ModelVariant {
    /** As stacks name it: `bf16`, `fp8-dynamic`, `mxfp4`. */
    readonly quantization: string;
    /** Sources of its files, the preferred one first: `oci://…` is a ModelCar. */
    readonly sources: readonly string[];
    /** Size of the weights in GiB; null when no source states it. */
    readonly weightsGiB: number | null;
    /** The source of that figure. */
    readonly weightsBasis: string;
    /** Least CUDA compute capability on which vLLM runs it. */
    readonly minComputeCapability: number;
    /** Whether Hugging Face asks for a token of somebody who accepted the licence; null: unknown. */
    readonly gated: boolean | null;
}

/** A model of the catalogue. */
export interface ModelEntry {
    readonly name: string;
    /** Other names that a stack may use. */
    readonly aliases: readonly string[];
    readonly kind: "generate" | "embed";
    readonly parameters: number;
    /** The first is the one that is served when a stack says nothing. */
    readonly variants: readonly ModelVariant[];
    readonly attention: {
        readonly layers: number;
        /** Layers that keep keys and values of all tokens. */
        readonly kvLayers: number;
        /** Layers that keep them of the last `slidingWindow` tokens only. */
        readonly slidingWindowLayers: number;
        readonly slidingWindow: number | null;
        readonly heads: number;
        readonly kvHeads: number;
        readonly headDim: number;
    };
    /** Experts of a mixture; null for a dense model. */
    readonly experts: number | null;
    /** Memory of one GPU beside weights and KV cache: planning assumptions, in GiB. */
    readonly overhead: {
        /** State of the Mamba layers at 64 sequences. */
        readonly hybridStateGiB: number;
        readonly activationGiB: number;
        /** CUDA context. */
        readonly fixedGiB: number;
        readonly cudaGraphGiB: number;
    };
    /** Tokens of a request that a stack gets when it says nothing. */
    readonly context: number;
    /** Most tokens that the model's configuration allows. */
    readonly configContext: number;
    /** Most tokens that its authors name; beyond `configContext` the positions must be rescaled. */
    readonly maxContext: number;
    /** vLLM settings that it needs, by the names of the stack's `vllm`. */
    readonly vllm: { readonly trustRemoteCode?: boolean; readonly maxNumSeqs?: number };
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly toolParser: string | null;
    readonly reasoningParser: string | null;
    readonly resources: { readonly requests: Resources; readonly limits: Resources } | null;
    readonly license: string | null;
    readonly notes: string;
    readonly sources: readonly string[];
}

/** CPU and memory of a pod. */
export interface Resources {
    readonly cpu: string;
    readonly memory: string;
}

const models = table.models as unknown as readonly ModelEntry[];
const byName = new Map(models.flatMap((model) => [model.name, ...model.aliases].map((name) => [name, model] as const)));
const bySource = new Map(
    models.flatMap((model) => model.variants.flatMap((variant) => variant.sources.map((source) => [source, { model, variant }]))),
);

/** The model of a name or alias; undefined when the catalogue has none. */
export function modelNamed(name: string): ModelEntry | undefined {
    return byName.get(name);
}

/** The model whose files are at a source; undefined when the catalogue has none. */
export function modelAt(source: string): { readonly model: ModelEntry; readonly variant: ModelVariant } | undefined {
    return bySource.get(source);
}

/** All models, in the order of the catalogue. */
export function catalogueModels(): readonly ModelEntry[] {
    return models;
}

/** All names that a stack may use. */
export function modelNames(): string[] {
    return [...byName.keys()];
}
