/** The pod specs of an object, wherever its kind contains them. */
import type { Subject, Unchecked } from "./subject";

/** Kinds whose objects create pods. */
export const podKinds = [
    "Pod",
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "CronJob",
    "LLMInferenceService",
    "InferenceService",
    "ServingRuntime",
    "DevWorkspace",
] as const;

/** A pod spec and its path in the object. */
export interface LocatedPodSpec {
    readonly path: string;
    readonly spec: Readonly<Record<string, Unchecked>>;
}

const places: Readonly<Record<string, readonly string[]>> = {
    Pod: ["spec"],
    Deployment: ["spec.template.spec"],
    StatefulSet: ["spec.template.spec"],
    DaemonSet: ["spec.template.spec"],
    Job: ["spec.template.spec"],
    CronJob: ["spec.jobTemplate.spec.template.spec"],
    LLMInferenceService: ["spec.template", "spec.worker", "spec.prefill.template", "spec.prefill.worker"],
    InferenceService: ["spec.predictor", "spec.predictor.workerSpec"],
    ServingRuntime: ["spec"],
};

/** Every pod spec of an object. */
export function podSpecs(subject: Subject): LocatedPodSpec[] {
    return (places[subject.kind] ?? []).flatMap((path) => {
        const spec = path.split(".").reduce<Unchecked>((at, key) => at?.[key], subject.value);
        return typeof spec === "object" && spec !== null ? [{ path, spec: spec as Record<string, Unchecked> }] : [];
    });
}

/** A container and its path in the object. */
export interface Container {
    readonly path: string;
    readonly value: Readonly<Record<string, Unchecked>>;
}

/** Every container of an object, init containers included. */
export function containers(subject: Subject): Container[] {
    if (subject.kind === "DevWorkspace") {
        return workspaceContainers(subject);
    }
    return podSpecs(subject).flatMap(({ path, spec }) =>
        ["initContainers", "containers"].flatMap((list) =>
            (Array.isArray(spec[list]) ? (spec[list] as unknown[]) : []).map((value, i) => ({
                path: `${path}.${list}[${i}]`,
                value: (value ?? {}) as Record<string, Unchecked>,
            })),
        ),
    );
}

/** The containers of a workspace; they state their limits under names of their own (`cpuLimit`). */
function workspaceContainers({ value }: Subject): Container[] {
    const components: unknown = value["spec"]?.template?.components;
    return (Array.isArray(components) ? (components as Unchecked[]) : []).flatMap((component, i) =>
        typeof component?.container === "object" && component.container !== null
            ? [{ path: `spec.template.components[${i}].container`, value: component.container as Record<string, Unchecked> }]
            : [],
    );
}

/** An environment variable of a container and its path in the object. */
export interface Variable {
    readonly path: string;
    readonly name: string | undefined;
    /** Undefined if the variable refers to a Secret or another source. */
    readonly value: unknown;
}

/** Every environment variable of an object's containers. */
export function variables(subject: Subject): Variable[] {
    return containers(subject).flatMap(({ path, value }) =>
        (Array.isArray(value["env"]) ? (value["env"] as ({ name?: string; value?: unknown } | undefined)[]) : []).map(
            (variable, i) => ({ path: `${path}.env[${i}]`, name: variable?.name, value: variable?.value }),
        ),
    );
}
