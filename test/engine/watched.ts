/** The cluster of a case: what others do in it, and what is seen there. */
import { isDeepStrictEqual } from "node:util";

import type { Cluster, ClusterEvent, KubeObject } from "../../rehearsal/cluster/cluster";
import { eventually, widgets } from "../rehearsal/apiserver/widgets";
import type { Step } from "./case";
import { text, value } from "./normal";

/** The kinds that the programs make. */
const KINDS = ["v1/Namespace", "v1/ConfigMap", "v1/Secret", "example.com/v1/Widget", "example.org/v1/Gadget"];
/** Where they make them. */
const NAMESPACES = new Set(["default", "engine", "other"]);

function isOfPrograms({ kind, metadata }: KubeObject): boolean {
    return kind === "Namespace"
        ? metadata.name !== "default" && NAMESPACES.has(metadata.name)
        : NAMESPACES.has(metadata.namespace ?? "") && metadata.name !== "kube-root-ca.crt";
}

export class WatchedCluster {
    private seen: Record<string, string[]> = {};
    private readonly last = new Map<string, KubeObject>();
    private ready = new Set<string>();
    private readonly stop: () => void;

    private constructor(readonly cluster: Cluster) {
        this.stop = cluster.subscribe(KINDS, (event) => this.hear(event));
    }

    /** Prepares a cluster that nothing of the programs is in. */
    static async of(cluster: Cluster): Promise<WatchedCluster> {
        if ((await cluster.list("apiextensions.k8s.io/v1", "CustomResourceDefinition")).length === 0) {
            await cluster.create(widgets());
        }
        const watched = new WatchedCluster(cluster);
        await watched.settled();
        return watched;
    }

    /** Does what others do before a step. */
    async prepare(step: Step): Promise<void> {
        for (const object of step.given ?? []) {
            const { apiVersion, kind, metadata } = object;
            const there = await this.cluster.get({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace });
            await (there === undefined ? this.cluster.create(object) : this.cluster.update(object));
        }
        for (const ref of step.taken ?? []) {
            await this.cluster.delete(ref);
        }
        this.ready = new Set([...this.ready, ...(step.ready ?? [])]);
        for (const widget of await this.cluster.list("example.com/v1", "Widget")) {
            this.play(widget);
        }
        await this.settled();
        this.seen = {};
    }

    /** What happened since the step was prepared, by object: what goes on beside it has no order. */
    async events(): Promise<Record<string, readonly string[]>> {
        await this.settled();
        return Object.fromEntries(Object.entries(this.seen).sort(([a], [b]) => (a < b ? -1 : 1)));
    }

    /** Everything of the programs' kinds that exists. */
    async objects(): Promise<unknown[]> {
        return (await this.list()).map((object) => value(object));
    }

    /** Removes everything that a case has left. */
    async clear(): Promise<void> {
        this.ready.clear();
        const crds = await this.cluster.list("apiextensions.k8s.io/v1", "CustomResourceDefinition");
        for (const { apiVersion, kind, metadata } of [
            ...(await this.list()),
            ...crds.filter((crd) => crd.metadata.name.endsWith(".example.org")),
        ]) {
            await this.cluster
                .delete({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace })
                .catch(() => undefined);
        }
        await eventually("the cluster is empty", async () => (await this.list()).length === 0, 60);
        this.stop();
    }

    private async list(): Promise<KubeObject[]> {
        const all = await Promise.all(
            KINDS.map((kind) => {
                const slash = kind.lastIndexOf("/");
                return this.cluster.list(kind.slice(0, slash), kind.slice(slash + 1));
            }),
        );
        return all.flat().filter(isOfPrograms);
    }

    private hear({ type, object }: ClusterEvent): void {
        const { name, namespace } = object.metadata;
        if (!isOfPrograms(object)) {
            return;
        }
        const key = `${object.kind} ${namespace ?? ""}/${name}`;
        const before = this.last.get(key);
        if (type === "DELETED") {
            this.last.delete(key);
        } else {
            this.last.set(key, object);
            this.play(object);
        }
        // Who owns which field is no change of the object; neither is the beginning of its end.
        if (type === "MODIFIED" && before !== undefined && isDeepStrictEqual(content(before), content(object))) {
            return;
        }
        (this.seen[text(`${object.kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`)] ??= []).push(type);
    }

    private play(object: KubeObject): void {
        const { apiVersion, kind, metadata } = object;
        if (kind === "Widget" && this.ready.has(metadata.name) && object.status?.phase !== "Ready") {
            void this.cluster
                .mergePatch(
                    { apiVersion, kind, name: metadata.name, namespace: metadata.namespace },
                    { status: { phase: "Ready" } },
                    { subresource: "status" },
                )
                .catch(() => undefined);
        }
    }

    /** Resolves when everything that exists has been seen as it is. */
    private settled(): Promise<void> {
        return eventually("what exists was seen", async () => {
            const there = await this.list();
            return (
                there.length === this.last.size &&
                there.every((o) => {
                    const seen = this.last.get(`${o.kind} ${o.metadata.namespace ?? ""}/${o.metadata.name}`);
                    return seen?.metadata.resourceVersion === o.metadata.resourceVersion;
                })
            );
        });
    }
}

function content(object: KubeObject): unknown {
    const { managedFields: _f, resourceVersion: _v, generation: _g, deletionTimestamp: _d, ...metadata } = object.metadata;
    return { ...object, metadata: { ...metadata, deletionGracePeriodSeconds: 0, finalizers: [] }, status: 0 };
}
