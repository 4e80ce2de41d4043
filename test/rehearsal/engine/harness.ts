/** Runs fixture programs against a cluster in memory on which the test itself plays the controllers. */
import * as path from "node:path";

import { VirtualClock } from "../../../rehearsal/clock";
import type { ClusterEvent, KubeObject } from "../../../rehearsal/cluster/cluster";
import type { ServedCluster } from "../../../rehearsal/cluster/served";
import type { ProgressEvent } from "../../../rehearsal/engine/events";
import { MemoryWorld } from "../../../rehearsal/memoryWorld";
import { RehearsalSession, type RehearseOptions } from "../../../rehearsal/rehearse";

export const FIXTURES = path.join(__dirname, "fixtures");

/** A session with the cluster and clock that it runs on. */
export interface World {
    readonly session: RehearsalSession;
    readonly cluster: ServedCluster;
    readonly clock: VirtualClock;
    readonly events: ProgressEvent[];
    /** Reacts to objects of a kind (`apps/v1/Deployment`). */
    on(kind: string, react: (event: ClusterEvent) => void): void;
}

/** Opens a world, runs the test in it, and closes it. */
export async function inWorld(
    stack: string,
    test: (world: World) => Promise<void>,
    options: Partial<RehearseOptions> & { env?: Record<string, string> } = {},
): Promise<void> {
    const clock = new VirtualClock();
    const world = await MemoryWorld.empty(clock);
    const { cluster } = world;
    for (const name of ["default", "kube-system"]) {
        if ((await cluster.get({ apiVersion: "v1", kind: "Namespace", name })) === undefined) {
            await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
        }
    }
    const events: ProgressEvent[] = [];
    const { env = {}, ...rest } = options;
    const session = new RehearsalSession(
        { projectDir: FIXTURES, stack, limit: 30_000, onEvent: (e) => events.push(e), ...rest },
        world,
    );
    const before = Object.keys(env).map((key) => [key, process.env[key]] as const);
    Object.assign(process.env, env);
    try {
        await test({ session, cluster, clock, events, on: (kind, react) => void cluster.subscribe([kind], react) });
    } finally {
        before.forEach(([key, value]) => (value === undefined ? delete process.env[key] : (process.env[key] = value)));
        await session.close();
    }
}

/** `name: operation` of each, sorted. */
export function operationsOf(result: { operations: readonly { urn: string; operation: string }[] }): string[] {
    return result.operations.map((o) => `${o.urn.split("::").at(-1)}: ${o.operation}`).sort();
}

/** Plays the controller of deployments: available after some seconds. */
export function playDeployments(world: World, seconds: number): void {
    const settled = new Map<string, number>();
    world.on("apps/v1/Deployment", ({ type, object }) => {
        const generation = object.metadata.generation ?? 1;
        if (type === "DELETED" || settled.get(object.metadata.name) === generation) {
            return;
        }
        settled.set(object.metadata.name, generation);
        world.clock.after(seconds, () => {
            const replicas = (object.spec as { replicas: number }).replicas;
            void world.cluster.mergePatch(
                { apiVersion: "apps/v1", kind: "Deployment", name: object.metadata.name, namespace: object.metadata.namespace },
                {
                    status: {
                        observedGeneration: generation,
                        replicas,
                        updatedReplicas: replicas,
                        readyReplicas: replicas,
                        availableReplicas: replicas,
                    },
                },
                { subresource: "status" },
            );
        });
    });
}

export function configMap(name: string, data: Record<string, string>, namespace = "default"): KubeObject {
    return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data };
}
