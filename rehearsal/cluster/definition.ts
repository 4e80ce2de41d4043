/** The status of CustomResourceDefinitions. */
import type { KubeObject } from "./cluster";

/** Whether a CustomResourceDefinition says that its kinds are served. */
export function isEstablished({ status }: KubeObject): boolean {
    const conditions = status?.conditions as readonly { type: string; status: string }[] | undefined;
    return conditions?.some((condition) => condition.type === "Established" && condition.status === "True") ?? false;
}

/** The status of a CustomResourceDefinition whose kinds are served since `lastTransitionTime`. */
export function establishedStatus(definition: KubeObject, lastTransitionTime: string): KubeObject["status"] {
    return {
        acceptedNames: { listKind: `${definition.spec.names.kind}List`, ...definition.spec.names },
        storedVersions: (definition.spec.versions as { name: string; storage?: boolean }[])
            .filter((v) => v.storage !== false)
            .map((v) => v.name),
        conditions: [
            {
                type: "NamesAccepted",
                status: "True",
                reason: "NoConflicts",
                message: "no conflicts found",
                lastTransitionTime,
            },
            {
                type: "Established",
                status: "True",
                reason: "InitialNamesAccepted",
                message: "the initial names have been accepted",
                lastTransitionTime,
            },
        ],
    };
}
