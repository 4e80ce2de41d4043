/** What plays the controllers of a rehearsed cluster. The rehearsal knows no product: whoever rehearses names a module that does. */
import type { Clock } from "./clock";
import type { Cluster } from "./cluster/cluster";
import type { SchemaCheck } from "./cluster/validation";

/** Controllers at work on a cluster. */
export interface Simulation {
    /** Puts up what a fresh cluster has, then begins to play. */
    start(): Promise<void>;
    /** Ends it; what is on the cluster stays. */
    stop(): void;
    /** Lets every controller look at everything again. */
    resync(): void;
    /** What defines the custom resources, for people. */
    readonly definedBy: string;
}

/** What a simulation gets beside cluster and clock. */
export interface SimulationSetup {
    readonly env: NodeJS.ProcessEnv;
    /** Options of the simulation's own, as {@link SimulationRef.options} has them. */
    readonly options: object;
}

/** What the module of a simulation exports. */
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
