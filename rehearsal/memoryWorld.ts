/** A cluster in this process, on a virtual clock. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { type Clock, FrozenClock, VirtualClock } from "./clock";
import { HttpFace } from "./cluster/http";
import { ServedCluster } from "./cluster/served";
import type { SchemaCheck } from "./cluster/validation";
import { removeWhenGone } from "./engine/child";
import { type Simulation, simulationModule, type SimulationRef, simulationOf } from "./simulation";
import type { Kept, World } from "./world";

export class MemoryWorld implements World {
    private secure: HttpFace | undefined;
    private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "maas-kubeconfig-"));
    // Also after this process is killed.
    private readonly removeFolder = removeWhenGone(this.folder);

    private constructor(
        readonly cluster: ServedCluster,
        readonly clock: Clock & { stop?(): void },
        private readonly simulator: Simulation | undefined,
    ) {
        fs.writeFileSync(this.kubeconfig, cluster.kubeconfig(), { mode: 0o600 });
    }

    /** Creates a fresh cluster in memory with its simulated controllers. */
    static async open(simulation: SimulationRef): Promise<MemoryWorld> {
        const clock = new VirtualClock();
        const frozen = clock.hold();
        const cluster = await MemoryWorld.serving(clock, simulationModule(simulation).schemas);
        const simulator = simulationOf(simulation, cluster, clock);
        await simulator.start();
        frozen();
        return new MemoryWorld(cluster, clock, simulator);
    }

    /** Creates a cluster without objects or controllers. */
    static async empty(clock: VirtualClock): Promise<MemoryWorld> {
        return new MemoryWorld(await MemoryWorld.serving(clock), clock, undefined);
    }

    get kubeconfig(): string {
        return path.join(this.folder, "kubeconfig");
    }

    get problems(): readonly string[] {
        return this.simulator?.problems ?? [];
    }

    /** Resolves when the simulation has nothing to do at once: the worker nodes of the fresh cluster are there then. */
    settled(): Promise<void> {
        return new Promise((resolve) => void this.clock.after(1, resolve));
    }

    /** Serves the cluster over TLS too, and lets the kubeconfig name that server: over plain HTTP kubectl sends no token. */
    async keep(): Promise<Kept> {
        const { loopbackCertificate } = await import("./cluster/certificate");
        this.secure ??= await HttpFace.open(this.cluster, this.clock, loopbackCertificate());
        fs.writeFileSync(this.kubeconfig, this.secure.kubeconfig, { mode: 0o600 });
        const commands = [`export KUBECONFIG=${this.kubeconfig}`, "kubectl get namespaces"];
        return { kubeconfig: this.kubeconfig, commands, by: "this process" };
    }

    /** A copy of the cluster as it is now, on a clock that stands still. */
    async frozen(): Promise<World> {
        const clock = new FrozenClock(this.clock.now());
        const cluster = new ServedCluster(clock, undefined, this.cluster);
        await cluster.serve();
        return new MemoryWorld(cluster, clock, undefined);
    }

    resync(): void {
        this.simulator?.resync();
    }

    async close(): Promise<void> {
        this.simulator?.stop();
        this.clock.stop?.();
        await this.secure?.close();
        await this.cluster.close();
        this.removeFolder();
    }

    private static async serving(clock: VirtualClock, schemas?: SchemaCheck): Promise<ServedCluster> {
        const cluster = new ServedCluster(clock, schemas);
        await cluster.serve();
        return cluster;
    }
}
