import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import { serves } from "../openshift-ai";
import type { World, ConditionSpec } from "../world";

export interface ModelRef {
    readonly name: string;
    readonly namespace: string;
    readonly tokenRateLimits?: readonly { limit: number; window: string }[];
}

export function modelRefs(object: KubeObject): ModelRef[] {
    return (object.spec?.modelRefs as ModelRef[] | undefined) ?? [];
}

export function controllerRuns(world: World): boolean {
    return serves(world, "maas-controller");
}

/** The condition that all of maas-controller's kinds report. */
export function ready(ok: boolean, reason: string, message: string): ConditionSpec {
    return { type: "Ready", status: ok ? "True" : "False", reason, message };
}

export async function deleteGenerated(world: World, namespace: string, model: string): Promise<void> {
    for (const [kind, name] of [
        [K.AuthPolicy, `maas-auth-${model}`],
        [K.TokenRateLimitPolicy, `maas-trlp-${model}`],
    ] as const) {
        const object = world.get(kind, namespace, name);
        if (object && !object.metadata.deletionTimestamp) {
            await world.delete(object);
        }
    }
}
