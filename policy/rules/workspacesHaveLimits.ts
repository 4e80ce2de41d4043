import { containers } from "../pods";
import { resourceRule } from "../rule";
import type { Subject, Unchecked } from "../subject";

/** A workspace cannot take a node for itself. */
export const workspacesHaveLimits = resourceRule(
    {
        name: "workspaces-have-limits",
        title: "Workspaces limit CPU and memory, and the user starts them",
        why: "A workspace without limits can use all of its node, and other workspaces on it are evicted. A workspace that a deployment starts runs before its user asks for it, and again after the user has stopped it.",
        remedy: "Set cpuLimit and memoryLimit of each container, and leave spec.started false.",
        severity: "medium",
        source: "docs/sources/workspaces.md#dev-spaces",
    },
    ["DevWorkspace"],
    (subject, report) => {
        for (const { path, value } of containers(subject)) {
            if (isMerged(subject, path)) {
                continue;
            }
            for (const field of ["cpuLimit", "memoryLimit"]) {
                if (value[field] === undefined && !subject.unknownAt([...keysOf(path), field])) {
                    report(`${path}.${field}: there is no limit, so the workspace may use the whole node; set one`);
                }
            }
        }
        if (subject.value["spec"]?.started === true) {
            report("spec.started: true starts the workspace for its user; set false");
        }
    },
);

const CONTRIBUTES = ["attributes", "controller.devfile.io/container-contribution"] as const;

/** Whether the DevWorkspace operator merges a container into another, whose limits then count, or may do so. */
function isMerged(subject: Subject, path: string): boolean {
    const attribute = [...keysOf(path).slice(0, -1), ...CONTRIBUTES];
    return subject.unknownAt(attribute) || attribute.reduce<Unchecked>((at, key) => at?.[key], subject.value) === true;
}

/** The keys of a path such as `spec.template.components[0].container`. */
function keysOf(path: string): PropertyKey[] {
    return path.split(/[.[\]]+/).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}
