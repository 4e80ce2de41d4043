/** Demand: the GPUs that the containers of model services ask for, times their replicas. */
import { GPU_MEMORY_ANNOTATION, GPU_RESOURCE, UPDATE_STRATEGY_ANNOTATION } from "../labels";
import type { ModelDemand, PlannedObject } from "./model";
import { bounds } from "./range";
import { at, list, number, object, string } from "./read";

/** A demand, and the nodes that it selects. */
export interface PlacedDemand {
    readonly demand: ModelDemand;
    readonly selector: Readonly<Record<string, unknown>>;
    readonly tolerations: readonly Record<string, unknown>[];
}

/** One demand for the main (or decode) pods and one for prefill, which may select other nodes. */
export function llmDemands(resource: PlannedObject): PlacedDemand[] {
    const spec = at(resource.inputs, "spec");
    const parts: [string, unknown][] = [
        ["", spec],
        [" (prefill)", at(spec, "prefill")],
    ];
    return parts.flatMap(([suffix, part]) => {
        const workers = at(part, "worker") === undefined ? 0 : groupSize(at(part, "parallelism")) - 1;
        const pods = [gpusOf(at(part, "template")), ...Array<number>(workers).fill(gpusOf(at(part, "worker")))];
        const fixed = at(part, "replicas") ?? 1;
        const scaling = at(part, "scaling");
        const replicas =
            scaling === undefined ? bounds(fixed, fixed) : bounds(at(scaling, "minReplicas") ?? 1, at(scaling, "maxReplicas"));
        // A group over several nodes is updated in its place.
        const rolling =
            workers === 0 && at(resource.inputs, "metadata", "annotations", UPDATE_STRATEGY_ANNOTATION) !== "recreate";
        return placed(resource, suffix, { replicas, pods, rolling }, at(part, "template") ?? at(part, "worker"));
    });
}

/** Pods of one replica of a multi-node model: leader and workers. */
function groupSize(parallelism: unknown): number {
    const [data, local, pipeline] = [
        number(at(parallelism, "data")),
        number(at(parallelism, "dataLocal")),
        number(at(parallelism, "pipeline")),
    ];
    return Math.max(1, pipeline ?? (data !== undefined ? Math.ceil(data / (local ?? 1)) : 1));
}

/** The demand of an InferenceService: its own containers, or those of its runtime. */
export function inferenceServiceDemands(resource: PlannedObject, runtimes: readonly unknown[]): PlacedDemand[] {
    const predictor = at(resource.inputs, "spec", "predictor");
    const own = gpusOf({ containers: [at(predictor, "model"), ...list(at(predictor, "containers"))] });
    const runtime = runtimes.find((r) => at(r, "metadata", "name") === at(predictor, "model", "runtime"));
    const workers = at(predictor, "workerSpec");
    const workerCount = workers === undefined ? 0 : Math.max(0, (number(at(workers, "pipelineParallelSize")) ?? 2) - 1);
    const pods = [
        own > 0 ? own : runtime === undefined ? 0 : gpusOf(at(runtime, "spec")),
        ...Array<number>(workerCount).fill(gpusOf(workers)),
    ];
    const min = at(predictor, "minReplicas") ?? 1;
    const rolling = workerCount === 0 && at(predictor, "deploymentStrategy", "type") !== "Recreate";
    return placed(resource, "", { replicas: bounds(min, at(predictor, "maxReplicas") ?? min), pods, rolling }, predictor);
}

function placed(
    resource: PlannedObject,
    suffix: string,
    { replicas, pods, rolling }: Pick<ModelDemand, "replicas" | "pods" | "rolling">,
    podSpec: unknown,
): PlacedDemand[] {
    const perReplica = pods.reduce((sum, gpus) => sum + gpus, 0);
    if (perReplica === 0) {
        return [];
    }
    const memory = string(at(resource.inputs, "metadata", "annotations", GPU_MEMORY_ANNOTATION));
    return [
        {
            demand: {
                urn: resource.urn,
                name: `${string(at(resource.inputs, "metadata", "name")) ?? resource.name}${suffix}`,
                replicas,
                pods,
                gpus: replicas && { min: replicas.min * perReplica, max: replicas.max * perReplica },
                rolling,
                ...(memory !== undefined && { memory }),
            },
            selector: object(at(podSpec, "nodeSelector")),
            tolerations: list(at(podSpec, "tolerations")).map(object),
        },
    ];
}

/** GPUs that the containers of a pod ask for together. */
function gpusOf(podSpec: unknown): number {
    return list(at(podSpec, "containers")).reduce<number>(
        (sum, container) =>
            sum +
            (number(at(container, "resources", "limits", GPU_RESOURCE)) ??
                number(at(container, "resources", "requests", GPU_RESOURCE)) ??
                0),
        0,
    );
}
