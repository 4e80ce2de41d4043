import { K } from "./kind-names";
import { itself } from "./object";
import { packageOf } from "./olm/catalogue";
import type { Controller } from "./work-queue";
import type { World } from "./world";

/**
 * Watches of a controller whose objects depend on other objects: it reconciles an object when that changes, and all objects of
 * the kind when an object of `others` changes, or a ClusterServiceVersion of `operator`.
 */
export function watchesOf(
    world: World,
    kind: string,
    others: readonly string[],
    operator?: string,
): Record<string, Controller["watches"][string]> {
    const all = (): string[] => world.keys(kind);
    return {
        [kind]: itself,
        ...Object.fromEntries(others.map((other) => [other, all])),
        ...(operator !== undefined && {
            [K.ClusterServiceVersion]: (csv) => (packageOf(csv.metadata.name) === operator ? all() : []),
        }),
    };
}
