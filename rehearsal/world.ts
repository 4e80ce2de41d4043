/** A rehearsed cluster with its clock and its simulated controllers. */
import type { Clock } from "./clock";
import type { Cluster } from "./cluster/cluster";

/** A cluster that keeps running after its rehearsal. */
export interface Kept {
    /** A file with which kubectl and all other clients reach the cluster, over TLS. */
    readonly kubeconfig: string;
    /** The next commands for the user. */
    readonly commands: readonly string[];
    /** The process that runs it: this process, until it ends, or a process of its own, until it is stopped. */
    readonly by: "this process" | "a keeper";
}

export interface World {
    readonly cluster: Cluster;
    readonly clock: Clock;
    /** A kubeconfig file of the cluster; removed by {@link close}. */
    readonly kubeconfig: string;
    /** Problems of the simulation itself (not of the simulated cluster) until now, in order. */
    readonly problems: readonly string[];
    /**
     * A copy of the cluster as it is now, on a clock that stands still; the caller closes it. Absent where a cluster cannot be
     * copied.
     */
    frozen?(): Promise<World>;
    /** Makes the simulated operators reconcile every object again. */
    resync(): void;
    /** Keeps the cluster running after the rehearsal. @throws Error when that is not possible */
    keep(): Promise<Kept>;
    /** Stops all processes and removes all files; safe to call twice. */
    close(): Promise<void>;
}
