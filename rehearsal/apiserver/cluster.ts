import { setMaxListeners } from "node:events";

import {
    ApiError,
    type Cluster,
    type ClusterEvent,
    type KubeObject,
    type ObjectRef,
    type WriteOptions,
} from "../cluster/cluster";
import { ApiClient, type ApiRequest, UnreachableError } from "./client";
import { CRD_API_VERSION, CRD_KIND, CrdWatch } from "./crdWatch";
import { Discovery, noKindMatch, pathOf, type DiscoveredKind } from "./discovery";
import { type Connection, type ControlPlane, kubeconfigOf } from "./server";
import { approved, query } from "./requests";
import { established, holdUntilGone } from "./settled";
import type { Refusal, StrictFront } from "./strict";
import { follow, withKind } from "./watch";

/** The API server says so of a path under which it serves nothing. */
const NOT_SERVED = /could not find the requested resource|404 page not found/;

/** A kube-apiserver as the cluster of a rehearsal, also one that another process has started. */
export class ApiServerCluster implements Cluster {
    readonly kind = "api-server";
    /** Rejects with a clear message when a program of the control plane ends unexpectedly. */
    readonly failed: Promise<never>;
    private readonly client: ApiClient;
    private readonly discovery: Discovery;
    private readonly crds: CrdWatch;
    private readonly ending = new AbortController();
    private closing: Promise<void> | undefined;

    constructor(
        readonly connection: Connection,
        private readonly front: StrictFront,
        /** Undefined when another process runs it. */
        readonly controlPlane: ControlPlane | undefined,
        private readonly hold: () => () => void = () => () => undefined,
    ) {
        setMaxListeners(0, this.ending.signal);
        this.client = new ApiClient(connection, hold);
        this.discovery = new Discovery(this.client);
        this.crds = new CrdWatch(this.client, this.discovery, this.ending.signal);
        this.failed = new Promise((_, reject) => {
            void controlPlane?.failed.then((message) => {
                this.client.fail(message);
                this.ending.abort();
                reject(new UnreachableError(message));
            });
        });
        // Callers that do not read it see the error of their requests.
        this.failed.catch(() => undefined);
    }

    /** Writes through the kubeconfig that the API server refused, in their order. */
    get refused(): readonly Refusal[] {
        return this.front.refused;
    }

    async get(ref: ObjectRef): Promise<KubeObject | undefined> {
        const served = await this.discovery.find(ref.apiVersion, ref.kind);
        if (served === undefined) {
            return undefined;
        }
        try {
            return await this.client.request<KubeObject>({ method: "GET", path: pathOf(served, ref.namespace, ref.name) });
        } catch (e) {
            if (e instanceof ApiError && e.code === 404) {
                this.forgetIfGone(served, e);
                return undefined;
            }
            throw e;
        }
    }

    async list(apiVersion: string, kind: string, namespace?: string): Promise<KubeObject[]> {
        const served = await this.discovery.find(apiVersion, kind);
        if (served === undefined) {
            return [];
        }
        try {
            const { items } = await this.client.request<{ items: KubeObject[] }>({
                method: "GET",
                path: pathOf(served, namespace),
            });
            // The API server sorts by the keys of its store, which is by namespace, then name.
            return items.map((item) => withKind(served, item));
        } catch (e) {
            if (e instanceof ApiError && e.code === 404 && this.forgetIfGone(served, e)) {
                return [];
            }
            throw e;
        }
    }

    async create(object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
        const served = await this.discovery.need(object.apiVersion, object.kind);
        const created = await this.write(served, {
            method: "POST",
            path: pathOf(served, object.metadata.namespace) + query(options),
            body: approved(object),
        });
        return this.afterWrite(created, options);
    }

    async update(object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
        const served = await this.discovery.need(object.apiVersion, object.kind);
        const written = await this.write(served, {
            method: "PUT",
            path: pathOf(served, object.metadata.namespace, object.metadata.name) + query(options),
            body: object,
        });
        return this.afterWrite(written, options);
    }

    async apply(
        object: KubeObject,
        options: WriteOptions & { readonly fieldManager: string; readonly force?: boolean },
    ): Promise<KubeObject> {
        const served = await this.discovery.need(object.apiVersion, object.kind);
        const applied = await this.write(served, {
            method: "PATCH",
            path:
                pathOf(served, object.metadata.namespace, object.metadata.name) +
                query(options) +
                (options.force === true ? "&force=true" : ""),
            contentType: "application/apply-patch+yaml",
            body: object,
        });
        return this.afterWrite(applied, options);
    }

    async mergePatch(
        ref: ObjectRef,
        patch: object,
        options: WriteOptions & { readonly subresource?: "status" } = {},
    ): Promise<KubeObject> {
        const served = await this.discovery.need(ref.apiVersion, ref.kind);
        // A kind whose CRD keeps no status of its own takes it with the rest of the object.
        const subresource = options.subresource === "status" && served.statusSubresource ? "/status" : "";
        return this.write(served, {
            method: "PATCH",
            path: pathOf(served, ref.namespace, ref.name) + subresource + query(options),
            contentType: "application/merge-patch+json",
            body: patch,
        });
    }

    async delete(
        ref: ObjectRef,
        options: { readonly propagationPolicy?: "Foreground" | "Background" | "Orphan" } = {},
    ): Promise<void> {
        const served = await this.discovery.need(ref.apiVersion, ref.kind);
        await this.write(served, {
            method: "DELETE",
            path: pathOf(served, ref.namespace, ref.name),
            body: {
                apiVersion: "meta.k8s.io/v1",
                kind: "DeleteOptions",
                ...(options.propagationPolicy && { propagationPolicy: options.propagationPolicy }),
            },
        });
        void holdUntilGone(ref, (r) => this.get(r), this.hold);
    }

    subscribe(kinds: readonly string[], listener: (event: ClusterEvent) => void): () => void {
        const stop = new AbortController();
        // One listener for each kind that is waited for.
        setMaxListeners(0, stop.signal);
        const end = (): void => stop.abort();
        this.ending.signal.addEventListener("abort", end, { once: true });
        if (this.ending.signal.aborted) {
            end();
        }
        for (const name of kinds) {
            const slash = name.lastIndexOf("/");
            const [apiVersion, kind] = [name.slice(0, slash), name.slice(slash + 1)];
            follow({
                client: this.client,
                discovery: this.discovery,
                apiVersion,
                kind,
                listener,
                signal: stop.signal,
                kindsChanged: (signal) => this.crds.until(apiVersion, kind, signal),
            }).catch((e: unknown) => {
                // An error of a listener is a mistake of this program: it must not vanish in a promise.
                setImmediate(() => {
                    throw e;
                });
            });
        }
        return () => {
            this.ending.signal.removeEventListener("abort", end);
            end();
        };
    }

    /** A kubeconfig whose writes are validated strictly and whose refusals are recorded. */
    kubeconfig(): string {
        return kubeconfigOf({ ...this.connection, server: this.front.server });
    }

    close(): Promise<void> {
        return (this.closing ??= (async () => {
            this.disconnect();
            await this.front.close();
            await this.controlPlane?.stop();
        })());
    }

    /** Leaves the control plane running for a process that has taken over (see keep.ts). */
    leave(): Promise<void> {
        return (this.closing ??= (async () => {
            this.disconnect();
            await this.front.close();
            await this.controlPlane?.release();
        })());
    }

    private disconnect(): void {
        this.ending.abort();
        this.client.close();
    }

    private async write(served: DiscoveredKind, request: ApiRequest): Promise<KubeObject> {
        try {
            return await this.client.request<KubeObject>(request);
        } catch (e) {
            if (e instanceof ApiError && this.forgetIfGone(served, e)) {
                throw noKindMatch(served.apiVersion, served.kind);
            }
            throw e;
        }
    }

    /** Whether a refusal says that the kind is not served any more. */
    private forgetIfGone(served: DiscoveredKind, e: ApiError): boolean {
        const gone = e.code === 404 && NOT_SERVED.test(e.message);
        if (gone) {
            this.discovery.forget(served.apiVersion, served.kind);
        }
        return gone;
    }

    /** A CRD exists when its kind is served, since objects of that kind are created next. */
    private async afterWrite(written: KubeObject, options: WriteOptions): Promise<KubeObject> {
        if (written.apiVersion !== CRD_API_VERSION || written.kind !== CRD_KIND || options.dryRun === true) {
            return written;
        }
        const release = this.hold();
        try {
            return await established(written, this.discovery, (ref) => this.get(ref));
        } finally {
            release();
        }
    }
}
