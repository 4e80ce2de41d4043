import { randomBytes, timingSafeEqual } from "node:crypto";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";

import { type Clock, EPOCH } from "../clock";
import type { Certificate } from "./certificate";
import { ApiError, type KubeObject } from "./cluster";
import { keepConnections } from "./connections";
import { isMap, mergePatched } from "./json";
import type { Change } from "./listeners";
import type { MemoryCluster } from "./memory";
import { fieldSelector, labelSelector, type Selected } from "./selectors";
import type { ServedKind } from "./served-kinds";
import { jsonPatched, strategicPatched } from "./strategic";

/** Largest request body that is read, in bytes: what etcd would take. */
const BODY_LIMIT = 3 * 1024 * 1024;

/** What a URL names. */
interface Target {
    readonly kind: ServedKind;
    readonly namespace: string | undefined;
    readonly name: string | undefined;
    readonly subresource: string | undefined;
}

/**
 * The Kubernetes REST API over a cluster in memory, on 127.0.0.1, with a bearer token that lives as long as it does.
 *
 * A request holds the clock while it is worked on. A watch holds it only until an event has been handed to the
 * socket, so that time passes while it waits; its `timeoutSeconds` are seconds of the rehearsal.
 */
export class HttpFace {
    /** A kubeconfig (YAML) that reaches this server. */
    readonly kubeconfig: string;

    private readonly token: string;
    private readonly sockets = new Set<() => void>();

    private constructor(
        private readonly cluster: MemoryCluster,
        private readonly clock: Clock,
        private readonly server: http.Server,
        serving: Certificate | undefined,
    ) {
        this.token = randomBytes(24).toString("hex");
        this.kubeconfig = kubeconfig((server.address() as AddressInfo).port, this.token, serving?.cert);
    }

    /**
     * Begins to serve on a free port.
     *
     * @param serving what it shows over TLS. Default: it speaks plain HTTP, which is quicker, but over which kubectl and
     * other clients written in Go send no token
     */
    static async open(cluster: MemoryCluster, clock: Clock, serving?: Certificate): Promise<HttpFace> {
        const server = serving === undefined ? http.createServer() : https.createServer(serving);
        keepConnections(server);
        await new Promise<void>((resolve, reject) => {
            server.once("error", reject);
            server.listen(0, "127.0.0.1", resolve);
        });
        const face = new HttpFace(cluster, clock, server, serving);
        server.on("request", (request, response) => void face.handle(request, response));
        return face;
    }

    /** Ends every watch and every connection. */
    async close(): Promise<void> {
        [...this.sockets].forEach((end) => end());
        const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
        this.server.closeAllConnections();
        await closed;
    }

    private async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
        const release = this.clock.hold();
        response.sendDate = false;
        response.once("close", release);
        response.setHeader("Date", new Date(EPOCH + this.clock.now() * 1000).toUTCString());
        response.setHeader("Audit-Id", `rehearsal-${this.cluster.resourceVersion}`);
        try {
            this.authenticate(request);
            const url = new URL(request.url ?? "/", "http://127.0.0.1");
            const body = await read(request);
            const answer = await this.answer(request.method ?? "GET", url, request.headers["content-type"] ?? "", body);
            if (answer === "watch") {
                this.watch(url, response, release);
                return;
            }
            send(response, answer.code, answer.body);
        } catch (error) {
            const refused =
                error instanceof ApiError
                    ? error
                    : new ApiError(500, "InternalError", error instanceof Error ? error.message : String(error));
            send(response, refused.code, status(refused));
        }
    }

    private authenticate(request: http.IncomingMessage): void {
        const expected = Buffer.from(`Bearer ${this.token}`);
        const given = Buffer.from(request.headers.authorization ?? "");
        if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
            throw new ApiError(401, "Forbidden", "Unauthorized");
        }
    }

    private async answer(
        method: string,
        url: URL,
        contentType: string,
        body: string,
    ): Promise<{ code: number; body: unknown } | "watch"> {
        const discovery = method === "GET" ? this.discovery(url.pathname) : undefined;
        if (discovery) {
            return { code: 200, body: discovery };
        }
        if (method === "POST" && url.pathname === "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews") {
            // Whoever has the token may do everything: there is nobody else here.
            return { code: 201, body: { ...(parse(body) as object), status: { allowed: true } } };
        }
        const target = this.target(url.pathname);
        const query = url.searchParams;
        if (method === "GET" && target.name === undefined && isTrue(query.get("watch"))) {
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
                    return { code: 200, body: await this.listOf(target, selection(query)) };
                }
                const found = await this.cluster.get(ref);
                if (!found) {
                    throw new ApiError(
                        404,
                        "NotFound",
                        `${kind.plural}${kind.group ? `.${kind.group}` : ""} "${name}" not found`,
                    );
                }
                return { code: 200, body: found };
            }
            case "POST":
                if (name !== undefined) {
                    throw methodNotAllowed();
                }
                return { code: 201, body: await this.cluster.create(objectOf(kind, namespace, undefined, parse(body)), options) };
            case "PUT": {
                const object = objectOf(kind, namespace, name, parse(body));
                return {
                    code: 200,
                    body: await (subresource ? this.cluster.updateStatus(object, options) : this.cluster.update(object, options)),
                };
            }
            case "PATCH":
                if (name === undefined) {
                    throw methodNotAllowed();
                }
                return {
                    code: 200,
                    body: await this.patched(target, ref, contentType.split(";")[0]!.trim(), body, query, {
                        ...options,
                        ...(subresource && { subresource }),
                    }),
                };
            case "DELETE": {
                if (name === undefined) {
                    const { items } = await this.listOf(target, selection(query));
                    for (const item of items) {
                        await this.cluster.delete({ ...ref, name: item.metadata.name, namespace: item.metadata.namespace });
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
                const before = await this.cluster.get(ref);
                await this.cluster.delete(ref, {
                    ...(policy && { propagationPolicy: policy }),
                    ...(wish.preconditions && { preconditions: wish.preconditions }),
                });
                const left = await this.cluster.get(ref);
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

    private patched(
        target: Target,
        ref: { apiVersion: string; kind: string; namespace: string | undefined; name: string },
        contentType: string,
        body: string,
        query: URLSearchParams,
        options: { fieldManager?: string; dryRun: boolean; subresource?: "status" },
    ): Promise<KubeObject> {
        switch (contentType) {
            case "application/apply-patch+yaml": {
                const { parse: parseYaml } = require("yaml") as typeof import("yaml");
                if (!options.fieldManager) {
                    throw new ApiError(
                        400,
                        "BadRequest",
                        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
                    );
                }
                const object = objectOf(target.kind, target.namespace, target.name, parseYaml(body));
                return this.cluster.apply(object, {
                    ...options,
                    fieldManager: options.fieldManager,
                    force: isTrue(query.get("force")),
                });
            }
            case "application/merge-patch+json": {
                const patch = parse(body);
                return this.cluster.patch(ref, (live) => mergePatched(live, patch), options);
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
                return this.cluster.patch(ref, (live) => strategicPatched(live, patch), options);
            }
            case "application/json-patch+json": {
                const operations = parse(body);
                if (!Array.isArray(operations)) {
                    throw new ApiError(400, "BadRequest", "a JSON patch is a list of operations");
                }
                return this.cluster.patch(
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

    private async listOf(
        { kind, namespace }: Target,
        chosen: Selected,
    ): Promise<{ items: KubeObject[]; [field: string]: unknown }> {
        const items = (await this.cluster.list(kind.apiVersion, kind.kind, namespace)).filter(chosen);
        return {
            apiVersion: kind.apiVersion,
            kind: `${kind.kind}List`,
            metadata: { resourceVersion: String(this.cluster.resourceVersion) },
            items,
        };
    }

    private watch(url: URL, response: http.ServerResponse, release: () => void): void {
        const { kind, namespace } = this.target(url.pathname);
        const query = url.searchParams;
        const chosen = selection(query);
        const from = query.get("resourceVersion");
        response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-cache, private" });
        response.flushHeaders();
        const seen = new Set<string>();
        const write = (type: string, object: KubeObject): void => {
            // Whoever waits for this event gets it before time passes.
            const held = this.clock.hold();
            response.write(`${JSON.stringify({ type, object: { ...object, apiVersion: kind.apiVersion } })}\n`, () =>
                setImmediate(held),
            );
        };
        const tell = (change: Change): void => {
            if (
                change.group !== kind.group ||
                change.kind !== kind.kind ||
                (namespace !== undefined && change.object.metadata.namespace !== namespace)
            ) {
                return;
            }
            const uid = change.object.metadata.uid!;
            const matches = change.type !== "DELETED" && chosen(change.object);
            if (matches) {
                write(seen.has(uid) ? "MODIFIED" : change.type, change.object);
                seen.add(uid);
            } else if (seen.has(uid) || (change.type === "DELETED" && chosen(change.object))) {
                write("DELETED", change.object);
                seen.delete(uid);
            }
        };
        const stops: (() => void)[] = [];
        const end = (): void => {
            const held = this.clock.hold();
            response.once("close", held);
            response.end(() => setImmediate(held));
        };
        this.sockets.add(end);
        response.once("close", () => {
            stops.forEach((stop) => stop());
            this.sockets.delete(end);
        });
        const listen = (): void => {
            stops.push(this.cluster.watchChanges(tell));
            const seconds = Number(query.get("timeoutSeconds"));
            if (seconds > 0) {
                stops.push(this.clock.after(seconds, end));
            }
            release();
        };
        if (from === null || from === "" || from === "0") {
            void this.listOf({ kind, namespace, name: undefined, subresource: undefined }, chosen).then(({ items }) => {
                items.forEach((item) => {
                    write("ADDED", item);
                    seen.add(item.metadata.uid!);
                });
                listen();
            });
        } else {
            this.cluster.changesSince(Number(from)).forEach(tell);
            listen();
        }
    }

    /** The paths by which clients learn what is served. */
    private discovery(path: string): object | undefined {
        const parts = path.split("/").filter((part) => part !== "");
        if (path === "/version") {
            return {
                major: "1",
                minor: "34",
                gitVersion: "v1.34.4+rehearsal",
                gitCommit: "",
                gitTreeState: "clean",
                platform: "linux/amd64",
            };
        }
        if (["/healthz", "/livez", "/readyz"].includes(path)) {
            return { status: "ok" };
        }
        if (parts.length === 1 && parts[0] === "api") {
            return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
        }
        if (parts.length === 1 && parts[0] === "apis") {
            const groups = new Map<string, string[]>();
            for (const { group, version } of this.cluster.servedKinds()) {
                const versions = groups.get(group) ?? [];
                if (group !== "" && !versions.includes(version)) {
                    groups.set(group, [...versions, version]);
                }
            }
            return {
                kind: "APIGroupList",
                apiVersion: "v1",
                groups: [...groups].map(([name, versions]) => groupOf(name, versions)),
            };
        }
        if (parts.length === 2 && parts[0] === "apis") {
            const versions = [
                ...new Set(
                    this.cluster
                        .servedKinds()
                        .filter((kind) => kind.group === parts[1])
                        .map((kind) => kind.version),
                ),
            ];
            return versions.length > 0 ? { kind: "APIGroup", apiVersion: "v1", ...groupOf(parts[1]!, versions) } : undefined;
        }
        const apiVersion =
            path === "/api/v1" ? "v1" : parts.length === 3 && parts[0] === "apis" ? `${parts[1]}/${parts[2]}` : undefined;
        const kinds = apiVersion === undefined ? [] : this.cluster.servedKinds().filter((kind) => kind.apiVersion === apiVersion);
        if (kinds.length === 0) {
            return undefined;
        }
        const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
        return {
            kind: "APIResourceList",
            apiVersion: "v1",
            groupVersion: apiVersion,
            resources: kinds.flatMap(({ plural, kind, namespaced, statusSubresource }) => [
                { name: plural, singularName: kind.toLowerCase(), namespaced, kind, verbs },
                ...(statusSubresource
                    ? [{ name: `${plural}/status`, singularName: "", namespaced, kind, verbs: ["get", "patch", "update"] }]
                    : []),
            ]),
        };
    }

    private target(path: string): Target {
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
        const kind = this.cluster.findPlural(apiVersion, plural!);
        if (!kind || (inNamespace && !kind.namespaced)) {
            throw missing();
        }
        return { kind, namespace: inNamespace ? rest[1] : undefined, name, subresource };
    }
}

function missing(): ApiError {
    return new ApiError(404, "NotFound", "the server could not find the requested resource");
}

function methodNotAllowed(): ApiError {
    return new ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
}

function groupOf(name: string, versions: readonly string[]): object {
    const known = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions: known, preferredVersion: known[0] };
}

function isTrue(value: string | null): boolean {
    return value === "true" || value === "1";
}

function selection(query: URLSearchParams): Selected {
    try {
        const byLabel = labelSelector(query.get("labelSelector") ?? undefined);
        const byField = fieldSelector(query.get("fieldSelector") ?? undefined);
        return (object) => byLabel(object) && byField(object);
    } catch (error) {
        throw new ApiError(400, "BadRequest", (error as Error).message);
    }
}

/** The object of a body, which must agree with the URL. */
function objectOf(kind: ServedKind, namespace: string | undefined, name: string | undefined, body: unknown): KubeObject {
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

function parse(body: string): unknown {
    try {
        return JSON.parse(body);
    } catch {
        throw new ApiError(400, "BadRequest", "the body of the request is not JSON");
    }
}

async function read(request: http.IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > BODY_LIMIT) {
            throw new ApiError(413, "BadRequest", `the body of the request is larger than ${BODY_LIMIT} bytes`);
        }
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
}

function send(response: http.ServerResponse, code: number, body: unknown): void {
    const text = JSON.stringify(body);
    response.writeHead(code, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) });
    response.end(text);
}

function status(error: ApiError): object {
    const reason = error.reason === "NoKindMatch" ? "NotFound" : error.code === 401 ? "Unauthorized" : error.reason;
    return {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: error.message,
        reason,
        code: error.code,
    };
}

/** @param ca PEM of the certificate that the server shows; undefined for plain HTTP */
function kubeconfig(port: number, token: string, ca: string | undefined): string {
    const cluster =
        ca === undefined
            ? // client-node takes plain HTTP only from a cluster whose certificate it was told not to verify.
              { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true }
            : { server: `https://127.0.0.1:${port}`, "certificate-authority-data": Buffer.from(ca).toString("base64") };
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        "current-context": "rehearsal",
        clusters: [{ name: "rehearsal", cluster }],
        users: [{ name: "rehearsal", user: { token } }],
        contexts: [{ name: "rehearsal", context: { cluster: "rehearsal", user: "rehearsal" } }],
    });
}
