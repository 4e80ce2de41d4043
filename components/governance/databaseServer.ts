/** A database server, in the cluster or outside, and its clients. */
import type * as pulumi from "@pulumi/pulumi";

/** The pods that may connect to a server in the cluster; a network policy refuses all others. */
export interface DatabaseClient {
    readonly namespace: pulumi.Input<string>;
    readonly podLabels: Readonly<Record<string, string>>;
}

/** A server with a database and its user. */
export interface DatabaseServer {
    readonly host: pulumi.Input<string>;
    /** Password of the user; a secret. */
    readonly password: pulumi.Output<string>;
    /** Depend on it to have the server running. */
    readonly running: pulumi.Resource;
}
