/** The view of a cluster for `maas status`: reads each kind once, and only those that the stack has. */
import { resourceOf } from "../render/waits";
import type { Kube, KubeObject } from "../../components/kube";

/** Names one object. */
export interface Reference {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
}

/** Objects of a cluster, read as they are asked for. */
export class ClusterView {
    private readonly lists = new Map<string, Promise<readonly KubeObject[]>>();

    constructor(private readonly kube: Kube) {}

    /** All objects of a kind in a namespace; empty when the kind does not exist. */
    list(apiVersion: string, plural: string, namespace?: string): Promise<readonly KubeObject[]> {
        const key = [apiVersion, plural, namespace ?? ""].join(" ");
        const found =
            this.lists.get(key) ?? this.kube.list({ apiVersion, plural, ...(namespace !== undefined && { namespace }) });
        this.lists.set(key, found);
        return found;
    }

    /** Undefined when the object or its kind does not exist. Secrets are never listed: that needs more rights than reading one. */
    async get({ apiVersion, kind, namespace, name }: Reference): Promise<KubeObject | undefined> {
        const { plural } = resourceOf(kind, apiVersion);
        if (kind === "Secret" || kind === "Namespace") {
            return this.kube.get({ apiVersion, plural, ...(namespace !== undefined && { namespace }) }, name);
        }
        return (await this.list(apiVersion, plural, namespace)).find(({ metadata }) => metadata.name === name);
    }

    /** The refusal of an object's creation, which the API server does not carry out; undefined when it would take it. */
    async refusal(object: Reference & { readonly manifest: object }): Promise<string | undefined> {
        const { plural } = resourceOf(object.kind, object.apiVersion);
        return this.kube.refusal(
            { apiVersion: object.apiVersion, plural, ...(object.namespace !== undefined && { namespace: object.namespace }) },
            object.manifest,
        );
    }
}
