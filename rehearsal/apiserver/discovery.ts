/** The kinds that an API server serves, with their paths. */
import { ApiError } from "../cluster/cluster";
import type { ApiClient } from "./client";

/** A kind as an API server serves it. */
export interface DiscoveredKind {
    readonly apiVersion: string;
    readonly kind: string;
    readonly plural: string;
    readonly namespaced: boolean;
    /** Whether it has a status subresource. */
    readonly statusSubresource: boolean;
}

interface ApiResource {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
}

/** Asks each group and version once, and again for a kind that was not served at that time. */
export class Discovery {
    private readonly known = new Map<string, DiscoveredKind>();
    private readonly asking = new Map<string, Promise<void>>();

    constructor(private readonly client: ApiClient) {}

    /** Resolves to undefined when the kind is not served. */
    async find(apiVersion: string, kind: string): Promise<DiscoveredKind | undefined> {
        const key = keyOf(apiVersion, kind);
        if (!this.known.has(key)) {
            await this.ask(apiVersion);
        }
        return this.known.get(key);
    }

    /**
     * Like `find`, but refuses.
     *
     * @throws ApiError `NoKindMatch`
     */
    async need(apiVersion: string, kind: string): Promise<DiscoveredKind> {
        const found = await this.find(apiVersion, kind);
        if (found === undefined) {
            throw noKindMatch(apiVersion, kind);
        }
        return found;
    }

    /** Drops a kind from the cache, since it may no longer be served. */
    forget(apiVersion: string, kind: string): void {
        this.known.delete(keyOf(apiVersion, kind));
    }

    private ask(apiVersion: string): Promise<void> {
        let loading = this.asking.get(apiVersion);
        if (loading === undefined) {
            loading = this.load(apiVersion).finally(() => this.asking.delete(apiVersion));
            this.asking.set(apiVersion, loading);
        }
        return loading;
    }

    private async load(apiVersion: string): Promise<void> {
        let resources: readonly ApiResource[];
        try {
            ({ resources } = await this.client.request<{ resources: readonly ApiResource[] }>({
                method: "GET",
                path: root(apiVersion),
            }));
        } catch (e) {
            if (e instanceof ApiError && e.code === 404) {
                return;
            }
            throw e;
        }
        const names = new Set(resources.map((r) => r.name));
        for (const { name, kind, namespaced } of resources) {
            if (!name.includes("/")) {
                this.known.set(keyOf(apiVersion, kind), {
                    apiVersion,
                    kind,
                    plural: name,
                    namespaced,
                    statusSubresource: names.has(`${name}/status`),
                });
            }
        }
    }
}

function keyOf(apiVersion: string, kind: string): string {
    return `${apiVersion}/${kind}`;
}

/** The error of Kubernetes' own clients for a kind that is not served. */
export function noKindMatch(apiVersion: string, kind: string): ApiError {
    return new ApiError(404, "NoKindMatch", `no matches for kind "${kind}" in version "${apiVersion}"`);
}

function root(apiVersion: string): string {
    return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** Path of a collection, or of one object when `name` is given. */
export function pathOf(served: DiscoveredKind, namespace: string | undefined, name?: string): string {
    const scope = served.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
    return `${root(served.apiVersion)}${scope}/${served.plural}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
}
