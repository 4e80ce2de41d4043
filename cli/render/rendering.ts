/** A plan as manifests: the forms that the parts of this folder share. */

/** A Kubernetes object as JSON. */
export interface Manifest {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: {
        readonly name: string;
        readonly namespace?: string;
        readonly labels?: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
    };
    readonly [field: string]: unknown;
}

/** A manifest, and what it is made from. */
export interface Rendering {
    readonly manifest: Manifest;
    /** Sync wave: everything of the waves before must be there and healthy. */
    readonly wave: number;
    /** The layer of the platform that it belongs to. */
    readonly layer: string;
    /** URN of the resource of the plan; of a gate or a Secret for what waits for it. Absent for what serves the waits. */
    readonly urn?: string;
    /** Whether it is an object of the plan, or one that takes the place of a gate, of a Secret, or serves these. */
    readonly isOf: "plan" | "wait" | "store";
    /** Whether somebody else creates the object and this only changes fields of it. */
    readonly isPatch?: boolean;
    /** Whether it runs in the wave of what it waits for. */
    readonly beside?: boolean;
    /** Paths that somebody else changes: JSON pointers. */
    readonly ignores?: readonly string[];
}

/** Something of the plan that no manifest says. */
export interface Omission {
    readonly urn: string;
    /** Name of the object, as the report shows it. */
    readonly name: string;
    /** Action of the program, or the reason why there is no manifest. */
    readonly why: string;
    /** Manual step that replaces it. */
    readonly instead: string;
}

/** A plan as manifests, and what they do not say. */
export interface Rendered {
    readonly stack: string;
    /** In the order of waves; within one, as Argo CD applies kinds. */
    readonly renderings: readonly Rendering[];
    readonly omitted: readonly Omission[];
}

/** Group of an apiVersion; empty for the core. */
export function groupOf(apiVersion: string): string {
    return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

/** `Kind namespace/name`. */
export function titleOf({ kind, metadata }: Manifest): string {
    return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}
