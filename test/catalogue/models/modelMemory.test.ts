/** What a model uses of its GPUs' memory, as far as its settings and the catalogue tell. */
import { memoryLine, memoryOf, planModel } from "../../../catalogue/models/modelPlan";
import { modelSchema } from "../../../stacks/schema";

const plan = (settings: object): ReturnType<typeof planModel> =>
    planModel(modelSchema.parse({ name: "m", pool: "l40s", ...settings }));

describe("what is not told", () => {
    it("is that a model has a memory which nobody knows", () => {
        const unknown = (settings: object): string => memoryLine(plan(settings), 48);
        expect(unknown({ source: "oci://r.example.com/m:1" })).toBe(
            "unknown, of 48.0 GiB: the catalogue does not know its source",
        );
        expect(memoryLine(plan({ source: "oci://r.example.com/m:1" }), undefined)).toMatch(
            /^unknown, of a GPU whose memory is unknown: /,
        );
        const known = plan({ model: "qwen3-8b" });
        expect(memoryOf({ ...known, use: undefined })).toEqual({ unknown: "no context is known" });
        expect(memoryOf({ ...known, variant: undefined })).toEqual({ unknown: "the catalogue does not know its source" });
        expect(memoryOf(plan({ model: "nemotron-nano-9b", quantization: "fp8-dynamic" }))).toEqual({
            unknown: expect.stringMatching(/^no source states the size of the fp8-dynamic weights of nemotron-nano-9b/),
        });
    });
    it("is how many sequences fit where the card is not known", () => {
        const known = plan({ model: "qwen3-8b" });
        expect(memoryLine(known, 48)).toMatch(/GiB: weights .*; of 48\.0 GiB; room for \d+ x 16384 tokens$/);
        expect(memoryLine(known, undefined)).toMatch(/; of a GPU whose memory is unknown$/);
    });
});

describe("the use of memory", () => {
    const use = (settings: object): ReturnType<typeof planModel>["use"] => plan({ model: "qwen3-8b", ...settings }).use;
    it("is vLLM's own default where nothing is said", () => {
        expect(use({})).toEqual({
            context: 16_384,
            sequences: 1,
            tensor: 1,
            pipeline: 1,
            expertRanks: 1,
            gpuMemoryUtilization: 0.9,
            kvBytes: 2,
            maxNumSeqs: 256,
            enforceEager: false,
        });
    });
    it("is what the settings say", () => {
        const vllm = { gpuMemoryUtilization: 0.8, maxNumSeqs: 16, enforceEager: true, kvCacheDtype: "fp8" };
        expect(use({ vllm, context: 1000, concurrency: 3 })).toMatchObject({
            context: 1000,
            sequences: 3,
            gpuMemoryUtilization: 0.8,
            kvBytes: 1,
            maxNumSeqs: 16,
            enforceEager: true,
        });
    });
    it("is what free arguments say, before the settings", () => {
        const args = ["--gpu-memory-utilization=0.7", "--max-num-seqs 8", "--kv_cache_dtype=fp8_e4m3", "--enforce-eager"];
        expect(use({ args, vllm: { gpuMemoryUtilization: 0.8, maxNumSeqs: 16, kvCacheDtype: "auto" } })).toMatchObject({
            gpuMemoryUtilization: 0.7,
            maxNumSeqs: 8,
            kvBytes: 1,
            enforceEager: true,
        });
        expect(use({ args: ["--max-num-seqs", "8"] })?.maxNumSeqs).toBe(8);
        // What is no number says nothing.
        expect(use({ args: ["--max-num-seqs=many"] })?.maxNumSeqs).toBe(256);
    });
    it("splits the experts of a mixture alone", () => {
        const ranks = (model: string, expert: boolean): number | undefined =>
            use({ model, gpus: 4, parallelism: { data: 4, expert } })?.expertRanks;
        expect([ranks("qwen3-30b-a3b", true), ranks("qwen3-30b-a3b", false), ranks("qwen3-8b", true)]).toEqual([4, 1, 1]);
    });
    it("is that of each side where prefill is apart", () => {
        const { use: decode, prefillUse, prefillGpus, prefillTensor } = plan({ model: "qwen3-8b", prefill: { gpus: 2 } });
        expect([decode?.tensor, prefillUse?.tensor, prefillGpus, prefillTensor]).toEqual([1, 2, 2, 2]);
        const whole = plan({ model: "qwen3-8b", gpus: 2, prefill: {} });
        expect([whole.prefillGpus, whole.prefillArgs.includes("--tensor-parallel-size=2")]).toEqual([2, true]);
        const alone = plan({ model: "qwen3-8b" });
        expect([alone.prefillUse, alone.prefillGpus, alone.prefillArgs]).toEqual([undefined, 0, []]);
    });
});

it("says of a GPU's memory what is known of files that the catalogue has not", () => {
    const own = { source: "hf://mistralai/Mistral-Small-24B-Instruct-2501" };
    expect(memoryLine(plan(own), 44.7)).toBe("unknown, of 44.7 GiB: the catalogue does not know its source");
    expect(memoryLine(plan({ ...own, weightsGiB: 20 }), 44.7)).toBe("at least 22.2 GiB, for the weights alone; of 44.7 GiB");
    expect(plan({ ...own, weightsGiB: 120 }).startupSeconds).toBeGreaterThan(600);
});
