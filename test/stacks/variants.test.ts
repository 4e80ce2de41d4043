/** What is refused of models that follow the load, of second versions, of prefill pods and of quotas. */
import { CLUSTER, type Draft, problemsOf } from "../settings";

const good = () => ({
    cluster: CLUSTER,
    gpu: {
        pools: [
            { name: "l40s", instanceType: "g6e.12xlarge", replicas: 2 },
            { name: "t4", instanceType: "g4dn.2xlarge", replicas: 4 },
            { name: "a10g", instanceType: "g5.2xlarge", replicas: 4 },
        ],
    },
    gateway: { inference: {} },
    observability: {},
    models: [{ name: "m", model: "qwen3-8b", pool: "l40s" }],
});

function problems(change: (settings: Draft) => unknown): string[] {
    const settings = good();
    change(settings);
    return problemsOf(settings);
}

const model = (change: object) => problems((s) => void Object.assign(s.models[0], change));

describe("copies that follow the load", () => {
    it.each<[string, object]>([
        ["KEDA by default", { max: 4 }],
        ["KEDA, in detail", { min: 2, max: 4, cost: 4, keda: { idle: 1, pollingSeconds: 5, fallback: { copies: 3 } } }],
        ["a HorizontalPodAutoscaler", { max: 4, hpa: { up: { copies: 1 }, down: { waitSeconds: 600 } } }],
    ])("are accepted with %s", (_what, scaling) => {
        expect(model({ scaling })).toEqual([]);
    });

    it.each<[string, object, RegExp]>([
        ["none at all", { min: 0, max: 2 }, /^models\[0\]\.scaling\.min: expected 1 or more: the product does not scale to 0/],
        ["fewer at most than at least", { min: 3, max: 2 }, /^models\[0\]\.scaling\.min: 3 is more than max, 2/],
        ["two means", { max: 2, keda: {}, hpa: {} }, /^models\[0\]\.scaling: keda and hpa exclude each other/],
        [
            "an idle number that is none",
            { max: 2, keda: { idle: 1 } },
            /^models\[0\]\.scaling\.keda\.idle: expected fewer than min \(1\), got 1/,
        ],
        [
            "a fallback out of bounds",
            { max: 2, keda: { fallback: { copies: 3 } } },
            /^models\[0\]\.scaling\.keda\.fallback\.copies: expected between min and max \(1 to 2\), got 3/,
        ],
        [
            "more at most than the pool has GPUs",
            { max: 9 },
            /^gpu\.pools\[0\]: its models \(m\) request 9 GPUs, but pool l40s has 8 .*expected more nodes or fewer replicas/,
        ],
        ["a pace for KEDA, which the product cannot take", { max: 2, keda: { up: {} } }, /^models\[0\]\.scaling\.keda.*up/],
    ])("are refused with %s", (_what, scaling, message) => {
        expect(model({ scaling })).toEqual([expect.stringMatching(message)]);
    });

    it("are refused of a name that the product would shorten", () => {
        expect(model({ name: "m".repeat(52), scaling: { max: 2 } })).toEqual([
            expect.stringMatching(
                /^models\[0\]\.name: the name has 52 characters, too many for an autoscaled model: the product shortens the names of its objects; expected at most 51/,
            ),
        ]);
    });

    it("are refused where a copy is several pods", () => {
        expect(
            model({
                model: "qwen3-30b-a3b",
                gpus: 2,
                parallelism: { tensor: 2, data: 2, dataLocal: 1, expert: true },
                scaling: { max: 2 },
            }),
        ).toEqual([
            expect.stringMatching(
                /^models\[0\]\.scaling: a replica of m has 2 pods, but the product scales only replicas of one pod/,
            ),
        ]);
    });

    it("are refused by different means in one cluster, prefill pods included", () => {
        expect(model({ scaling: { max: 2 }, prefill: { scaling: { max: 2, hpa: {} } } })).toEqual([
            expect.stringMatching(
                /^models\[0\]\.prefill\.scaling: uses hpa, but models\[0\]\.scaling uses keda: .*only one external metrics server/,
            ),
        ]);
    });

    it("are refused without user workload monitoring, and by the previews of 3.4", () => {
        const change = (more: object) => problems((s) => (Object.assign(s, more), void (s.models[0].scaling = { max: 2 })));
        expect(change({ observability: undefined })).toEqual([
            expect.stringMatching(
                /^observability: is missing: the autoscaler reads the load .*\(models\[0\]\.scaling\); expected observability/,
            ),
        ]);
        expect(change({ openshiftAi: { profile: "early-access" } })).toEqual([
            expect.stringMatching(/^models\[0\]\.scaling: the preview of release 3\.4 has no autoscaler for models/),
        ]);
        expect(change({ release: "3.5" })).toEqual([]);
    });
});

describe("a second version", () => {
    it("is accepted", () => {
        expect(model({ canary: { weight: 10, model: "qwen3-4b" } })).toEqual([]);
        expect(model({ canary: { weight: 0, image: "registry.example.com/vllm:2", replicas: 0 } })).toEqual([]);
    });

    it.each<[string, object, RegExp]>([
        ["a share beyond all", { weight: 101 }, /^models\[0\]\.canary\.weight: .*100/],
        [
            "a model that is not in the catalogue",
            { weight: 1, model: "qwen3-4c" },
            /^models\[0\]\.canary\.model: "qwen3-4c" is not in the catalogue/,
        ],
        ["a pool that does not exist", { weight: 1, pool: "l40" }, /^models\[0\]\.canary\.pool: "l40" is not a GPU pool.*l40s/],
        [
            "a model that does not fit",
            { weight: 1, model: "qwen3-30b-a3b" },
            /^models\[0\]\.canary\.pool: m-canary needs 70\.0 GiB.*has 44\.7; expected gpus: 2/,
        ],
        [
            "more copies than the pool has GPUs left",
            { weight: 1, replicas: 8 },
            /^gpu\.pools\[0\]: its models \(m, m-canary\) request 9 GPUs/,
        ],
        ["a second version of its own", { weight: 1, canary: { weight: 1 } }, /^models\[0\]\.canary.*canary/],
    ])("is refused with %s", (_what, canary, message) => {
        expect(model({ canary })).toEqual([expect.stringMatching(message)]);
    });

    it("is refused of a model of tiers, with the reason and the way out", () => {
        expect(
            problems((s) => {
                s.tiers = [{ name: "free", models: ["m"], tokens: [{ limit: 1, window: "1m" }] }];
                s.models[0].canary = { weight: 10 };
            }),
        ).toEqual([
            expect.stringMatching(
                /^models\[0\]\.canary: m is in tiers free: access and token limits apply to the route of the model, and the route of a canary would bypass them; expected a model without tiers behind gateway\.inference, or the second version as another model/,
            ),
        ]);
    });

    it("is refused where its name is taken, or too long", () => {
        expect(
            problems((s) => (s.models.push({ ...s.models[0], name: "m-canary" }), void (s.models[0].canary = { weight: 1 }))),
        ).toEqual([expect.stringMatching(/^models\[1\]\.name: "m-canary" is already at models\[0\]\.canary\.name/)]);
        expect(model({ name: "m".repeat(42), canary: { weight: 1 } })).toEqual([expect.stringMatching(/expected at most 41/)]);
    });

    it("is not blamed for what is wrong with its model", () => {
        expect(model({ pool: "l40", canary: { weight: 1 } })).toEqual([expect.stringMatching(/^models\[0\]\.pool: /)]);
        expect(model({ args: ["--disable-log-requests"], canary: { weight: 1 } })).toEqual([
            expect.stringMatching(/^models\[0\]\.args\[0\]: /),
        ]);
        expect(model({ model: "qwen3-30b-a3b", canary: { weight: 1, image: "a/b:1" } })).toEqual([
            expect.stringMatching(/^models\[0\]\.pool: m needs/),
        ]);
    });
});

describe("prefill pods", () => {
    it.each<[string, object, object, RegExp]>([
        [
            "GPUs that do not hold the model",
            { model: "qwen3-30b-a3b", gpus: 2 },
            { pool: "a10g", gpus: 1 },
            /^models\[0\]\.prefill\.pool: prefill of m needs .*; a GPU of pool a10g \(.*\) has 22\.4/,
        ],
        [
            "GPUs that do not run the format",
            { model: "gpt-oss-20b" },
            { pool: "t4" },
            /^models\[0\]\.prefill\.pool: gpt-oss-20b in mxfp4 needs compute capability 8, but the NVIDIA T4 of pool t4 has 7\.5/,
        ],
        [
            "more GPUs than a node has",
            {},
            { pool: "a10g", gpus: 2 },
            /^models\[0\]\.prefill\.gpus: a prefill pod requests 2 GPUs on one node, but a g5\.2xlarge of pool a10g has 1/,
        ],
        [
            "GPUs that heads do not split among",
            {},
            { gpus: 3 },
            /^models\[0\]\.prefill\.gpus: 32 attention heads cannot be split among 3 GPUs/,
        ],
        [
            "ranks that are not their GPUs",
            { gpus: 2, parallelism: { tensor: 2 } },
            { gpus: 4 },
            /^models\[0\]\.prefill\.gpus: a pod has 4, but tensor 2 x pipeline 1 x 1 ranks need 2/,
        ],
    ])("are refused with %s", (_what, change, prefill, message) => {
        expect(model({ ...change, prefill })).toEqual([expect.stringMatching(message)]);
    });

    it("are accepted where they fit", () => {
        expect(model({ prefill: { pool: "a10g" } })).toEqual([]);
    });
});

it("refuses a quota of fewer GPUs than the models ask for at their most", () => {
    const change = (gpus: number) =>
        problems((s) => {
            s.modelsAccess = { quota: { gpus } };
            s.models[0].scaling = { max: 4 };
            s.predictive = [{ name: "p", runtime: "vllm", pool: "l40s", source: "oci://quay.io/acme/p:1", replicas: 2 }];
        });
    expect(change(5)).toEqual([
        expect.stringMatching(
            /^modelsAccess\.quota\.gpus: 5 GPUs are fewer than the 6 that the models request at their largest size; expected 6 or more/,
        ),
    ]);
    expect(change(6)).toEqual([]);
});
