/** What GPUs support of a model's variables, arguments and files. */
import { gpuOfPool } from "../../../catalogue/gpu/gpuOfPool";
import { catalogueModels } from "../../../catalogue/models/modelCatalogue";
import { flagsOf, numberOf, valueOf } from "../../../catalogue/models/arguments";
import { planModel } from "../../../catalogue/models/modelPlan";
import { type Capability, notesOf, supports, unsupported } from "../../../catalogue/models/support";
import { modelSchema } from "../../../stacks/schema";

const GPUS = {
    T4: "g4dn.2xlarge",
    A100: "p4d.24xlarge",
    A10G: "g5.2xlarge",
    L4: "g6.2xlarge",
    L40S: "g6e.2xlarge",
    H100: "p5.48xlarge",
};

const gpuOf = (instanceType: string): Capability => {
    const { name, computeCapability } = gpuOfPool({ instanceType })!;
    return { gpuName: name, computeCapability };
};

/** `verdict key` of each. */
function verdicts(gpu: keyof typeof GPUS, settings: object): string[] {
    const model = modelSchema.parse({ name: "m", pool: "p", ...settings });
    return unsupported(model, planModel(model), gpuOf(GPUS[gpu])).map(({ verdict, key }) => `${verdict} ${key}`);
}

it("Nemotron starts on an L40S: no variable asks for kernels that it has not", () => {
    const model = modelSchema.parse({ name: "m", pool: "p", model: "nemotron-3-nano-30b-a3b" });
    expect(planModel(model).env).toEqual({});
    expect(verdicts("L40S", { model: "nemotron-3-nano-30b-a3b" })).toEqual([]);
});

it("ties every variable and argument of the catalogue's models to what supports it", () => {
    const known = supports.flatMap(({ env, flag }) => env ?? flag ?? []);
    for (const { args, env } of catalogueModels()) {
        expect(known).toEqual(expect.arrayContaining([...flagsOf(args).map(({ name }) => name), ...Object.keys(env)]));
    }
    for (const { source, least, verdict, why } of supports) {
        expect(source).toMatch(/^vllm-project\/vllm@v0\.18\.0:vllm\/.+\.py$/);
        expect([verdict === undefined, why === undefined]).toEqual([least === undefined, least === undefined]);
    }
});

const flashinfer = { env: { VLLM_USE_FLASHINFER_MOE_FP8: "1" } };

it.each<[string, keyof typeof GPUS, object, string[]]>([
    [
        "FP8 experts of FlashInfer on Ada",
        "L40S",
        { model: "nemotron-3-nano-30b-a3b", ...flashinfer },
        ["refused env.VLLM_USE_FLASHINFER_MOE_FP8"],
    ],
    ["the same on Hopper", "H100", { model: "nemotron-3-nano-30b-a3b", ...flashinfer }, []],
    ["the same switched off", "L40S", { model: "nemotron-3-nano-30b-a3b", env: { VLLM_USE_FLASHINFER_MOE_FP8: "0" } }, []],
    ["the same without experts", "L40S", { model: "qwen3-8b", ...flashinfer }, []],
    [
        "the same of files that nobody knows",
        "L40S",
        { source: "hf://a/b", ...flashinfer },
        ["told env.VLLM_USE_FLASHINFER_MOE_FP8"],
    ],
    [
        "the same in an image of one's own",
        "L40S",
        { model: "nemotron-3-nano-30b-a3b", image: "r/v:1", ...flashinfer },
        ["told env.VLLM_USE_FLASHINFER_MOE_FP8"],
    ],
    [
        "an FP8 cache on Ampere",
        "A10G",
        { model: "qwen3-8b", quantization: "bf16", vllm: { kvCacheDtype: "fp8" } },
        ["told vllm.kvCacheDtype"],
    ],
    [
        "an FP8 cache by argument",
        "A100",
        { model: "qwen3-8b", quantization: "bf16", args: ["--x", "--kv_cache_dtype fp8_e4m3"] },
        ["told args[1]"],
    ],
    ["an FP8 cache on Ada", "L4", { model: "qwen3-8b", vllm: { kvCacheDtype: "fp8" } }, []],
    ["FP8 weights on Ampere", "A10G", { model: "qwen3-8b" }, ["told pool"]],
    ["FP8 weights on Ada", "L4", { model: "qwen3-8b" }, []],
    [
        "FlashAttention 3 on Ada",
        "L40S",
        { model: "qwen3-8b", args: ["--attention-config.flash_attn_version=3"] },
        ["told args[0]"],
    ],
    ["FlashAttention 3 on Hopper", "H100", { model: "qwen3-8b", args: ["--attention-config.flash_attn_version=3"] }, []],
    [
        "FlashAttention on Turing",
        "T4",
        { model: "qwen3-8b", quantization: "bf16", args: ["--attention-backend", "FLASH_ATTN"] },
        ["refused args[0]"],
    ],
    [
        "attention sinks in FlashAttention before Hopper",
        "L40S",
        { model: "gpt-oss-20b", args: ["--attention-backend=FLASH_ATTN"] },
        ["refused args[0]"],
    ],
    ["MXFP4 on Ada", "L40S", { model: "gpt-oss-20b" }, []],
    [
        "FlashInfer's MXFP4 on Ada",
        "L40S",
        { model: "gpt-oss-20b", env: { VLLM_USE_FLASHINFER_MOE_MXFP4_BF16: "1" } },
        ["told env.VLLM_USE_FLASHINFER_MOE_MXFP4_BF16"],
    ],
    ["bfloat16 on Turing", "T4", { source: "hf://a/b", vllm: { dtype: "bfloat16" } }, ["refused vllm.dtype"]],
    [
        "a variable that is not read any more",
        "H100",
        { model: "qwen3-8b", env: { VLLM_ATTENTION_BACKEND: "FLASHINFER" } },
        ["told env.VLLM_ATTENTION_BACKEND"],
    ],
])("judges %s", (_what, gpu, settings, expected) => {
    expect(verdicts(gpu, settings)).toEqual(expected);
});

it("tells each thing once, and nothing of GPUs that are not known", () => {
    const model = modelSchema.parse({ name: "m", pool: "p", model: "qwen3-8b" });
    const plan = planModel(model);
    const a10g = gpuOf("g5.2xlarge");
    expect(notesOf(model, plan, [a10g, a10g])).toMatch(
        /^fp8-dynamic weights on the NVIDIA A10G of the pool \(compute capability 8\.6\): [^;]*$/,
    );
    expect(notesOf(model, plan, [{ gpuName: undefined }])).toBeUndefined();
});

it("reads arguments as vLLM does", () => {
    expect(flagsOf(["--a_b=1", "--c", "d", "--e 'f g' --h", "-tp 2", `--j="k"`])).toEqual([
        { name: "--a-b", value: "1", index: 0 },
        { name: "--c", value: "d", index: 1 },
        { name: "--e", value: "f g", index: 3 },
        { name: "--h", value: undefined, index: 3 },
        { name: "-tp", value: "2", index: 4 },
        { name: "--j", value: "k", index: 5 },
    ]);
    expect(["8192", "32k", "32K", "1.5k", "auto", "-1", "0.9"].map((n) => numberOf([`--n=${n}`], "--n"))).toEqual([
        8192,
        32_000,
        32_768,
        1500,
        undefined,
        undefined,
        0.9,
    ]);
    expect(valueOf(["--a=1", "--a", "2"], "--a")).toBe("2");
    expect(valueOf([], "--a")).toBeUndefined();
});
