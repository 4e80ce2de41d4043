import { flagName } from "../../../catalogue/models/arguments";
import { adapterClaims, adapterPath, mostCopies, planModel, shellWord } from "../../../catalogue/models/modelPlan";
import { quantityOf } from "../../../catalogue/models/quantity";
import { endpointPicker } from "../../../catalogue/models/scheduler";
import { modelSchema } from "../../../stacks/schema";

const plan = (settings: object): ReturnType<typeof planModel> =>
    planModel(modelSchema.parse({ name: "m", pool: "l40s", ...settings }));

it("takes from the catalogue what a stack leaves out, and lets each be given", () => {
    const qwen = plan({ model: "qwen3-8b" });
    expect(qwen.uri).toBe("oci://registry.redhat.io/rhelai1/modelcar-qwen3-8b-fp8-dynamic:1.5");
    expect(qwen.args).toEqual([
        "--enable-force-include-usage",
        "--max-model-len=16384",
        "--enable-auto-tool-choice",
        "--tool-call-parser=hermes",
        "--reasoning-parser=qwen3",
    ]);
    expect([qwen.requests, qwen.limits]).toEqual([
        { cpu: "1", memory: "8Gi" },
        { cpu: "4", memory: "16Gi" },
    ]);
    const own = plan({
        model: "qwen3-8b",
        quantization: "bf16",
        context: 4096,
        tools: false,
        reasoning: false,
        args: ["--max-num-seqs=8"],
        requests: { memory: "48Gi" },
    });
    expect(own.uri).toBe("hf://Qwen/Qwen3-8B");
    expect(own.args).toEqual(["--enable-force-include-usage", "--max-model-len=4096", "--max-num-seqs=8"]);
    // A limit below the request would be refused by the API server.
    expect(own.limits.memory).toBe("48Gi");
});

it("gives a model by its source the arguments of the stack and nothing else", () => {
    const model = plan({ source: "oci://registry.redhat.io/rhelai1/modelcar-gpt-oss-20b:1.5", args: ["--max-num-seqs=8"] });
    expect(model.args).toEqual(["--enable-force-include-usage", "--max-num-seqs=8"]);
    expect([model.entry?.name, model.use?.context]).toEqual(["gpt-oss-20b", 131_072]);
    expect(plan({ source: "oci://registry.example.com/other:1" }).entry).toBeUndefined();
});

it("lets an argument of the stack take the place of the one of its name", () => {
    const { args, use } = plan({ model: "qwen3-4b", args: ["--max-model-len 8192"] });
    expect(args.filter((arg) => arg.startsWith("--max-model-len"))).toEqual(["--max-model-len 8192"]);
    expect(use?.context).toBe(8192);
});

it.each([
    [{ gpus: 4 }, ["--tensor-parallel-size=4"], 1],
    [{ gpus: 4, parallelism: { pipeline: 2 } }, ["--tensor-parallel-size=2", "--pipeline-parallel-size=2"], 1],
    [
        { gpus: 4, parallelism: { data: 2, expert: true } },
        ["--tensor-parallel-size=2", "--data-parallel-size=2", "--enable-expert-parallel"],
        1,
    ],
    // Over several nodes the release's preset makes flags of the service's own fields.
    [{ gpus: 8, parallelism: { data: 16, dataLocal: 8, expert: true } }, [], 2],
])("splits %j as %j", (settings, flags, pods) => {
    const { args, podsPerCopy, gpus } = plan({ source: "oci://r.example.com/m:1", replicas: 2, ...settings });
    expect(args.slice(1)).toEqual(flags);
    expect([podsPerCopy, gpus.get("l40s")]).toEqual([pods, 2 * pods * settings.gpus]);
});

it("quotes for the shell that expands the arguments", () => {
    expect(shellWord('--hf-overrides={"a": 1}')).toBe(`'--hf-overrides={"a": 1}'`);
    expect(shellWord("--x='{\"a\": 1}'")).toBe("--x='{\"a\": 1}'");
    expect(shellWord("--served-model-name one two")).toBe("--served-model-name one two");
    expect(shellWord("--x=$(id)")).toBe("'--x=$(id)'");
    expect(shellWord("--chat-template=/my templates/t.jinja")).toBe("'--chat-template=/my templates/t.jinja'");
    expect(shellWord('--chat-template="/my templates/t.jinja"')).toBe('--chat-template="/my templates/t.jinja"');
    expect(shellWord("--seed=1 --enforce-eager")).toBe("--seed=1 --enforce-eager");
});

it("prefills apart with NIXL on both sides, cut alike", () => {
    const { args, prefillArgs, gpus } = plan({ model: "qwen3-0.6b", prefill: { replicas: 2, pool: "l4" } });
    for (const side of [args, prefillArgs]) {
        expect(side).toContain(`'--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_both"}'`);
        expect(side).toContain("--block-size=128");
        expect(side).toContain("--enable-force-include-usage");
    }
    expect(Object.fromEntries(gpus)).toEqual({ l40s: 1, l4: 2 });
});

it("loads adapters by flags, from claims and from Hugging Face", () => {
    const { args } = plan({
        model: "llama-3.1-8b",
        lora: {
            adapters: [
                { name: "sql", source: "pvc://adapters/sql" },
                { name: "fr", source: "hf://acme/french" },
            ],
        },
    });
    expect(args).toEqual(
        expect.arrayContaining([
            "--enable-lora",
            "--max-lora-rank=16",
            "--lora-modules sql=/mnt/adapters/adapters/sql fr=acme/french",
        ]),
    );
});

it("gives large weights the time that they take to load, and leaves the release's 10 minutes to the rest", () => {
    expect(plan({ model: "qwen3-8b" }).startupSeconds).toBeUndefined();
    const large = plan({ model: "llama-3.3-70b", gpus: 8, quantization: "bf16" }).startupSeconds!;
    expect(large).toBeGreaterThan(131.42 / (125 / 1024));
    expect(plan({ model: "qwen3-8b", startupMinutes: 20 }).startupSeconds).toBe(1200);
});

describe("the endpoint picker", () => {
    const picker = (settings: object): ReturnType<typeof endpointPicker> =>
        endpointPicker("3.4", modelSchema.parse({ name: "m", pool: "p", model: "qwen3-8b", ...settings }));

    it("is the release's own in mode simple", () => {
        expect(picker({})).toBeUndefined();
        expect(picker({ prefill: {} })).toBeUndefined();
    });

    it.each([
        { routing: { mode: "intelligent" } },
        { routing: { mode: "custom", scorers: { "prefix-cache-scorer": 5, "lora-affinity-scorer": 1 } } },
        { prefill: { when: "uncached" } },
        { prefill: {}, routing: { mode: "intelligent" }, vllm: { blockSize: 64 } },
    ])("declares each plugin that it uses, and no key that 0.7 does not know: %j", (settings) => {
        const config = picker(settings)!;
        const declared = config.plugins.map((p) => p.type);
        const used = config.schedulingProfiles.flatMap((p) => p.plugins.map((x) => x.pluginRef));
        expect(used.filter((ref) => !declared.includes(ref))).toEqual([]);
        expect(new Set(declared).size).toBe(declared.length);
        expect(JSON.stringify(config)).not.toMatch(/hashBlockSize|"blockSize"/);
    });

    it("weighs as the stack says", () => {
        const config = picker({ routing: { mode: "custom", scorers: { "queue-scorer": 4 } } })!;
        expect(config.schedulingProfiles).toEqual([
            { name: "default", plugins: [{ pluginRef: "queue-scorer", weight: 4 }, { pluginRef: "max-score-picker" }] },
        ]);
    });
});

it("serves under its own name first, then under the others", () => {
    const model = modelSchema.parse({ name: "m", pool: "l40s", source: "oci://r.example.com/m:1" });
    expect(planModel({ ...model, aliases: ["b", "c"] }).args.slice(1)).toEqual(["--served-model-name m b c"]);
});

it("counts the GPUs of a pool that both sides share once, and the most that there may be", () => {
    expect(plan({ model: "qwen3-8b", replicas: 2, prefill: { replicas: 3, gpus: 2 } }).gpus).toEqual(new Map([["l40s", 8]]));
    expect(mostCopies({ replicas: 2, scaling: undefined })).toBe(2);
    expect(mostCopies({ replicas: 2, scaling: { max: 5 } as never })).toBe(5);
});

it("makes a flag of each setting of vLLM, and of nothing that is not said", () => {
    const of = (settings: object): readonly string[] => plan({ source: "oci://r.example.com/m:1", ...settings }).args.slice(1);
    expect(of({})).toEqual([]);
    expect(
        of({
            context: 4096,
            tools: "hermes",
            reasoning: "qwen3",
            chatTemplate: "/t.jinja",
            vllm: {
                gpuMemoryUtilization: 0.8,
                kvCacheDtype: "fp8",
                dtype: "bfloat16",
                maxNumSeqs: 4,
                maxNumBatchedTokens: 8192,
                blockSize: 32,
                enforceEager: true,
                trustRemoteCode: true,
                prefixCaching: true,
                promptTokensDetails: true,
                shutdownTimeoutSeconds: 5,
            },
        }),
    ).toEqual([
        "--max-model-len=4096",
        "--gpu-memory-utilization=0.8",
        "--kv-cache-dtype=fp8",
        "--dtype=bfloat16",
        "--max-num-seqs=4",
        "--max-num-batched-tokens=8192",
        "--block-size=32",
        "--enforce-eager",
        "--trust-remote-code",
        "--enable-prefix-caching",
        "--enable-prompt-tokens-details",
        "--shutdown-timeout=5",
        "--enable-auto-tool-choice",
        "--tool-call-parser=hermes",
        "--reasoning-parser=qwen3",
        "--chat-template=/t.jinja",
    ]);
    expect(
        of({ vllm: { prefixCaching: false, enforceEager: false, trustRemoteCode: false, promptTokensDetails: false } }),
    ).toEqual(["--no-enable-prefix-caching"]);
});

it("knows flags, adapters and claims by their names", () => {
    expect(["--a_b=1", "--a-b 1", "--a-b", "--a\tb"].map(flagName)).toEqual(["--a-b", "--a-b", "--a-b", "--a"]);
    expect([adapterPath("pvc://claim/dir/a"), adapterPath("hf://acme/french")]).toEqual([
        "/mnt/adapters/claim/dir/a",
        "acme/french",
    ]);
    const adapters = ["pvc://one/a", "pvc://two/b", "hf://acme/c", "pvc://one/d"].map((source) => ({ name: "x", source }));
    expect(adapterClaims({ lora: { adapters } as never })).toEqual(["one", "two"]);
    expect(adapterClaims({ lora: undefined })).toEqual([]);
});

it("reads quantities in each unit", () => {
    expect(["2", "500m", "3k", "1.5M", "2G", "1T", "1P", "1E"].map(quantityOf)).toEqual([
        2, 0.5, 3e3, 1.5e6, 2e9, 1e12, 1e15, 1e18,
    ]);
    expect(["1Ki", "1Mi", "2Gi", "1Ti", "1Pi", "1Ei"].map(quantityOf)).toEqual([
        2 ** 10,
        2 ** 20,
        2 ** 31,
        2 ** 40,
        2 ** 50,
        2 ** 60,
    ]);
    expect(["x", "1 Gi", "a1Gi", "1Gi2"].map(quantityOf)).toEqual([0, 0, 0, 0]);
});

it("raises a limit that is left out to the request, and leaves one that is given", () => {
    const of = (settings: object): unknown => {
        const { requests, limits } = plan({ source: "oci://r.example.com/m:1", ...settings });
        return [requests, limits];
    };
    expect(of({})).toEqual([
        { cpu: "2", memory: "16Gi" },
        { cpu: "4", memory: "24Gi" },
    ]);
    expect(of({ requests: { cpu: "8", memory: "32Gi" } })).toEqual([
        { cpu: "8", memory: "32Gi" },
        { cpu: "8", memory: "32Gi" },
    ]);
    expect(of({ requests: { cpu: "8" }, limits: { cpu: "6", memory: "64Gi" } })).toEqual([
        { cpu: "8", memory: "16Gi" },
        { cpu: "6", memory: "64Gi" },
    ]);
});

it("takes the variant that is asked for, or that the source is of, or the first", () => {
    const variant = (settings: object): unknown => plan(settings).variant?.quantization;
    const first = plan({ model: "qwen3-8b" }).entry!.variants[0]!.quantization;
    expect([variant({ model: "qwen3-8b" }), variant({ model: "qwen3-8b", quantization: "bf16" })]).toEqual([first, "bf16"]);
    expect(variant({ source: "hf://Qwen/Qwen3-8B" })).toBe("bf16");
    expect(variant({ model: "qwen3-8b", source: "hf://Qwen/Qwen3-8B" })).toBe("bf16");
    // The source of another model says nothing of this one's.
    expect(variant({ model: "qwen3-8b", source: "hf://Qwen/Qwen3-4B" })).toBe(first);
    expect(plan({ model: "no-such", source: "hf://Qwen/Qwen3-8B" }).entry).toBeUndefined();
    expect(plan({ model: "no-such" }).uri).toBeUndefined();
});

it("waits half as long again as the weights take to read, in whole minutes", () => {
    const { startupSeconds, variant } = plan({ model: "llama-3.3-70b", gpus: 8, quantization: "bf16" });
    expect(startupSeconds).toBe(Math.ceil(((variant!.weightsGiB! / (125 / 1024) + 180) * 1.5) / 60) * 60);
});
