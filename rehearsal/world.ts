/** Where a stack is brought up: a cluster of no one's, with the simulated world on it. */
import type { Kept } from "./apiserver/keep";
import type { Clock } from "./clock";
import type { Cluster } from "./cluster/cluster";

export interface World {
    readonly cluster: Cluster;
    readonly clock: Clock;
    /** A file with which clients reach the cluster; gone when the world is closed. */
    readonly kubeconfig: string;
    /** Lets the simulated operators look at everything again. */
    resync(): void;
    /** Hands everything over to a process of its own; this world is then closed. Absent where the cluster is this process. */
    keep?(): Promise<Kept>;
    /** Ends everything that was started and removes what was written; safe to call twice. */
    close(): Promise<void>;
}
