/** Checks of models whose copies follow the load. Source: docs/sources/llm-d.md#scaling, docs/sources/operators.md#keda. */
import { fieldOf, releasesWith } from "../../catalogue/openshiftai/aiComponents";
import { recordOf, type Release } from "../../catalogue/releases";
import { planModel } from "../../catalogue/models/modelPlan";
import { actuatorOf } from "../../catalogue/models/scaling";
import type { ScalingSettings } from "../schema/scaling";
import type { SettingsProblem } from "../problem";
import type { ServedEntry } from "./canary";

/** As much of the stack as autoscaling follows from; undefined where a part is wrong in itself. */
export interface ScalingParts {
    readonly release: Release | undefined;
    readonly profile: string | undefined;
    /** Whether user workload monitoring is switched on. */
    readonly monitored: boolean;
}

/** Problems of all models whose copies follow the load, second versions included. */
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
                      message: `${model.name.length} characters are too many for a model whose copies follow the load: the product shortens the names of what it makes; expected at most ${longest}`,
                  },
              ]
            : [];
    });
    const own = scaled.flatMap(({ path, model }) =>
        planModel(model).podsPerCopy > 1
            ? [
                  {
                      path: `${path}.scaling`,
                      message: `a copy of ${model.name} is ${planModel(model).podsPerCopy} pods, and the product scales copies of one pod only; expected replicas, or parallelism on one node`,
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
        say("", "keda and hpa are two ways to the same end; expected one of them");
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

/** A cluster has one server of external metrics: KEDA's, or a Prometheus Adapter. */
function oneActuator(all: readonly { readonly path: string; readonly scaling: ScalingSettings }[]): SettingsProblem[] {
    const first = all[0]!;
    return all.flatMap(({ path, scaling }) =>
        actuatorOf(scaling) === actuatorOf(first.scaling)
            ? []
            : [
                  {
                      path,
                      message: `is by ${actuatorOf(scaling)}, and ${first.path} by ${actuatorOf(first.scaling)}: both serve external metrics, and a cluster has one server of them; expected the same everywhere`,
                  },
              ],
    );
}

function prerequisites(path: string, { release, profile, monitored }: ScalingParts): SettingsProblem[] {
    const problems: SettingsProblem[] = [];
    // Of releases without a scheduler all of that is refused already.
    if (
        release !== undefined &&
        recordOf(release).serving.scheme === "scheduled" &&
        fieldOf(release, "variantAutoscaler") === undefined
    ) {
        problems.push({
            path,
            message: `release ${release} has no autoscaler of models; expected replicas, or release ${releasesWith("variantAutoscaler").join(" or ")}`,
        });
    } else if (
        release !== undefined &&
        profile === "early-access" &&
        recordOf(release).earlyAccess?.without.includes("variantAutoscaler")
    ) {
        problems.push({
            path,
            message: `the previews of release ${release} have no autoscaler of models; expected replicas, or openshiftAi.profile: stable`,
        });
    }
    if (!monitored) {
        problems.push({
            path: "observability",
            message: `is missing: the autoscaler reads the load from user workload monitoring (${path}); expected observability (an empty {} takes its defaults)`,
        });
    }
    return problems;
}
