/** Against the formulas, and the smallest tensor parallelism by card that they give: docs/sources/llm-d.md#memory. */
import { kvBytesPerSequence, memoryNeed, type MemoryUse, sequencesThatFit } from "../../../catalogue/models/memoryFit";
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
