/** Checks the settings of Connectivity Link against each other and its operator. */
import { connectivityLinkSchema } from "../schema/connectivityLink";
import type { SettingsProblem } from "../problem";

/**
 * @param given the value of `connectivityLink`
 * @param existingOperator whether rhcl-operator is an existing operator
 */
export function connectivityLinkProblems(given: unknown, existingOperator: boolean): SettingsProblem[] {
    const { data: link } = connectivityLinkSchema.safeParse(given ?? {});
    if (link === undefined) {
        return [];
    }
    const problems: SettingsProblem[] = [];
    const { replicas, storage, disk } = link.limitador;
    if (disk !== undefined && storage !== undefined) {
        problems.push({
            path: "connectivityLink.limitador.disk",
            message: "counters are either in Redis (storage) or on a disk; expected one of them",
        });
    }
    if (replicas !== undefined && replicas > 1 && disk !== undefined) {
        problems.push({
            path: "connectivityLink.limitador.replicas",
            message: `a disk belongs to one replica, got ${replicas}; expected 1, or storage (Redis)`,
        });
    } else if (replicas !== undefined && replicas > 1 && storage === undefined) {
        problems.push({
            path: "connectivityLink.limitador.storage",
            message: `is missing: each of ${replicas} replicas would count alone and allow ${replicas} times the limits; expected a Secret with the URL of Redis, or one replica`,
        });
    }
    for (const field of ["flushMilliseconds", "batchSize", "maxCached", "responseMilliseconds"] as const) {
        if (storage?.[field] !== undefined && !storage.cached) {
            problems.push({
                path: `connectivityLink.limitador.storage.${field}`,
                message: "applies only to cached storage; expected cached: true as well",
            });
        }
    }
    const environment = ["failClosed", "authTimeout", "limitTimeout"] as const;
    for (const field of existingOperator ? environment : []) {
        if (link[field] !== undefined) {
            problems.push({
                path: `connectivityLink.${field}`,
                message:
                    "is set in the Subscription of rhcl-operator, which this stack does not change (operators.rhcl-operator.existing); expected no value",
            });
        }
    }
    return problems;
}
