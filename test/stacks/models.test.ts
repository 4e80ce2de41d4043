/** What is refused of models, gateways and runtimes, each with path, value, and what to do instead. */
import { CLUSTER, type Draft, problemsOf } from "../settings";

const good = () => ({
    cluster: CLUSTER,
    gpu: {
        pools: [
            { name: "l40s", instanceType: "g6e.12xlarge", replicas: 4 },
            { name: "t4", instanceType: "g4dn.2xlarge", replicas: 4 },
            { name: "a10g", instanceType: "g5.2xlarge", replicas: 4 },
        ],
    },
    gateway: { inference: {} },
    models: [{ name: "m", model: "qwen3-8b", pool: "l40s" }],
});

function problems(change: (settings: Draft) => unknown): string[] {
    const settings = good();
    change(settings);
    return problemsOf(settings);
}

const model = (change: object) => problems((s) => void Object.assign(s.models[0], change));
const served = (service: object) => problems((s) => void (s.predictive = [{ name: "p", pool: "l40s", ...service }]));

it("accepts the settings that the others change", () => {
    expect(problems(() => undefined)).toEqual([]);
});

describe("a model", () => {
    it.each<[string, object, RegExp]>([
        [
            "not in the catalogue",
            { model: "qwen3-8c" },
            /^models\[0\]\.model: "qwen3-8c" is not in the catalogue; .*did you mean "qwen3-8b"\?/,
        ],
        [
            "without a source",
            { model: undefined },
            /^models\[0\]\.source: is missing; expected the source of the weights, or model/,
        ],
        ["in unknown files", { quantization: "fp4" }, /^models\[0\]\.quantization: "fp4" is not one of fp8-dynamic, bf16/],
        [
            "that does not fit",
            { model: "qwen3-30b-a3b" },
            /^models\[0\]\.pool: m needs 70\.0 GiB: weights 56\.9, KV cache 3\.0 for 1 x 32768 tokens, .*; a GPU of pool l40s \(NVIDIA L40S\) has 44\.7; expected gpus: 2, or a pool with more memory/,
        ],
        [
            "whose context does not fit",
            { pool: "a10g", concurrency: 8 },
            /^models\[0\]\.pool: m needs .*KV cache 18\.0 for 8 x 16384 tokens.*has 22\.4; expected context: \d+, or gpus: 2/,
        ],
        [
            "with a context beyond its own",
            { context: 65_536 },
            /^models\[0\]\.context: qwen3-8b supports 40960 tokens, got 65536/,
        ],
        [
            "in a format that the GPU does not run",
            { model: "gpt-oss-20b", pool: "t4" },
            /^models\[0\]\.pool: gpt-oss-20b in mxfp4 needs compute capability 8, but the NVIDIA T4 of pool t4 has 7\.5; expected another pool/,
        ],
        ["in bf16 on a T4", { model: "qwen3-0.6b", pool: "t4" }, /needs compute capability 8, .*vllm\.dtype: half/],
        [
            "split unevenly",
            { gpus: 3 },
            /^models\[0\]\.parallelism\.tensor: 32 attention heads cannot be split among 3 GPUs; expected one of 1, 2, 4/,
        ],
        [
            "whose ranks are not its GPUs",
            { gpus: 2, parallelism: { tensor: 4 } },
            /^models\[0\]\.parallelism: a pod has gpus: 2, but tensor 4 x pipeline 1 x 1 ranks need 4/,
        ],
        [
            "with experts that it has not",
            { parallelism: { expert: true } },
            /^models\[0\]\.parallelism\.expert: qwen3-8b has no experts/,
        ],
        [
            "in stages over several nodes",
            { gpus: 2, parallelism: { pipeline: 2, data: 2, dataLocal: 1 } },
            /^models\[0\]\.parallelism\.pipeline: this release has no preset/,
        ],
        [
            "that is gated, without a token",
            { model: "llama-3.1-8b" },
            /^models\[0\]\.tokenSecret: is missing: hf:\/\/meta-llama.*is gated; .*HF_TOKEN/,
        ],
        [
            "with the token in its environment",
            { env: { HF_TOKEN: "x" } },
            /^models\[0\]\.env\.HF_TOKEN: does not reach the downloader/,
        ],
        ["with a token for a ModelCar", { tokenSecret: "hf" }, /^models\[0\]\.tokenSecret: applies only to hf:\/\//],
        ["of S3 without a connection", { model: undefined, source: "s3://models/m" }, /^models\[0\]\.connection: is missing/],
        [
            "of S3 without a path",
            { model: undefined, source: "s3://models", connection: "models" },
            /^models\[0\]\.source: s3:\/\/models has no path; expected s3:\/\/bucket\/path/,
        ],
        ["whose name is a template", { displayName: "Qwen {{8b}}" }, /^models\[0\]\.displayName: has "{{": KServe reads/],
        ["with a template in its environment", { env: { A: "{{ .Name }}" } }, /^models\[0\]\.env\.A: has "{{"/],
        ["with a template in its arguments", { args: ["--seed=1", "--x={{a}}"] }, /^models\[0\]\.args\[1\]: has "{{"/],
        [
            "whose second version has a template",
            { canary: { weight: 1, image: "registry.example.com/{{x}}" } },
            /^models\[0\]\.canary\.image: has "{{"/,
        ],
        ["with a cache for a ModelCar", { cache: { sizeGiB: 100 } }, /^models\[0\]\.cache: applies only to hf:\/\/ and s3:\/\//],
        [
            "with a cache that one node mounts",
            { quantization: "bf16", replicas: 2, cache: { sizeGiB: 100 } },
            /^models\[0\]\.cache\.shared: 2 pods mount the volume/,
        ],
        [
            "with a cache too small",
            { quantization: "bf16", cache: { sizeGiB: 10 } },
            /^models\[0\]\.cache\.sizeGiB: the files take 15\.3 GiB; expected at least 19, got 10/,
        ],
        [
            "whose usage is not counted",
            { args: ["--no-enable-force-include-usage"] },
            /^models\[0\]\.args\[0\]: .*token limits count/,
        ],
        [
            "with a flag that is gone",
            { args: ["--disable-log-requests"] },
            /^models\[0\]\.args\[0\]: --disable-log-requests is gone/,
        ],
        [
            "with GPUs said twice",
            { args: ["--tensor_parallel_size 2"] },
            /^models\[0\]\.args\[0\]: --tensor-parallel-size follows from gpus/,
        ],
        [
            "with an unknown tool parser",
            { tools: "hermez" },
            /^models\[0\]\.tools: "hermez" is not a parser of vLLM 0\.18\.0; .*did you mean "hermes"\?/,
        ],
        ["routed by nothing", { routing: { mode: "custom" } }, /^models\[0\]\.routing\.scorers: is missing/],
        [
            "routed by scorers that do not hold",
            { routing: { scorers: { "queue-scorer": 1 } } },
            /^models\[0\]\.routing\.scorers: applies only to mode custom, but the mode is/,
        ],
        [
            "routed by an unknown scorer",
            { routing: { mode: "custom", scorers: { "queue-score": 1 } } },
            /did you mean "queue-scorer"\?/,
        ],
        [
            "with less than it requests",
            { limits: { cpu: "500m" } },
            /^models\[0\]\.limits\.cpu: 500m is less than the request, 1/,
        ],
        [
            "whose prefill has no pool",
            { prefill: { pool: "l40" } },
            /^models\[0\]\.prefill\.pool: "l40" is not a GPU pool; .*did you mean "l40s"\?/,
        ],
    ])("%s", (_what, change, expected) => {
        const found = model(change);
        expect(found[0]).toMatch(expected);
        expect(found).toHaveLength(1);
    });

    it("is not judged by what nobody knows", () => {
        expect(model({ model: "nemotron-nano-9b", pool: "t4", vllm: {}, quantization: "fp8-dynamic" })).toEqual([]);
        expect(model({ model: undefined, source: "oci://registry.example.com/huge:1" })).toEqual([]);
    });

    it("fits by the size of its weights, where the stack alone says it", () => {
        const mistral = { model: undefined, source: "hf://mistralai/Mistral-Small-24B-Instruct-2501", weightsGiB: 44 };
        expect(model(mistral)).toEqual([
            expect.stringMatching(
                /^models\[0\]\.pool: m needs at least 48\.9 GiB for its weights \(weightsGiB: 44\); a GPU of pool l40s \(NVIDIA L40S\) has 44\.7; expected more gpus/,
            ),
        ]);
        expect(model({ ...mistral, gpus: 2 })).toEqual([]);
        expect(model({ ...mistral, args: ["--cpu-offload-gb=20"] })).toEqual([]);
        expect(model({ ...mistral, weightsGiB: undefined })).toEqual([]);
        expect(model({ ...mistral, prefill: { gpus: 1 }, gpus: 2 })).toEqual([
            expect.stringMatching(/^models\[0\]\.prefill\.pool: prefill of m needs at least 48\.9 GiB/),
        ]);
        expect(model({ ...mistral, weightsGiB: 0 })).toEqual([expect.stringMatching(/^models\[0\]\.weightsGiB: /)]);
        expect(model({ model: "nemotron-nano-9b", weightsGiB: 60 })[0]).toMatch(/^models\[0\]\.pool: m needs .*: weights 60\.0/);
    });

    it("fits when it is split, shortened, or told to be half", () => {
        expect(model({ model: "qwen3-30b-a3b", gpus: 2 })).toEqual([]);
        expect(model({ pool: "a10g", concurrency: 8, context: 2048 })).toEqual([]);
        expect(model({ model: "qwen3-0.6b", pool: "t4", vllm: { dtype: "half" } })).toEqual([]);
        expect(model({ model: "llama-3.1-8b", tokenSecret: "hf-token" })).toEqual([]);
    });

    it("takes the GPUs of all its pods, prefill and groups included", () => {
        expect(model({ replicas: 14, prefill: { replicas: 3 } })[0]).toMatch(
            /^gpu\.pools\[0\]: its models \(m\) request 17 GPUs, but pool l40s has 16/,
        );
        expect(model({ gpus: 4, parallelism: { data: 20, dataLocal: 4 } })[0]).toMatch(/request 20 GPUs/);
    });
});

describe("a gateway", () => {
    it("is needed by models that no tier names", () => {
        expect(problems((s) => void delete s.gateway)).toEqual([
            expect.stringMatching(
                /^gateway\.inference: is missing: no tier names the models, .*expected gateway\.inference .*or tiers/,
            ),
        ]);
    });

    it.each<[string, object, RegExp]>([
        [
            "a load balancer with an issuer",
            { exposure: "loadBalancer", issuer: { name: "ca" } },
            /^gateway\.inference\.issuer: applies only to exposure route/,
        ],
        ["an issuer without a name", { issuer: {} }, /^gateway\.inference\.issuer\.name: is missing/],
        [
            "a name for selfSigned",
            { issuer: { kind: "selfSigned", name: "x" } },
            /^gateway\.inference\.issuer\.name: applies only to ClusterIssuer and Issuer/,
        ],
        [
            "an unknown exposure",
            { exposure: "nodePort" },
            /^gateway\.inference\.exposure: "nodePort" is not one of route, loadBalancer/,
        ],
    ])("refuses %s", (_what, inference, expected) => {
        expect(problems((s) => void (s.gateway = { inference }))).toEqual([expect.stringMatching(expected)]);
    });
});

describe("a model without a scheduler", () => {
    it.each<[string, object, RegExp]>([
        [
            "on what its runtime does not run on",
            { runtime: "openvino", source: "oci://r/m:1" },
            /^predictive\[0\]\.accelerator: openvino does not run on nvidia; expected one of cpu/,
        ],
        [
            "without a known image",
            { runtime: "vllm", accelerator: "gaudi", pool: undefined, source: "oci://r/m:1" },
            /^predictive\[0\]\.image: is missing: this program has no default image of vllm for gaudi/,
        ],
        [
            "on a pool of other GPUs",
            { runtime: "vllm", accelerator: "amd", image: "r.example.com/vllm:1", source: "oci://r/m:1" },
            /^predictive\[0\]\.pool: GPU pools have NVIDIA GPUs/,
        ],
        [
            "without a pool",
            { runtime: "vllm", pool: undefined, source: "oci://r/m:1" },
            /^predictive\[0\]\.pool: is missing; expected one of l40s/,
        ],
        [
            "on a pool that does not exist",
            { runtime: "vllm", pool: "l4", source: "oci://r/m:1" },
            /^predictive\[0\]\.pool: "l4" is not a GPU pool/,
        ],
        [
            "with an image of other GPUs",
            { runtime: "textEmbeddings", source: "oci://r/m:1" },
            /^predictive\[0\]\.image: .*compute capability 7\.5, but the GPUs of pool l40s have 8\.9/,
        ],
        ["of S3 without a connection", { runtime: "vllm", source: "s3://b/m" }, /^predictive\[0\]\.connection: is missing/],
        [
            "of a name that a model has",
            { name: "m", runtime: "vllm", source: "oci://r/m:1" },
            /^predictive\[0\]\.name: "m" is already at models\[0\]\.name/,
        ],
    ])("%s", (_what, service, expected) => {
        expect(served(service)).toEqual([expect.stringMatching(expected)]);
    });

    it("counts with its pool's GPUs", () => {
        expect(served({ runtime: "vllm", source: "oci://r/m:1", gpus: 4, replicas: 4 })).toEqual([
            expect.stringMatching(/^gpu\.pools\[0\]: its models \(m, p\) request 17 GPUs, but pool l40s has 16/),
        ]);
    });
});
