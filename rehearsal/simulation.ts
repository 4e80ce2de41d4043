/** Simulated controllers of a rehearsed cluster. The rehearsal knows no product: its caller names the module that simulates them. */
import type { Clock } from "./clock";
import type { Cluster } from "./cluster/cluster";
import type { SchemaCheck } from "./cluster/validation";

/** Simulated controllers of a cluster. */
export interface Simulation {
    /** Creates the objects of a fresh cluster, then starts the controllers. */
    start(): Promise<void>;
    /** Stops the controllers; the objects of the cluster remain. */
    stop(): void;
    /** Makes every controller reconcile every object again. */
    resync(): void;
    /** Problems of the simulation itself (not of the simulated cluster), in order; empty in a sound rehearsal. */
    readonly problems: readonly string[];
    /** The origin of the definitions of custom resources, as text for users. */
    readonly definedBy: string;
}

/** Arguments of a simulation, beside cluster and clock. */
export interface SimulationSetup {
    readonly env: NodeJS.ProcessEnv;
    /** Options of the simulation's own, as {@link SimulationRef.options} has them. */
    readonly options: object;
}

/** Exports of the module of a simulation. */
export interface SimulationModule {
    simulate(cluster: Cluster, clock: Clock, setup: SimulationSetup): Simulation;
    /** Judges custom objects in a cluster in memory. */
    readonly schemas: SchemaCheck;
}

/** Names a simulation, so that another process can load it as well. */
export interface SimulationRef {
    /** Absolute path of a {@link SimulationModule}. */
    readonly module: string;
    /** Options of the simulation's own. Default: none. */
    readonly options?: object;
}

/** Loads a simulation. */
export function simulationModule({ module }: SimulationRef): SimulationModule {
    return require(module) as SimulationModule;
}

/** A simulation that has not begun to play. @param env Default: that of this process */
export function simulationOf(ref: SimulationRef, cluster: Cluster, clock: Clock, env = process.env): Simulation {
    return simulationModule(ref).simulate(cluster, clock, { env, options: ref.options ?? {} });
}
