import type { Unchecked } from "../subject";
import { podKinds, podSpecs } from "../pods";
import { resourceRule } from "../rule";

const GPU = /^(nvidia\.com\/(gpu|mig-.*)|amd\.com\/gpu|habana\.ai\/gaudi)$/;

/** OpenShift does not add tolerations for GPU nodes to pods. */
export const gpuPodsTolerateTheTaint = resourceRule(
    {
        name: "gpu-pods-tolerate-the-taint",
        title: "Pods that request a GPU tolerate the taint of GPU nodes",
        why: "GPU nodes carry a taint without a value. A pod that does not tolerate it with `Exists` stays Pending forever.",
        remedy: "Add the toleration { key: nvidia.com/gpu, operator: Exists, effect: NoSchedule }.",
        severity: "high",
        source: "docs/sources/gpu-nodes.md#machineset",
    },
    podKinds,
    (subject, report) => {
        for (const { path, spec } of podSpecs(subject)) {
            const asks = [...((spec["containers"] ?? []) as Unchecked[]), spec["model"] as Unchecked].flatMap((c) =>
                Object.keys((c?.resources?.limits ?? {}) as object).filter((name) => GPU.test(name)),
            );
            const tolerations = (spec["tolerations"] ?? []) as (
                { key?: string; operator?: string; effect?: string } | undefined
            )[];
            const resource = asks[0];
            const at = [...path.split("."), "tolerations"];
            if (resource === undefined || subject.unknownAt(at)) {
                continue;
            }
            const key = resource.startsWith("nvidia.com/") ? "nvidia.com/gpu" : resource;
            // A value that is not known yet may be the right one.
            const tolerated = tolerations.some((t, i) => {
                const is = (field: "key" | "operator" | "effect", ...values: (string | undefined)[]): boolean =>
                    subject.unknownAt([...at, i, field]) || values.includes(t?.[field]);
                return is("key", undefined, key) && is("operator", "Exists") && is("effect", undefined, "NoSchedule");
            });
            if (!tolerated) {
                report(
                    `${path}.tolerations: the pod requests ${resource} and does not tolerate the taint ${key}:NoSchedule, so it stays Pending; add a toleration with operator Exists`,
                );
            }
        }
    },
);
