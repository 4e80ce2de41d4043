/** Checks of the settings of Connectivity Link against each other and its operator. */
import { connectivityLinkSchema } from "../schema/connectivityLink";
import type { SettingsProblem } from "../problem";

/**
 * @param given what stands under `connectivityLink`
 * @param existingOperator whether rhcl-operator belongs to somebody else
 */
export function connectivityLinkProblems(given: unknown, existingOperator: boolean): SettingsProblem[] {
    const { data: link } = connectivityLinkSchema.safeParse(given ?? {});
    if (link === undefined) {
        return [];
    }
    const problems: SettingsProblem[] = [];
    const { replicas, storage } = link.limitador;
    if (replicas !== undefined && replicas > 1 && storage === undefined) {
        problems.push({
            path: "connectivityLink.limitador.storage",
            message: `is missing: each of ${replicas} copies would count for itself, and let through ${replicas} times as much; expected a Secret with the URL of Redis, or one copy`,
        });
    }
    if (storage?.flushMilliseconds !== undefined && !storage.cached) {
        problems.push({
            path: "connectivityLink.limitador.storage.flushMilliseconds",
            message: "is for a cached storage; expected cached: true beside it",
        });
    }
    const environment = ["failClosed", "authTimeout", "limitTimeout"] as const;
    for (const field of existingOperator ? environment : []) {
        if (link[field] !== undefined) {
            problems.push({
                path: `connectivityLink.${field}`,
                message:
                    "is said to the operator by its Subscription, and rhcl-operator is somebody else's (operators.rhcl-operator.existing)",
            });
        }
    }
    return problems;
}
