/** Follows all objects of one kind, across lost connections and while its CRD comes and goes. */
import { ApiError, type ClusterEvent, type KubeObject } from "../cluster/cluster";
import type { ApiClient } from "./client";
import { UnreachableError } from "./client";
import { type Discovery, pathOf, type DiscoveredKind } from "./discovery";

export interface FollowOptions {
    readonly client: ApiClient;
    readonly discovery: Discovery;
    readonly apiVersion: string;
    readonly kind: string;
    readonly listener: (event: ClusterEvent) => void;
    readonly signal: AbortSignal;
    /** Resolves when a kind may have become served; called while this one is not. */
    readonly kindsChanged: (signal: AbortSignal) => Promise<void>;
}

/** Milliseconds before a kind that was found wanting, or a watch that was refused, is tried again. */
const PAUSE_MS = 100;

/**
 * Tells `listener` of every object of a kind: ADDED for what exists, then every change, without gaps. When the kind
 * stops being served, its objects are DELETED.
 *
 * @returns resolves when the signal ends it, or the API server is gone
 */
export async function follow(options: FollowOptions): Promise<void> {
    const { client, discovery, apiVersion, kind, signal, listener } = options;
    const seen = new Map<string, KubeObject>();
    const tell = (event: ClusterEvent): void => {
        const key = keyOf(event.object);
        if (event.type === "DELETED") {
            seen.delete(key);
        } else {
            seen.set(key, event.object);
        }
        if (!signal.aborted) {
            listener(event);
        }
    };
    while (!signal.aborted) {
        try {
            const served = await discovery.find(apiVersion, kind);
            if (served === undefined) {
                for (const object of [...seen.values()]) {
                    tell({ type: "DELETED", object });
                }
                await options.kindsChanged(signal);
                await pause();
                continue;
            }
            let version = await list(client, served, seen, tell);
            while (!signal.aborted) {
                version = await watchFrom(client, served, version, tell, signal);
            }
        } catch (e) {
            if (signal.aborted) {
                return;
            }
            if (e instanceof UnreachableError) {
                // Reconnects after a lost connection; a server that has ended is detected and reported elsewhere.
                await pause();
                continue;
            }
            if (!(e instanceof ApiError)) {
                throw e;
            }
            // 404: its CRD is gone; 410: what happened since is forgotten, so look at everything again.
            discovery.forget(apiVersion, kind);
            await pause();
        }
    }
}

function pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}

function keyOf({ metadata }: KubeObject): string {
    return `${metadata.namespace ?? ""}/${metadata.name}`;
}

/** Lists, and tells what differs from what was seen. @returns the version to watch from */
async function list(
    client: ApiClient,
    served: DiscoveredKind,
    seen: ReadonlyMap<string, KubeObject>,
    tell: (event: ClusterEvent) => void,
): Promise<string> {
    const answer = await client.request<{ metadata: { resourceVersion: string }; items: KubeObject[] }>({
        method: "GET",
        path: pathOf(served, undefined),
    });
    const objects = answer.items.map((item) => withKind(served, item));
    const present = new Set(objects.map(keyOf));
    for (const [key, object] of [...seen]) {
        if (!present.has(key)) {
            tell({ type: "DELETED", object });
        }
    }
    for (const object of objects) {
        const before = seen.get(keyOf(object));
        if (before === undefined || before.metadata.uid !== object.metadata.uid) {
            if (before !== undefined) {
                tell({ type: "DELETED", object: before });
            }
            tell({ type: "ADDED", object });
        } else if (before.metadata.resourceVersion !== object.metadata.resourceVersion) {
            tell({ type: "MODIFIED", object });
        }
    }
    return answer.metadata.resourceVersion;
}

/** The items of a list do not say what they are. */
export function withKind(served: DiscoveredKind, item: KubeObject): KubeObject {
    return { ...item, apiVersion: served.apiVersion, kind: served.kind };
}

async function watchFrom(
    client: ApiClient,
    served: DiscoveredKind,
    from: string,
    tell: (event: ClusterEvent) => void,
    signal: AbortSignal,
): Promise<string> {
    let version = from;
    const query = `watch=1&allowWatchBookmarks=true&resourceVersion=${encodeURIComponent(from)}`;
    await client.watch(
        `${pathOf(served, undefined)}?${query}`,
        ({ type, object }) => {
            if (type === "ERROR") {
                throw new ApiError(Number(object.code ?? 500), "InternalError", String(object.message ?? "the watch failed"));
            }
            version = String(object.metadata.resourceVersion);
            if (type !== "BOOKMARK") {
                tell({ type, object: object as KubeObject });
            }
        },
        signal,
    );
    return version;
}
