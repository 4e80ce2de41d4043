/** Tells when a program has nothing left to do at the present moment of the rehearsal. */
import type { VirtualClock } from "../clock";
import type { GrpcServer } from "./grpc";

/**
 * Round trips to the program's event loop that must pass in a row without it beginning anything. One is not enough: an
 * answer that it has just read may lead to a new connection, whose first request arrives some turns of its loop later.
 */
const ROUND_TRIPS = 5;
/** The time for which a program that runs hooks must stay quiet, in milliseconds: it may be reading a file, which its loop does not wait for. */
const HOOK_MILLISECONDS = 2;

/**
 * @param runsHooks whether hooks of the program are running
 * @returns true when the program's event loop came round several times and nothing came in
 */
export async function isQuiet(server: GrpcServer, clock: VirtualClock, runsHooks: boolean): Promise<boolean> {
    const begun = clock.activity;
    const since = performance.now();
    for (let i = 0; i < ROUND_TRIPS || (runsHooks && performance.now() - since < HOOK_MILLISECONDS); i++) {
        if (server.clients === 0) {
            return true;
        }
        await server.ping();
        await new Promise((resolve) => setImmediate(resolve));
        if (clock.activity !== begun) {
            return false;
        }
    }
    return true;
}
