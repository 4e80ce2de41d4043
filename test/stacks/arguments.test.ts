/** Free arguments of vLLM do not go round the settings; adapters have names of their own. */
import { CLUSTER, type Draft, problemsOf } from "../settings";

function problems(change: (settings: Draft) => unknown): string[] {
    const settings: Draft = {
        cluster: CLUSTER,
        gpu: { pools: [{ name: "l40s", instanceType: "g6e.12xlarge", replicas: 4 }] },
        gateway: { inference: {} },
        models: [
            { name: "m", model: "qwen3-8b", pool: "l40s" },
            { name: "other", model: "qwen3-4b", pool: "l40s" },
        ],
    };
    change(settings);
    return problemsOf(settings);
}

const args = (...given: string[]): string[] => problems((s) => void (s.models[0].args = given));

describe("an argument that has a setting", () => {
    it.each<[string[], RegExp]>([
        [["--served-model-name=foo"], /^models\[0\]\.args\[0\]: --served-model-name is the model's name: set name/],
        [["--served_model_name foo"], /^models\[0\]\.args\[0\]: --served-model-name /],
        [["--served-model-name", "foo"], /^models\[0\]\.args\[0\]: --served-model-name /],
        [["--enable-log-requests --served-model-name=foo"], /^models\[0\]\.args\[0\]: --served-model-name /],
        [["--served-model=foo"], /^models\[0\]\.args\[0\]: --served-model-name /],
        [[`"--served-model-name=foo"`], /^models\[0\]\.args\[0\]: --served-model-name /],
        [["-tp=2"], /^models\[0\]\.args\[0\]: --tensor-parallel-size follows from gpus/],
        [["-tp", "2"], /^models\[0\]\.args\[0\]: --tensor-parallel-size /],
        [["-pp 2"], /--pipeline-parallel-size is set by parallelism\.pipeline/],
        [["-ep"], /--enable-expert-parallel is set by parallelism\.expert/],
        [["--data_parallel_size_local=2"], /--data-parallel-size-local is set by parallelism\.dataLocal/],
        [["--enable_lora"], /--enable-lora is set by lora/],
        [["--lora-modules a=b"], /--lora-modules is set by lora/],
        [["--api-key=x"], /--api-key would leave/],
        [["--port", "9"], /--port is the release's/],
        [
            ["--host=127.0.0.1"],
            /models\[0\]\.args\[0\]: the release sets --host: probes and the gateway call the address of the pod/,
        ],
        [
            ["--config=/mnt/models/vllm.yaml"],
            /^models\[0\]\.args\[0\]: --config reads arguments from a file, in which no setting/,
        ],
        [["--ssl-cert-reqs=2"], /--ssl-cert-reqs is the release's/],
        [
            ["--gpu-memory-utilization=2"],
            /^models\[0\]\.args\[0\]: --gpu-memory-utilization is "2"; expected more than 0, at most 1, as vllm\.gpuMemoryUtilization/,
        ],
        [["--max-model-len=many"], /--max-model-len is "many"; expected 1 or more, or one of auto, -1, as context/],
        [["--max_num_seqs", "0"], /--max-num-seqs is "0"; expected 1 or more/],
        [["--kv-cache-dtype=fp4"], /--kv-cache-dtype is "fp4"; expected one of auto/],
        [["--dtype=int8"], /--dtype is "int8"; expected one of auto, half/],
        [["--tool-call-parser=hermez"], /^models\[0\]\.args\[0\]: "hermez" is not a parser .*did you mean "hermes"/],
        [["--reasoning-parser qwen4"], /^models\[0\]\.args\[0\]: "qwen4" is not a parser/],
        [["--max-model-len", "65536"], /^models\[0\]\.context: qwen3-8b supports 40960 tokens, got 65536/],
        [["--max-model-len=64K"], /^models\[0\]\.context: qwen3-8b supports 40960 tokens, got 65536/],
    ])("is refused, or checked as the setting is: %j", (given, expected) => {
        expect(args(...given)).toEqual([expect.stringMatching(expected)]);
    });

    it.each([
        ["--host=0.0.0.0"],
        ["--max-model-len=32k"],
        ["--max-model-len", "8192"],
        ["--max-model-len=auto"],
        ["--gpu-memory-utilization=0.95"],
        ["--kv-cache-dtype=fp8_e4m3"],
        ["--quantization=fp8"],
        ["--dtype", "bfloat16"],
        ["--tool-call-parser=mine", "--tool-parser-plugin=/p.py"],
        ["--enable-log-requests", "--model-impl=vllm", "--seed 7"],
    ])("is accepted where vLLM takes it: %j", (...given) => {
        expect(args(...given)).toEqual([]);
    });

    it("is not judged of an image of one's own, but for what routes and callers rely on", () => {
        const of = (given: string): string[] =>
            problems((s) => void Object.assign(s.models[0], { image: "r.example.com/vllm:1", args: [given] }));
        expect(of("--kv-cache-dtype=fp4")).toEqual([]);
        expect(of("--served-model-name=x")).toHaveLength(1);
    });
});

it("a variable that the program sets is refused, also of a second version", () => {
    const given = { VLLM_ADDITIONAL_ARGS: "--served-model-name=foo" };
    const of = (model: object): string[] => problems((s) => void Object.assign(s.models[0], model));
    expect(of({ env: given })).toEqual([
        "models[0].env.VLLM_ADDITIONAL_ARGS: holds what args says; expected its arguments there",
    ]);
    expect(of({ canary: { weight: 1, env: given } })).toEqual([
        expect.stringMatching(/^models\[0\]\.canary\.env\.VLLM_ADDITIONAL_ARGS: holds what args says/),
    ]);
    const side = { env: { VLLM_NIXL_SIDE_CHANNEL_HOST: "10.0.0.1" } };
    expect(of({ ...side, prefill: {} })).toEqual(
        expect.arrayContaining([
            expect.stringMatching(/^models\[0\]\.env\.VLLM_NIXL_SIDE_CHANNEL_HOST: is the address of each pod/),
        ]),
    );
    expect(of({ ...side })).toEqual([]);
});

describe("an argument of a model without a scheduler", () => {
    const of = (service: object): string[] =>
        problems((s) => void (s.predictive = [{ name: "p", runtime: "vllm", pool: "l40s", source: "oci://r/m:1", ...service }]));
    const openvino = { runtime: "openvino", accelerator: "cpu", pool: undefined, image: "r.example.com/ovms:1" };
    const embeddings = { runtime: "textEmbeddings", image: "r.example.com/tei:1" };

    it.each<[object, RegExp]>([
        [{ args: ["--served-model-name=foo"] }, /^predictive\[0\]\.args\[0\]: --served-model-name is the model's name: set name/],
        [{ args: ["--seed=7", "--served_model_name foo"] }, /^predictive\[0\]\.args\[1\]: --served-model-name /],
        [{ args: ["--served-model", "foo"] }, /--served-model-name is the model's name/],
        [{ args: ["--port", "9"] }, /--port is the runtime's to give: its Service calls it/],
        [{ args: ["--uds=/tmp/x"] }, /--uds is the runtime's/],
        [{ args: ["--model=x"] }, /--model is the runtime's to give: set source/],
        [
            { args: ["-tp=2"] },
            /^predictive\[0\]\.gpus: vLLM splits the model over 2 x 1 GPUs \(tensor x pipeline\), but a replica has 1/,
        ],
        [{ args: ["-pp", "2"], gpus: 2 }, /vLLM splits the model over 2 x 2 GPUs/],
        [{ ...openvino, args: ["--model_name=foo"] }, /--model-name is the model's name/],
        [{ ...openvino, args: ["--rest_port=9"] }, /--rest-port is the runtime's/],
        [{ ...embeddings, args: ["--model-id=x"] }, /--model-id is the runtime's to give: set source/],
    ])("does not go round the settings: %j", (service, expected) => {
        expect(of(service)).toEqual([expect.stringMatching(expected)]);
    });

    it.each<[object]>([
        [{ args: ["--served-model-name", "p", "alias"] }],
        [{ args: ["--tensor-parallel-size=1", "-pp=2"], gpus: 2 }],
        [{ args: ["--max-model-len=32768", "--model-impl=vllm", "-tp=2"], gpus: 2 }],
        [{ ...openvino, args: ["--port=9000", "--target_device=CPU"] }],
        [{ ...embeddings, args: ["--max-batch-tokens=512"] }],
    ])("is accepted where the runtime takes it: %j", (service) => {
        expect(of(service)).toEqual([]);
    });
});

describe("an adapter", () => {
    const lora = (...names: string[]): object => ({ adapters: names.map((name) => ({ name, source: `hf://org/${name}` })) });
    const both = (one: object | undefined, two?: object, more: object = {}): string[] =>
        problems((s) => {
            Object.assign(s.models[0], { ...(one && { lora: one }), ...more });
            Object.assign(s.models[1], { ...(two && { lora: two }) });
        });

    it("has a name of its own: in the model, beside all models and their second versions", () => {
        expect(both(lora("a", "a"))).toEqual([
            `models[0].lora.adapters[1].name: "a" is already at models[0].lora.adapters[0].name; expected another`,
        ]);
        expect(both(lora("m"))).toEqual([
            `models[0].lora.adapters[0].name: "m" is already the name of a model; expected another`,
        ]);
        expect(both(lora("other"))).toHaveLength(1);
        expect(both(lora("a"), lora("a"))).toEqual([
            expect.stringMatching(/^models\[1\]\.lora\.adapters\[0\]\.name: "a" is already at models\[0\]/),
        ]);
        expect(both(lora("m-canary"), undefined, { canary: { weight: 1 } })[0]).toMatch(
            /"m-canary" is already the name of a model/,
        );
        expect(
            problems((s) => {
                s.models[0].lora = lora("p");
                s.predictive = [{ name: "p", runtime: "openvino", accelerator: "cpu", image: "r/o:1", source: "oci://r/m:1" }];
            }),
        ).toEqual([expect.stringMatching(/"p" is already the name of a model/)]);
    });

    it("may be in both versions of a model", () => {
        expect(both(lora("a", "b"), lora("c"), { canary: { weight: 1 } })).toEqual([]);
        expect(both(lora("a"), undefined, { canary: { weight: 1, lora: lora("a") } })).toEqual([]);
    });
});
