/** The whole configuration that the endpoint picker of each mode is given. */
import { endpointPicker } from "../../../catalogue/models/scheduler";
import { modelSchema } from "../../../stacks/schema";

const picker = (settings: object, release: "3.3" | "3.4" | "3.5" = "3.4"): ReturnType<typeof endpointPicker> =>
    endpointPicker(release, modelSchema.parse({ name: "m", pool: "p", model: "qwen3-8b", ...settings }));

const head = { apiVersion: "inference.networking.x-k8s.io/v1alpha1", kind: "EndpointPickerConfig" };
const INTELLIGENT = [
    { pluginRef: "prefix-cache-scorer", weight: 3 },
    { pluginRef: "kv-cache-utilization-scorer", weight: 2 },
    { pluginRef: "queue-scorer", weight: 2 },
];
const PICKER = { pluginRef: "max-score-picker" };

it("is none where the release's own does, and none on a release without a scheduler", () => {
    expect(picker({})).toBeUndefined();
    expect(picker({ prefill: { when: "always" } })).toBeUndefined();
    expect(picker({ routing: { mode: "intelligent" } }, "3.3")).toBeUndefined();
    expect(picker({ routing: { mode: "intelligent" } }, "3.5")).toEqual(picker({ routing: { mode: "intelligent" } }));
});

it("scores by cached prefixes, free KV cache and queue", () => {
    expect(picker({ routing: { mode: "intelligent" } })).toEqual({
        ...head,
        plugins: [
            { type: "single-profile-handler" },
            { type: "prefix-cache-scorer" },
            { type: "kv-cache-utilization-scorer" },
            { type: "queue-scorer" },
            { type: "max-score-picker" },
        ],
        schedulingProfiles: [{ name: "default", plugins: [...INTELLIGENT, PICKER] }],
    });
});

it("counts prefixes in the engine's blocks where those are not the default", () => {
    expect(picker({ routing: { mode: "intelligent" }, vllm: { blockSize: 64 } })!.plugins.slice(1, 3)).toEqual([
        { type: "prefix-cache-scorer", parameters: { blockSizeTokens: 64 } },
        { type: "kv-cache-utilization-scorer" },
    ]);
    const blocks = (vllm: object): unknown =>
        picker({ routing: { mode: "intelligent" }, prefill: { when: "always" }, vllm })!.plugins.find(
            ({ type }) => type === "prefix-cache-scorer",
        )!.parameters;
    expect(blocks({})).toEqual({ blockSizeTokens: 128 });
    expect(blocks({ blockSize: 32 })).toEqual({ blockSizeTokens: 32 });
});

it("prefills apart what is not cached", () => {
    const scorers = [
        { pluginRef: "queue-scorer", weight: 2 },
        { pluginRef: "prefix-cache-scorer", weight: 3 },
    ];
    expect(picker({ prefill: { when: "uncached", uncachedTokens: 300 } })).toEqual({
        ...head,
        plugins: [
            { type: "disagg-headers-handler" },
            { type: "prefix-based-pd-decider", parameters: { nonCachedTokens: 300 } },
            { type: "disagg-profile-handler", parameters: { deciders: { prefill: "prefix-based-pd-decider" } } },
            { type: "prefill-filter" },
            { type: "decode-filter" },
            { type: "queue-scorer" },
            { type: "prefix-cache-scorer", parameters: { blockSizeTokens: 128 } },
            { type: "max-score-picker" },
        ],
        schedulingProfiles: [
            { name: "prefill", plugins: [{ pluginRef: "prefill-filter" }, ...scorers, PICKER] },
            { name: "decode", plugins: [{ pluginRef: "decode-filter" }, ...scorers, PICKER] },
        ],
    });
});

it("prefills all apart, scored as the stack says", () => {
    const config = picker({ prefill: { when: "always" }, routing: { mode: "custom", scorers: { "lora-affinity-scorer": 7 } } })!;
    expect(config.plugins[1]).toEqual({ type: "always-disagg-pd-decider" });
    expect(config.schedulingProfiles.map(({ plugins }) => plugins[1])).toEqual([
        { pluginRef: "lora-affinity-scorer", weight: 7 },
        { pluginRef: "lora-affinity-scorer", weight: 7 },
    ]);
    // In mode intelligent its weights are those of all requests, prefilled apart or not.
    const [prefill] = picker({ prefill: { when: "always" }, routing: { mode: "intelligent" } })!.schedulingProfiles;
    expect(prefill!.plugins).toEqual([{ pluginRef: "prefill-filter" }, ...INTELLIGENT, PICKER]);
});
