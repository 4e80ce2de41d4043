/** The target of a request: the kind and the object that its URL names, the objects that it selects, the object of its body. */
import { ApiError, type KubeObject } from "./cluster";
import { missing } from "./http-messages";
import { isMap } from "./json";
import type { MemoryCluster } from "./memory";
import { fieldSelector, labelSelector, type Selected } from "./selectors";
import type { ServedKind } from "./served-kinds";

/** Target of a URL. */
export interface Target {
    readonly kind: ServedKind;
    readonly namespace: string | undefined;
    readonly name: string | undefined;
    readonly subresource: string | undefined;
}

/** The kind and the object that a path names. @throws ApiError 404 for a path that is not served */
export function targetOf(cluster: MemoryCluster, path: string): Target {
    const parts = path
        .split("/")
        .filter((part) => part !== "")
        .map(decodeURIComponent);
    const rest = parts[0] === "api" ? parts.slice(2) : parts.slice(3);
    const apiVersion = parts[0] === "api" ? parts[1] : parts[0] === "apis" ? `${parts[1]}/${parts[2]}` : undefined;
    if (apiVersion === undefined || rest.length === 0) {
        throw missing();
    }
    const inNamespace = rest[0] === "namespaces" && rest.length > 2 && !["status", "finalize"].includes(rest[2]!);
    const [plural, name, subresource] = inNamespace ? rest.slice(2) : rest;
    const kind = cluster.findPlural(apiVersion, plural!);
    if (!kind || (inNamespace && !kind.namespaced)) {
        throw missing();
    }
    return { kind, namespace: inNamespace ? rest[1] : undefined, name, subresource };
}

/** The objects that the selectors of a query leave. @throws ApiError 400 */
export function selection(query: URLSearchParams): Selected {
    try {
        const byLabel = labelSelector(query.get("labelSelector") ?? undefined);
        const byField = fieldSelector(query.get("fieldSelector") ?? undefined);
        return (object) => byLabel(object) && byField(object);
    } catch (error) {
        throw new ApiError(400, "BadRequest", (error as Error).message);
    }
}

/** Whether a parameter of a query is set. */
export function isSet(value: string | null): boolean {
    return value === "true" || value === "1";
}

/** The object of a body, which must agree with the URL. */
export function objectOf(kind: ServedKind, namespace: string | undefined, name: string | undefined, body: unknown): KubeObject {
    if (!isMap(body)) {
        throw new ApiError(400, "BadRequest", "the body of the request is not an object");
    }
    const object = { apiVersion: kind.apiVersion, kind: kind.kind, ...body } as unknown as KubeObject;
    if (object.apiVersion !== kind.apiVersion || object.kind !== kind.kind) {
        throw new ApiError(
            400,
            "BadRequest",
            `the API version in the data (${object.apiVersion}, ${object.kind}) does not match the expected API version (${kind.apiVersion}, ${kind.kind})`,
        );
    }
    const metadata = isMap(object.metadata) ? object.metadata : ({} as KubeObject["metadata"]);
    if (namespace !== undefined && metadata.namespace !== undefined && metadata.namespace !== namespace) {
        throw new ApiError(
            400,
            "BadRequest",
            `the namespace of the provided object does not match the namespace sent on the request`,
        );
    }
    if (name !== undefined && metadata.name !== undefined && metadata.name !== name) {
        throw new ApiError(
            400,
            "BadRequest",
            `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
        );
    }
    object.metadata = { ...metadata, ...(namespace !== undefined && { namespace }), ...(name !== undefined && { name }) };
    return object;
}

/** The objects of a kind as a list that clients read. */
export async function listOf(
    cluster: MemoryCluster,
    { kind, namespace }: Target,
    chosen: Selected,
): Promise<{ items: KubeObject[]; [field: string]: unknown }> {
    const items = (await cluster.list(kind.apiVersion, kind.kind, namespace)).filter(chosen);
    return {
        apiVersion: kind.apiVersion,
        kind: `${kind.kind}List`,
        metadata: { resourceVersion: String(cluster.resourceVersion) },
        items,
    };
}
