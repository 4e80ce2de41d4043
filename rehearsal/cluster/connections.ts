/** The treatment of client connections by the servers of a rehearsal. */
import type * as http from "node:http";

/**
 * Lets a server never end a connection before its client does. Clients written in Go (Pulumi's Kubernetes provider,
 * kubectl) keep idle connections for 90 s (`IdleConnTimeout` of net/http's DefaultTransport), where Node would close them
 * after 5 s, and they do not send a DELETE again whose connection is reset under it. They also open connections in
 * reserve, which say nothing until they are needed; and a watch may be silent for as long as it likes.
 */
export function keepConnections(server: http.Server): void {
    server.keepAliveTimeout = 0;
    server.headersTimeout = 0;
    server.requestTimeout = 0;
    server.timeout = 0;
}
