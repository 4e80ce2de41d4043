/** Outages: objects of a rehearsed cluster that were ready, and are not for a time. */
import type { Cluster, KubeObject } from "../../rehearsal/cluster/cluster";
import { gatesOf } from "../../rehearsal/providers/kubernetes/gates";
import type { PlannedResource } from "../../rehearsal/result";

/** A time in which an object is not ready. */
export interface Outage {
    /** `LLMInferenceService maas/gpt-oss-20b`. */
    readonly object: string;
    /** Seconds after the start of the watch. */
    readonly from: number;
    /** Seconds; absent: it is not ready at the end either. */
    readonly seconds?: number;
    /** The reason, in the words of its controller. */
    readonly why: string;
}

/** The reason shown for an object that is deleted. */
export const DELETED = "deleted";

interface Watched {
    /** Whether it came after the watch began: then nobody misses it. */
    readonly came: boolean;
    since: number | undefined;
    why: string;
}

/** The kinds of objects that say whether they are ready, among those of a stack. */
export function kindsWithReadiness(resources: readonly PlannedResource[]): string[] {
    const kinds = resources
        .filter(({ type, options }) => type.startsWith("kubernetes:") && options.custom && options.reads === undefined)
        .map(({ type }) => type.split(":").slice(1) as [string, string])
        .filter(([, kind]) => !kind.endsWith("Patch"))
        .map(([apiVersion, kind]) => `${apiVersion.replace(/^core\//, "")}/${kind}`);
    return [...new Set(kinds)].sort();
}

/**
 * Watches a cluster.
 *
 * @param now the cluster's clock, in seconds
 * @returns ends the watch, and tells the outages that lasted, in the order in which they began
 */
export function watchOutages(cluster: Pick<Cluster, "subscribe">, kinds: readonly string[], now: () => number): () => Outage[] {
    const begun = now();
    const known = new Map<string, Watched>();
    const outages: Outage[] = [];
    const stop = cluster.subscribe(kinds, ({ type, object }) => {
        const name = nameOf(object);
        const unready = type === "DELETED" ? DELETED : unreadiness(object);
        const watched = known.get(name);
        if (watched === undefined) {
            if (unready === undefined) {
                known.set(name, { came: type === "ADDED" && now() > begun, since: undefined, why: "" }); // Only what was ready can stop.
            }
        } else if (unready === undefined && watched.since !== undefined) {
            outages.push({ object: name, from: watched.since - begun, seconds: now() - watched.since, why: watched.why });
            watched.since = undefined;
        } else if (unready !== undefined && watched.since === undefined) {
            [watched.since, watched.why] = [now(), unready];
        }
    });
    return () => {
        stop();
        const open = [...known].flatMap(([object, { came, since, why }]) =>
            since === undefined || (came && why === DELETED) ? [] : [{ object, from: since - begun, why }],
        );
        return [...outages.filter(({ seconds }) => seconds! > 0), ...open].sort(
            (a, b) => a.from - b.from || (a.object < b.object ? -1 : 1),
        );
    };
}

/** Why an object is not ready; undefined when it is, or does not say. */
function unreadiness(object: KubeObject): string | undefined {
    const unmet = gatesOf(object, false).gates.find((gate) => !gate.judge(object).ready);
    return unmet?.judge(object).seen;
}

function nameOf({ kind, metadata: { namespace, name } }: KubeObject): string {
    return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}
