/** What plays the controllers of a rehearsed cluster. The rehearsal knows no product: whoever rehearses names a module that does. */
import type { Clock } from "./clock";
import type { Cluster, KubeObject } from "./cluster/cluster";

/** Controllers at work on a cluster. */
export interface Simulation {
    /** Puts up what a fresh cluster has, then begins to play. */
    start(): Promise<void>;
    /** Ends it; what is on the cluster stays. */
    stop(): void;
    /** Lets every controller look at everything again. */
    resync(): void;
}

/** What a simulation gets beside cluster and clock. */
export interface SimulationSetup {
    /** The CustomResourceDefinitions of an operator, or of `openshift`. */
    readonly crds: (operator: string) => readonly KubeObject[];
    /** Options of the simulation's own, as {@link SimulationRef.options} has them. */
    readonly options: object;
}

/** What the module of a simulation exports. */
export interface SimulationModule {
    simulate(cluster: Cluster, clock: Clock, setup: SimulationSetup): Simulation;
}

/** Names a simulation, so that another process can load it as well. */
export interface SimulationRef {
    /** Absolute path of a {@link SimulationModule}. */
    readonly module: string;
    /** Options of the simulation's own. Default: none. */
    readonly options?: object;
}

/** A simulation that has not begun to play. */
export function simulationOf(
    { module, options = {} }: SimulationRef,
    cluster: Cluster,
    clock: Clock,
    crds: SimulationSetup["crds"],
): Simulation {
    return (require(module) as SimulationModule).simulate(cluster, clock, { crds, options });
}
