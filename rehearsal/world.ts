/** Where a stack is brought up: a cluster of no one's, with the simulated world on it. */
import type { Clock } from "./clock";
import type { Cluster } from "./cluster/cluster";

/** A world that stays after its rehearsal. */
export interface Kept {
    /** A file with which kubectl and all other clients reach the cluster, over TLS. */
    readonly kubeconfig: string;
    /** What to do next, as commands. */
    readonly commands: readonly string[];
    /** Where it is: here, as long as this process and its world, or in a process of its own, until that is told to stop. */
    readonly by: "this process" | "a keeper";
}

export interface World {
    readonly cluster: Cluster;
    readonly clock: Clock;
    /** A file with which clients reach the cluster; gone when the world is closed. */
    readonly kubeconfig: string;
    /**
     * The same as it is now, in a world of its own in which nothing happens; whoever asks closes it. Absent where a cluster
     * cannot be copied.
     */
    frozen?(): Promise<World>;
    /** Lets the simulated operators look at everything again. */
    resync(): void;
    /** Lets others in after the rehearsal. @throws Error when the cluster cannot be kept */
    keep(): Promise<Kept>;
    /** Ends everything that was started and removes what was written; safe to call twice. */
    close(): Promise<void>;
}
