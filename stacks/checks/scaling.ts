/** Checks autoscaled models. Source: docs/sources/llm-d.md#scaling, docs/sources/operators.md#keda. */
import { fieldOf, releasesWith } from "../../catalogue/openshiftai/aiComponents";
import { recordOf, type Release } from "../../catalogue/releases";
import { planModel } from "../../catalogue/models/modelPlan";
import { actuatorOf } from "../../catalogue/models/scaling";
import type { ScalingSettings } from "../schema/scaling";
import type { SettingsProblem } from "../problem";
import type { ServedEntry } from "./canary";

/** The parts of the stack that autoscaling depends on; undefined if a part does not match the schema. */
export interface ScalingParts {
    readonly release: Release | undefined;
    readonly profile: string | undefined;
    /** Whether user workload monitoring is enabled. */
    readonly monitored: boolean;
}

/** Problems of all autoscaled models and canaries. */
export function scalingProblems(served: readonly ServedEntry[], parts: ScalingParts): SettingsProblem[] {
    const scaled = served.flatMap(({ path, value }) =>
        value?.scaling === undefined && value?.prefill?.scaling === undefined ? [] : [{ path, model: value }],
    );
    if (scaled.length === 0) {
        return [];
    }
    const all = scaled.flatMap(({ path, model }) => [
        ...(model.scaling === undefined ? [] : [{ path: `${path}.scaling`, scaling: model.scaling }]),
        ...(model.prefill?.scaling === undefined ? [] : [{ path: `${path}.prefill.scaling`, scaling: model.prefill.scaling }]),
    ]);
    const names = scaled.flatMap(({ path, model }) => {
        const longest = 63 - (model.prefill?.scaling === undefined ? "-kserve-keda" : "-kserve-prefill-keda").length;
        return model.name.length > longest
            ? [
                  {
                      path: `${path}.name`,
                      message: `the name has ${model.name.length} characters, too many for an autoscaled model: the product shortens the names of its objects; expected at most ${longest}`,
                  },
              ]
            : [];
    });
    const own = scaled.flatMap(({ path, model }) =>
        planModel(model).podsPerCopy > 1
            ? [
                  {
                      path: `${path}.scaling`,
                      message: `a replica of ${model.name} has ${planModel(model).podsPerCopy} pods, but the product scales only replicas of one pod; expected replicas, or parallelism on one node`,
                  },
              ]
            : [],
    );
    return [
        ...all.flatMap(({ path, scaling }) => bounds(path, scaling)),
        ...names,
        ...own,
        ...oneActuator(all),
        ...prerequisites(all[0]!.path, parts),
    ];
}

function bounds(path: string, { min, max, keda, hpa }: ScalingSettings): SettingsProblem[] {
    const problems: SettingsProblem[] = [];
    const say = (key: string, message: string): void => void problems.push({ path: `${path}${key}`, message });
    if (keda !== undefined && hpa !== undefined) {
        say("", "keda and hpa exclude each other; expected one of them");
    }
    if (min > max) {
        say(".min", `${min} is more than max, ${max}`);
    }
    if (keda?.idle !== undefined && keda.idle >= min) {
        say(".keda.idle", `expected fewer than min (${min}), got ${keda.idle}`);
    }
    if (keda?.fallback !== undefined && (keda.fallback.copies < min || keda.fallback.copies > max)) {
        say(".keda.fallback.copies", `expected between min and max (${min} to ${max}), got ${keda.fallback.copies}`);
    }
    return problems;
}

/** A cluster has one external metrics server: KEDA or a Prometheus Adapter. */
function oneActuator(all: readonly { readonly path: string; readonly scaling: ScalingSettings }[]): SettingsProblem[] {
    const first = all[0]!;
    return all.flatMap(({ path, scaling }) =>
        actuatorOf(scaling) === actuatorOf(first.scaling)
            ? []
            : [
                  {
                      path,
                      message: `uses ${actuatorOf(scaling)}, but ${first.path} uses ${actuatorOf(first.scaling)}: both serve external metrics, and a cluster has only one external metrics server; expected the same for all models`,
                  },
              ],
    );
}

function prerequisites(path: string, { release, profile, monitored }: ScalingParts): SettingsProblem[] {
    const problems: SettingsProblem[] = [];
    // On releases without a scheduler, other checks refuse all of it.
    if (
        release !== undefined &&
        recordOf(release).serving.scheme === "scheduled" &&
        fieldOf(release, "variantAutoscaler") === undefined
    ) {
        problems.push({
            path,
            message: `release ${release} has no autoscaler for models; expected replicas, or release ${releasesWith("variantAutoscaler").join(" or ")}`,
        });
    } else if (
        release !== undefined &&
        profile === "early-access" &&
        recordOf(release).earlyAccess?.without.includes("variantAutoscaler")
    ) {
        problems.push({
            path,
            message: `the preview of release ${release} has no autoscaler for models; expected replicas, or openshiftAi.profile: stable`,
        });
    }
    if (!monitored) {
        problems.push({
            path: "observability",
            message: `is missing: the autoscaler reads the load from user workload monitoring (${path}); expected observability (an empty {} uses its defaults)`,
        });
    }
    return problems;
}
