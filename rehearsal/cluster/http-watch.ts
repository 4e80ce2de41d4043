import type http from "node:http";

import type { Clock } from "../clock";
import type { KubeObject } from "./cluster";
import { listOf, selection, targetOf } from "./http-target";
import type { Change } from "./listeners";
import type { MemoryCluster } from "./memory";

/**
 * Follows the objects that a URL names until the client or the server ends it.
 *
 * The clock is held only until an event has been handed to the socket, so that time passes while the watch waits; its
 * `timeoutSeconds` are seconds of the rehearsal.
 *
 * @param ends is given what ends the watch, for as long as it lasts
 * @param release lets time pass that was held for the request
 */
export function watch(
    cluster: MemoryCluster,
    clock: Clock,
    url: URL,
    response: http.ServerResponse,
    { ends, release }: { readonly ends: Set<() => void>; readonly release: () => void },
): void {
    const { kind, namespace } = targetOf(cluster, url.pathname);
    const query = url.searchParams;
    const chosen = selection(query);
    const from = query.get("resourceVersion");
    response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-cache, private" });
    response.flushHeaders();
    const seen = new Set<string>();
    const write = (type: string, object: KubeObject): void => {
        // The event is delivered before time passes.
        const held = clock.hold();
        response.write(`${JSON.stringify({ type, object: { ...object, apiVersion: kind.apiVersion } })}\n`, () =>
            setImmediate(held),
        );
    };
    const tell = (change: Change): void => {
        if (
            change.group !== kind.group ||
            change.kind !== kind.kind ||
            (namespace !== undefined && change.object.metadata.namespace !== namespace)
        ) {
            return;
        }
        const uid = change.object.metadata.uid!;
        const matches = change.type !== "DELETED" && chosen(change.object);
        if (matches) {
            write(seen.has(uid) ? "MODIFIED" : change.type, change.object);
            seen.add(uid);
        } else if (seen.has(uid) || (change.type === "DELETED" && chosen(change.object))) {
            write("DELETED", change.object);
            seen.delete(uid);
        }
    };
    const stops: (() => void)[] = [];
    const end = (): void => {
        const held = clock.hold();
        response.once("close", held);
        response.end(() => setImmediate(held));
    };
    ends.add(end);
    response.once("close", () => {
        stops.forEach((stop) => stop());
        ends.delete(end);
    });
    const listen = (): void => {
        stops.push(cluster.watchChanges(tell));
        const seconds = Number(query.get("timeoutSeconds"));
        if (seconds > 0) {
            stops.push(clock.after(seconds, end));
        }
        release();
    };
    if (from === null || from === "" || from === "0") {
        void listOf(cluster, { kind, namespace, name: undefined, subresource: undefined }, chosen).then(({ items }) => {
            items.forEach((item) => {
                write("ADDED", item);
                seen.add(item.metadata.uid!);
            });
            listen();
        });
    } else {
        cluster.changesSince(Number(from)).forEach(tell);
        listen();
    }
}
