/** The types of the client of the Kubernetes API: objects, kinds and errors. */

/** An object, as far as gates read it. */
export interface KubeObject {
    readonly metadata: { readonly name: string; readonly namespace?: string; readonly resourceVersion?: string };
    readonly spec?: Record<string, unknown>;
    readonly status?: Record<string, unknown>;
    readonly [field: string]: unknown;
}

/** The plural name and place of a kind in URLs. */
export interface KindPath {
    /** `v1`, or group/version. */
    readonly apiVersion: string;
    readonly plural: string;
    readonly namespace?: string;
}

/** There is no usable kubeconfig, or the API server refused, or it could not be reached. The message is one line. */
export class KubeError extends Error {
    constructor(
        message: string,
        /** HTTP status; 0 when there was no answer. */
        readonly code: number,
        /** Whether the same may succeed in a while: there was no answer, and nothing says that there never will be. */
        readonly passing = false,
    ) {
        super(message);
        this.name = "KubeError";
    }
}

/** The path of the collection of a kind. */
export function pathOf({ apiVersion, plural, namespace }: KindPath): string {
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    return `${root}${namespace === undefined ? "" : `/namespaces/${namespace}`}/${plural}`;
}

/** The name of the CustomResourceDefinition of a kind. */
export function crdName({ apiVersion, plural }: KindPath): string {
    return `${plural}.${apiVersion.split("/")[0]}`;
}
