/** Requests other than watches: what each method does to the cluster, and what it answers. */
import { ApiError } from "./cluster";
import { discovery } from "./http-discovery";
import { methodNotAllowed, missing, parse } from "./http-messages";
import { patched } from "./http-patch";
import { isSet, listOf, objectOf, selection, targetOf } from "./http-target";
import type { MemoryCluster } from "./memory";

/**
 * Answers a request.
 *
 * @returns `watch` for one that is to be followed instead
 * @throws ApiError the refusal
 */
export async function answer(
    cluster: MemoryCluster,
    method: string,
    url: URL,
    contentType: string,
    body: string,
): Promise<{ code: number; body: unknown } | "watch"> {
    const found = method === "GET" ? discovery(cluster, url.pathname) : undefined;
    if (found) {
        return { code: 200, body: found };
    }
    if (method === "POST" && url.pathname === "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews") {
        // Whoever has the token may do everything: there is nobody else here.
        return { code: 201, body: { ...(parse(body) as object), status: { allowed: true } } };
    }
    const target = targetOf(cluster, url.pathname);
    const query = url.searchParams;
    if (method === "GET" && target.name === undefined && isSet(query.get("watch"))) {
        return "watch";
    }
    const options = {
        ...(query.get("fieldManager") && { fieldManager: query.get("fieldManager")! }),
        dryRun: query.get("dryRun") === "All",
    };
    const { kind, namespace, name } = target;
    const ref = { apiVersion: kind.apiVersion, kind: kind.kind, namespace, name: name ?? "" };
    const subresource = target.subresource === "status" ? ("status" as const) : undefined;
    if (target.subresource !== undefined && !subresource) {
        throw missing();
    }
    switch (method) {
        case "GET": {
            if (name === undefined) {
                return { code: 200, body: await listOf(cluster, target, selection(query)) };
            }
            const found = await cluster.get(ref);
            if (!found) {
                throw new ApiError(404, "NotFound", `${kind.plural}${kind.group ? `.${kind.group}` : ""} "${name}" not found`);
            }
            return { code: 200, body: found };
        }
        case "POST":
            if (name !== undefined) {
                throw methodNotAllowed();
            }
            return { code: 201, body: await cluster.create(objectOf(kind, namespace, undefined, parse(body)), options) };
        case "PUT": {
            const object = objectOf(kind, namespace, name, parse(body));
            return {
                code: 200,
                body: await (subresource ? cluster.updateStatus(object, options) : cluster.update(object, options)),
            };
        }
        case "PATCH":
            if (name === undefined) {
                throw methodNotAllowed();
            }
            return {
                code: 200,
                body: await patched(cluster, target, ref, contentType.split(";")[0]!.trim(), body, query, {
                    ...options,
                    ...(subresource && { subresource }),
                }),
            };
        case "DELETE": {
            if (name === undefined) {
                const { items } = await listOf(cluster, target, selection(query));
                for (const item of items) {
                    await cluster.delete({ ...ref, name: item.metadata.name, namespace: item.metadata.namespace });
                }
                return { code: 200, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" } };
            }
            const wish =
                body === ""
                    ? {}
                    : (parse(body) as {
                          propagationPolicy?: string;
                          preconditions?: { uid?: string; resourceVersion?: string };
                      });
            const policy = wish.propagationPolicy ?? query.get("propagationPolicy") ?? undefined;
            if (policy !== undefined && policy !== "Foreground" && policy !== "Background" && policy !== "Orphan") {
                throw new ApiError(422, "Invalid", `propagationPolicy: Unsupported value: ${JSON.stringify(policy)}`);
            }
            const before = await cluster.get(ref);
            await cluster.delete(ref, {
                ...(policy && { propagationPolicy: policy }),
                ...(wish.preconditions && { preconditions: wish.preconditions }),
            });
            const left = await cluster.get(ref);
            return {
                code: 200,
                body: left ?? {
                    kind: "Status",
                    apiVersion: "v1",
                    metadata: {},
                    status: "Success",
                    details: { name, group: kind.group, kind: kind.plural, uid: before?.metadata.uid },
                },
            };
        }
        default:
            throw methodNotAllowed();
    }
}
