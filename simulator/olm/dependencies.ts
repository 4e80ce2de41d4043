import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import type { World } from "../world";
import { findPackage, packageOf } from "./catalogue";

/** A Subscription and the ClusterServiceVersion that is installed for it next. */
export interface Resolution {
    readonly subscription: KubeObject;
    readonly csv: string;
}

/** The packages that the new CSVs need and that nobody provides. */
export function dependencies(
    world: World,
    steps: readonly Resolution[],
    subscriptions: readonly KubeObject[],
): { name: string; csv: string }[] {
    const provided = new Set([
        ...subscriptions.map((subscription) => subscription.spec.name as string),
        ...world.all(K.ClusterServiceVersion).map((csv) => packageOf(csv.metadata.name)),
    ]);
    const missing = new Map<string, string>();
    const visit = (name: string): void => {
        for (const required of findPackage(name)?.requires ?? []) {
            if (!provided.has(required) && !missing.has(required)) {
                const found = findPackage(required)!;
                missing.set(required, found.channels[found.defaultChannel]!.at(-1)!);
                visit(required);
            }
        }
    };
    steps.forEach(({ csv }) => visit(packageOf(csv)!));
    return [...missing].map(([name, csv]) => ({ name, csv }));
}
