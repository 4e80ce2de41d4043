/** Against the formulas, and the smallest tensor parallelism by card that they give: docs/sources/llm-d.md#memory. */
import {
    described,
    gib,
    kvBytesPerSequence,
    memoryNeed,
    type MemoryUse,
    sequencesThatFit,
} from "../../../catalogue/models/memoryFit";
import { catalogueModels, type ModelEntry, modelNamed, type ModelVariant } from "../../../catalogue/models/modelCatalogue";

const reference: MemoryUse = {
    context: 8192,
    sequences: 4,
    tensor: 1,
    pipeline: 1,
    expertRanks: 1,
    gpuMemoryUtilization: 0.9,
    kvBytes: 2,
    maxNumSeqs: 64,
    enforceEager: false,
};

function files(name: string, quantization: string): [ModelEntry, ModelVariant] {
    const model = modelNamed(name)!;
    return [model, model.variants.find((v) => v.quantization === quantization)!];
}

it.each([
    ["gpt-oss-20b", "mxfp4", {}, 18.6],
    ["gpt-oss-120b", "mxfp4", {}, 72.3],
    ["nemotron-3-nano-30b-a3b", "bf16", {}, 70.2],
    ["nemotron-3-nano-30b-a3b", "fp8", { kvBytes: 1 }, 37.4],
    ["nemotron-nano-9b", "bf16", {}, 22.5],
    ["qwen3-0.6b", "bf16", {}, 7.5],
    ["qwen3-4b", "bf16", {}, 15.7],
    ["qwen3-8b", "bf16", {}, 24.4],
    ["qwen3-30b-a3b", "bf16", {}, 70.0],
    ["opt-125m", "bf16", { context: 2048 }, 3.0],
    ["granite-3.1-2b", "bf16", {}, 10.4],
    ["granite-4.0-h-small", "bf16", {}, 71.8],
    ["llama-3.1-8b", "bf16", {}, 23.5],
    ["llama-3.3-70b", "bf16", {}, 160.7],
    ["llama-3.3-70b", "fp8", {}, 89.8],
    ["mistral-small-24b", "bf16", {}, 58.8],
    ["bge-m3", "bf16", {}, 2.5],
] as const)("%s in %s needs what the worked example says", (name, quantization, use, expected) => {
    const { total } = memoryNeed(...files(name, quantization), { ...reference, ...use })!;
    expect(total).toBeCloseTo(expected, 0.8);
});

/** Memory of a card as CUDA reports it, and the smallest tensor parallelism of the example; null: none up to 8. */
const cards = { A10G: 22, L4: 22.5, L40S: 44.4, "A100-80": 80, H200: 141 } as const;
it.each<[string, string, Partial<Record<keyof typeof cards, number | null>>]>([
    ["gpt-oss-20b", "mxfp4", { A10G: 1, L4: 1, L40S: 1 }],
    ["gpt-oss-120b", "mxfp4", { A10G: 4, L4: 4, L40S: 2, "A100-80": 1 }],
    ["nemotron-3-nano-30b-a3b", "bf16", { A10G: 4, L4: 4, L40S: 2, "A100-80": 1 }],
    ["nemotron-nano-9b-v2", "bf16", { A10G: 2, L4: 1, L40S: 1 }],
    ["qwen3-8b", "bf16", { A10G: 2, L4: 2, L40S: 1 }],
    ["qwen3-8b", "fp8-dynamic", { A10G: 1, L4: 1 }],
    ["granite-4.0-h-small", "bf16", { A10G: 4, L4: 4, L40S: 2, "A100-80": 1 }],
    ["deepseek-r1-distill-qwen-14b", "bf16", { A10G: 4, L4: 2, L40S: 1 }],
    ["llama-3.3-70b-instruct", "bf16", { A10G: null, L4: null, L40S: 4, "A100-80": 4, H200: 2 }],
    ["llama-3.3-70b-instruct", "fp8", { A10G: 8, L4: 8, L40S: 4, "A100-80": 2, H200: 1 }],
])("%s in %s takes as many cards as the worked example", (name, quantization, expected) => {
    const [model, variant] = files(name, quantization);
    const smallest = (gib: number): number | null =>
        [1, 2, 4, 8].find((tensor) => memoryNeed(model, variant, { ...reference, tensor })!.total <= gib) ?? null;
    const found = Object.fromEntries(Object.keys(expected).map((card) => [card, smallest(cards[card as keyof typeof cards])]));
    expect(found).toEqual(expected);
});

it("counts the KV cache as the configuration says", () => {
    const llama = modelNamed("llama-3.1-8b")!.attention;
    const one = { context: 1, tensor: 1, pipeline: 1, kvBytes: 2 } as const;
    expect(kvBytesPerSequence(llama, one)).toBe(131_072);
    // An FP8 cache halves it, stages divide it, and GPUs divide it until each has one head.
    expect(kvBytesPerSequence(llama, { ...one, kvBytes: 1 })).toBe(65_536);
    expect(kvBytesPerSequence(llama, { ...one, pipeline: 2 })).toBe(65_536);
    expect(kvBytesPerSequence(llama, { ...one, tensor: 8 })).toBe(16_384);
    expect(kvBytesPerSequence(llama, { ...one, tensor: 16 })).toBe(16_384);
    // Half the layers of gpt-oss look back 128 tokens only.
    const oss = modelNamed("gpt-oss-20b")!.attention;
    expect(kvBytesPerSequence(oss, { ...one, context: 8192 })).toBe(24_576 * (8192 + 128));
});

it("does not guess what no source states", () => {
    const [model, variant] = files("nemotron-nano-9b", "fp8-dynamic");
    expect(variant.weightsGiB).toBeNull();
    expect(memoryNeed(model, variant, reference)).toBeUndefined();
    expect(sequencesThatFit(model, variant, reference, 80)).toBeUndefined();
});

it("says how many sequences a GPU holds, and agrees with itself", () => {
    const [model, variant] = files("qwen3-8b", "bf16");
    const most = sequencesThatFit(model, variant, reference, 44.4)!;
    expect(most).toBeGreaterThan(4);
    expect(memoryNeed(model, variant, { ...reference, sequences: most })!.total).toBeLessThanOrEqual(44.4);
    expect(memoryNeed(model, variant, { ...reference, sequences: most + 1 })!.total).toBeGreaterThan(44.4);
});

it("has of every model what the programs need, and each name and source once", () => {
    const names = catalogueModels().flatMap((m) => [m.name, ...m.aliases]);
    expect(new Set(names).size).toBe(names.length);
    const sources = catalogueModels().flatMap((m) => m.variants.flatMap((v) => v.sources));
    expect(new Set(sources).size).toBe(sources.length);
    for (const { name, variants, context, configContext, maxContext } of catalogueModels()) {
        expect([name, variants.length > 0, variants.every((v) => v.sources.length > 0)]).toEqual([name, true, true]);
        expect([name, context <= configContext, configContext <= maxContext]).toEqual([name, true, true]);
    }
});

describe("the terms", () => {
    const figures: ModelVariant = { ...files("qwen3-8b", "bf16")[1], weightsGiB: 16 };
    const model: ModelEntry = {
        ...files("qwen3-8b", "bf16")[0],
        attention: {
            kvLayers: 4,
            slidingWindowLayers: 2,
            slidingWindow: 100,
            kvHeads: 8,
            headDim: 64,
        } as ModelEntry["attention"],
        overhead: { hybridStateGiB: 2, activationGiB: 3, fixedGiB: 1, cudaGraphGiB: 0.5 } as ModelEntry["overhead"],
    };
    const use: MemoryUse = {
        ...reference,
        context: 1024,
        sequences: 8,
        tensor: 2,
        pipeline: 2,
        expertRanks: 2,
        gpuMemoryUtilization: 0.5,
    };

    it("are divided among GPUs, stages and ranks as each can be", () => {
        const need = memoryNeed(model, figures, { ...use, maxNumSeqs: 128 })!;
        const kvCache = (2 * 4 * 64 * 2 * (4 * 1024 + 2 * 100) * 8) / 2 / 2 ** 30;
        expect(need).toEqual({
            weights: 2,
            kvCache,
            state: 2,
            activation: 3,
            fixed: 1.3,
            graphs: 0.5,
            total: (2 + kvCache + 2 + 3 + 1.3) / 0.5 + 0.5,
        });
        expect(memoryNeed(model, figures, { ...use, enforceEager: true })!.graphs).toBe(0);
    });

    it("look back no further than the context", () => {
        const attention = { ...model.attention, slidingWindow: null } as unknown as ModelEntry["attention"];
        const one = { context: 50, tensor: 1, pipeline: 1, kvBytes: 1 } as const;
        expect(kvBytesPerSequence(model.attention, one)).toBe(2 * 8 * 64 * 6 * 50);
        expect(kvBytesPerSequence(attention, { ...one, context: 500 })).toBe(2 * 8 * 64 * 6 * 500);
    });

    it("leave room for so many sequences, none where there is no room, any where none takes some", () => {
        const least = memoryNeed(model, figures, { ...use, sequences: 0 })!.total;
        const each = kvBytesPerSequence(model.attention, use) / 2 ** 30;
        expect(sequencesThatFit(model, figures, use, least + (each * 3.5) / 0.5)).toBe(3);
        expect(sequencesThatFit(model, figures, use, least - 1)).toBe(0);
        const none = { ...model, attention: { ...model.attention, kvLayers: 0, slidingWindowLayers: 0 } };
        expect(sequencesThatFit(none, figures, use, 80)).toBe(Infinity);
    });

    it("are told in words, those that are nothing left out", () => {
        const need = { weights: 2, kvCache: 0.25, state: 1, activation: 3, fixed: 1.3, graphs: 0.5, total: 15.6 };
        expect(described(need, use)).toBe(
            "15.6 GiB: weights at least 2.0, KV cache 0.25 for 8 x 1024 tokens, state 1.0, activations 3.0, CUDA 1.3, all of that within 0.5 of the GPU, CUDA graphs 0.50 beside it",
        );
        expect(described({ ...need, state: 0, graphs: 0 }, { ...use, expertRanks: 1, gpuMemoryUtilization: 1 })).toBe(
            "15.6 GiB: weights 2.0, KV cache 0.25 for 8 x 1024 tokens, activations 3.0, CUDA 1.3",
        );
        expect([0.994, 1, 12.34].map(gib)).toEqual(["0.99", "1.0", "12.3"]);
    });
});
