/** Vault in the cluster: its pods, with the labels by which Vault says what it is. */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import { type Controller, itself, ownerOf, splitKey, type World } from "../world";

const POD = "v1/Pod";

/**
 * Vault's service registration, and a person who initializes it as soon as its pods run. The fault `uninitialized:vault` keeps
 * that person away. Labels that are there are left as they are. Source: docs/sources/identity.md#vault-server,
 * #vault-initialization.
 */
export class VaultServers implements Controller {
    readonly name = "vault-servers";
    readonly watches: Controller["watches"] = {
        [K.StatefulSet]: (set) => (registers(set) ? itself(set) : []),
        [POD]: () => [],
    };

    constructor(private readonly world: World) {}

    async reconcile(key: string): Promise<void> {
        const [namespace, name] = splitKey(key);
        const set = this.world.get(K.StatefulSet, namespace, name);
        if (!set || set.metadata.deletionTimestamp || Number(set.status?.readyReplicas ?? 0) < Number(set.spec.replicas)) {
            return;
        }
        const initialized = !this.world.faults.uninitialized(name);
        for (let i = 0; i < Number(set.spec.replicas); i++) {
            await this.world.ensure({
                apiVersion: "v1",
                kind: "Pod",
                metadata: {
                    name: `${name}-${i}`,
                    namespace,
                    labels: {
                        ...(set.spec.template.metadata.labels as Record<string, string>),
                        "vault-initialized": String(initialized),
                        "vault-sealed": String(!initialized),
                        "vault-active": String(initialized && i === 0),
                    },
                    ownerReferences: [ownerOf(set)],
                },
                spec: {
                    containers: (set.spec.template.spec.containers as { name: string; image: string }[]).map((container) => ({
                        name: container.name,
                        image: container.image,
                    })),
                },
                // Its readiness probe takes a Vault that is not initialized for ready.
                status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
            });
        }
    }
}

/** Whether the pods of a StatefulSet are Vault's. */
function registers(set: KubeObject): boolean {
    return set.metadata.name === "vault" && set.spec?.template?.metadata?.labels?.component === "server";
}
