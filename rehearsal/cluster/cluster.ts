/** The cluster of a rehearsal: in memory, or a real kube-apiserver. */

/** A Kubernetes object as JSON. */
export interface KubeObject {
    apiVersion: string;
    kind: string;
    metadata: ObjectMeta;
    spec?: any;
    status?: any;
    [field: string]: any;
}

export interface ObjectMeta {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    finalizers?: string[];
    ownerReferences?: {
        apiVersion: string;
        kind: string;
        name: string;
        uid: string;
        controller?: boolean;
        blockOwnerDeletion?: boolean;
    }[];
    managedFields?: unknown[];
    [field: string]: unknown;
}

/** Names one object. `namespace` is absent for cluster-scoped kinds. */
export interface ObjectRef {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace?: string | undefined;
    readonly name: string;
}

/** A change of an object; `object` is its state after (DELETED: its last state). */
export interface ClusterEvent {
    readonly type: "ADDED" | "MODIFIED" | "DELETED";
    readonly object: KubeObject;
}

/** The refusals of an API server, as its Status objects name them. */
export type ApiReason =
    | "NotFound"
    | "AlreadyExists"
    | "Conflict"
    | "Invalid"
    | "BadRequest"
    | "Forbidden"
    | "MethodNotAllowed"
    | "NoKindMatch"
    | "InternalError"
    | "ServiceUnavailable";

/** A refusal by the API server. The message is what a user would see. */
export class ApiError extends Error {
    constructor(
        /** HTTP status code. */
        readonly code: number,
        readonly reason: ApiReason,
        message: string,
    ) {
        super(message);
        this.name = "ApiError";
    }
}

export interface WriteOptions {
    /** The owner of the written fields. Default `maas-rehearsal`. */
    readonly fieldManager?: string;
    /** Validate and answer as if written, but write nothing. */
    readonly dryRun?: boolean;
}

/**
 * A cluster. Every write validates strictly: an unknown field, a wrong type, a missing namespace or a kind whose
 * CRD is not installed (`NoKindMatch`, "no matches for kind ...") is an ApiError.
 */
export interface Cluster {
    readonly kind: "memory" | "api-server";
    /** Rejects with a clear message when the cluster ends unexpectedly. Absent where that cannot happen. */
    readonly failed?: Promise<never>;
    /** Resolves to undefined when the object, or its kind, does not exist. */
    get(ref: ObjectRef): Promise<KubeObject | undefined>;
    /** Sorted by namespace and name; empty when the kind does not exist. */
    list(apiVersion: string, kind: string, namespace?: string): Promise<KubeObject[]>;
    create(object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
    /** Replaces; `metadata.resourceVersion`, when given, must be current. */
    update(object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
    /** Server-side apply: creates what is missing; a field owned by another manager is a Conflict unless `force`. */
    apply(
        object: KubeObject,
        options: WriteOptions & { readonly fieldManager: string; readonly force?: boolean },
    ): Promise<KubeObject>;
    /** JSON merge patch of an object, or of its status subresource. */
    mergePatch(ref: ObjectRef, patch: object, options?: WriteOptions & { readonly subresource?: "status" }): Promise<KubeObject>;
    /** Resolves once deletion has begun; finalizers and children may keep the object for a while. NotFound is an ApiError. */
    delete(ref: ObjectRef, options?: { readonly propagationPolicy?: "Foreground" | "Background" | "Orphan" }): Promise<void>;
    /**
     * Tells `listener` of every event of these kinds (as `apiVersion/Kind`, e.g. `v1/Namespace`,
     * `operators.coreos.com/v1alpha1/Subscription`) from now on, beginning with an ADDED for each existing object.
     * A kind whose CRD does not exist yet is listened to once it does.
     * @returns stops listening
     */
    subscribe(kinds: readonly string[], listener: (event: ClusterEvent) => void): () => void;
    /** A kubeconfig (YAML) with which the program's own clients reach this cluster on loopback. */
    kubeconfig(): string;
    /** Stops whatever was started; safe to call twice. */
    close(): Promise<void>;
}
