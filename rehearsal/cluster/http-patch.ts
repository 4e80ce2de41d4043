/** PATCH requests, by the media type of their body. */
import { ApiError, type KubeObject } from "./cluster";
import { parse } from "./http-messages";
import { isSet, objectOf, type Target } from "./http-target";
import { mergePatched } from "./json";
import type { MemoryCluster } from "./memory";
import { jsonPatched, strategicPatched } from "./strategic";
import { parse as parseYaml } from "yaml";

/** Patches an object. @throws ApiError 415 for a media type that its kind does not take */
export function patched(
    cluster: MemoryCluster,
    target: Target,
    ref: { apiVersion: string; kind: string; namespace: string | undefined; name: string },
    contentType: string,
    body: string,
    query: URLSearchParams,
    options: { fieldManager?: string; dryRun: boolean; subresource?: "status" },
): Promise<KubeObject> {
    switch (contentType) {
        case "application/apply-patch+yaml": {
            if (!options.fieldManager) {
                throw new ApiError(
                    400,
                    "BadRequest",
                    'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
                );
            }
            const object = objectOf(target.kind, target.namespace, target.name, parseYaml(body));
            return cluster.apply(object, {
                ...options,
                fieldManager: options.fieldManager,
                force: isSet(query.get("force")),
            });
        }
        case "application/merge-patch+json": {
            const patch = parse(body);
            return cluster.patch(ref, (live) => mergePatched(live, patch), options);
        }
        case "application/strategic-merge-patch+json": {
            if (target.kind.origin !== "kubernetes") {
                throw new ApiError(
                    415,
                    "BadRequest",
                    "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
                );
            }
            const patch = parse(body);
            return cluster.patch(ref, (live) => strategicPatched(live, patch), options);
        }
        case "application/json-patch+json": {
            const operations = parse(body);
            if (!Array.isArray(operations)) {
                throw new ApiError(400, "BadRequest", "a JSON patch is a list of operations");
            }
            return cluster.patch(
                ref,
                (live) => {
                    try {
                        return jsonPatched(live, operations);
                    } catch (error) {
                        throw new ApiError(422, "Invalid", (error as Error).message);
                    }
                },
                options,
            );
        }
        default:
            throw new ApiError(
                415,
                "BadRequest",
                `the body of the request was in an unknown format: ${contentType || "no content type"}`,
            );
    }
}
