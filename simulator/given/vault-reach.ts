import type { KubeObject } from "../../rehearsal/cluster/cluster";
import type { World } from "../world";
import { communityRuns } from "./given-identity";

/** Whether the network policy of External Secrets lets its controllers reach the server of a store. */
export function vaultReachable(world: World, store: KubeObject): boolean {
    const server = (store.spec?.provider?.vault as { server?: string } | undefined)?.server;
    if (server === undefined) {
        return true;
    }
    const config = world.get("operator.openshift.io/v1alpha1/ExternalSecretsConfig", "", "cluster");
    if (config === undefined && communityRuns(world)) {
        return true;
    }
    const policies = (config?.spec?.controllerConfig?.networkPolicies ?? []) as {
        egress: { ports?: { port: number }[] }[];
    }[];
    const port = Number(new URL(server).port || "443");
    return policies.some(({ egress }) =>
        egress.some(({ ports }) => ports === undefined || ports.some((allowed) => allowed.port === port)),
    );
}
