/**
 * The configuration by which the scheduler of a model picks the pod that answers. The plugins of each release's scheduler are in
 * endpointPicker.json: 0.7 has renamed and dropped some, and refuses to start with those of before.
 * Source: docs/sources/llm-d.md#scheduler.
 */
import { recordOf, type Release, type SchedulerVersion } from "../releases";
import type { Model } from "./model";
import table from "./endpointPicker.json";

/** A plugin of the endpoint picker. */
interface Plugin {
    type: string;
    parameters?: Record<string, unknown>;
}

/** The configuration of the endpoint picker. */
export interface EndpointPickerConfig {
    apiVersion: "inference.networking.x-k8s.io/v1alpha1";
    kind: "EndpointPickerConfig";
    plugins: Plugin[];
    schedulingProfiles: { name: string; plugins: { pluginRef: string; weight?: number }[] }[];
}

/** The plugins of each version that a release may have. */
const versions: Readonly<Record<SchedulerVersion, (typeof table.versions)["0.7"]>> = table.versions;

type Weights = Readonly<Partial<Record<string, number>>>;

/** @returns undefined where the release's own configuration is left as it is, and for a release without a scheduler */
export function endpointPicker(
    release: Release,
    model: Pick<Model, "routing" | "prefill" | "vllm">,
): EndpointPickerConfig | undefined {
    const { serving } = recordOf(release);
    if (serving.scheme === "plain") {
        return undefined;
    }
    const version = versions[serving.scheduler];
    const { routing, prefill } = model;
    const simple = routing.mode === "simple";
    if (simple && (prefill === undefined || prefill.when === "always")) {
        return undefined;
    }
    const weights: Weights =
        routing.mode === "custom" ? (routing.scorers ?? {}) : simple ? version.disaggregated : version.intelligent;
    const scorers = Object.entries(weights).map(([type, weight]) => ({ type, weight: weight! }));
    // The scheduler counts prefixes in blocks of the engine's; 16 is the default of both.
    const blockSize = model.vllm.blockSize ?? (prefill === undefined ? undefined : 128);
    const declared = (type: string): Plugin => ({
        type,
        ...(type === "prefix-cache-scorer" && blockSize !== undefined && { parameters: { blockSizeTokens: blockSize } }),
    });
    const scored = (name: string, ...filters: string[]): EndpointPickerConfig["schedulingProfiles"][number] => ({
        name,
        plugins: [
            ...filters.map((pluginRef) => ({ pluginRef })),
            ...scorers.map(({ type, weight }) => ({ pluginRef: type, weight })),
            { pluginRef: version.picker },
        ],
    });
    const head = { apiVersion: "inference.networking.x-k8s.io/v1alpha1", kind: "EndpointPickerConfig" } as const;
    if (prefill === undefined) {
        return {
            ...head,
            plugins: [{ type: version.profileHandler }, ...scorers.map(({ type }) => declared(type)), { type: version.picker }],
            schedulingProfiles: [scored("default")],
        };
    }
    const { disaggregation } = version;
    const decider = disaggregation.deciders[prefill.when];
    return {
        ...head,
        plugins: [
            { type: disaggregation.headersHandler },
            {
                type: decider,
                ...(prefill.when === "uncached" && { parameters: { nonCachedTokens: prefill.uncachedTokens } }),
            },
            { type: disaggregation.profileHandler, parameters: { deciders: { prefill: decider } } },
            { type: disaggregation.filters.prefill },
            { type: disaggregation.filters.decode },
            ...scorers.map(({ type }) => declared(type)),
            { type: version.picker },
        ],
        schedulingProfiles: [scored("prefill", disaggregation.filters.prefill), scored("decode", disaggregation.filters.decode)],
    };
}
