/** A database server, in the cluster or outside, and its clients. */
import type * as pulumi from "@pulumi/pulumi";

/** The pods that may connect to a server in the cluster; a network policy refuses all others. */
export interface DatabaseClient {
    readonly namespace: pulumi.Input<string>;
    readonly podLabels: Readonly<Record<string, string>>;
    /**
     * Suffix of the name of the network policy that admits them; empty: the policy has the name of the server. With another
     * suffix the policy is another object: Pulumi creates it before it deletes the former one, and deletes that at the end of
     * `up`. So clients that move to another namespace reach the server from both meanwhile.
     */
    readonly policySuffix: string;
}

/** A server with a database and its user. */
export interface DatabaseServer {
    readonly host: pulumi.Input<string>;
    /** Password of the user; a secret. */
    readonly password: pulumi.Output<string>;
    /** Depend on it to have the server running. */
    readonly running: pulumi.Resource;
}
