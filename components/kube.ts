/**
 * A small client of the Kubernetes API for what Pulumi's provider cannot express: gates that read, approve and wait.
 *
 * It is used from resource hooks, so in `pulumi up` only, and reaches the cluster as the provider does: through the
 * kubeconfig that KUBECONFIG names, or ~/.kube/config.
 */
import * as http from "node:http";
import * as https from "node:https";

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

/** A cluster of a kubeconfig, as far as TLS is concerned. */
export interface ClusterAccess {
    readonly name: string;
    readonly server: string;
    readonly tlsServerName?: string | undefined;
    readonly skipTLSVerify?: boolean | undefined;
}

/** The API server refused, or could not be reached. */
export class KubeError extends Error {
    constructor(
        message: string,
        /** HTTP status; 0 when there was no answer. */
        readonly code: number,
    ) {
        super(message);
        this.name = "KubeError";
    }
}

/** How often in a row, and after how many milliseconds, an API server that has answered before is asked again. */
const AWAY_TRIES = 36;
const AWAY_PAUSE = 5000;

interface Answer {
    readonly code: number;
    readonly body: string;
    /** The cluster's clock, in ms. */
    readonly at: number;
}

/** Talks to one cluster. */
export class Kube {
    private constructor(
        private readonly server: URL,
        private readonly options: https.RequestOptions,
        /** The cluster, as the kubeconfig has it. */
        readonly access: ClusterAccess,
    ) {}

    /**
     * @param context of the kubeconfig. Default: the current one
     * @param kubeconfig file. Default: KUBECONFIG, or ~/.kube/config
     * @throws KubeError when the kubeconfig names no cluster
     */
    static async connect(context?: string, kubeconfig?: string): Promise<Kube> {
        const { KubeConfig } = await import("@kubernetes/client-node");
        const config = new KubeConfig();
        if (kubeconfig === undefined) {
            config.loadFromDefault();
        } else {
            config.loadFromFile(kubeconfig);
        }
        if (context !== undefined) {
            config.setCurrentContext(context);
        }
        const cluster = config.getCurrentCluster();
        if (!cluster) {
            throw new KubeError(`the kubeconfig has no cluster for context ${context ?? config.getCurrentContext()}`, 0);
        }
        const server = new URL(cluster.server);
        const options: https.RequestOptions = {};
        await config.applyToHTTPSOptions(options);
        if (server.protocol === "http:") {
            delete options.agent;
        }
        return new Kube(server, options, cluster);
    }

    /**
     * The token that this client shows, for an API behind the same login; undefined for one that shows a certificate.
     * Never print it.
     */
    bearerToken(): string | undefined {
        const headers = (this.options.headers ?? {}) as Readonly<Record<string, unknown>>;
        const authorization = headers["Authorization"] ?? headers["authorization"];
        return /^Bearer (.+)$/.exec(String(authorization ?? ""))?.[1];
    }

    /** The cluster's clock, in ms: deadlines are measured on it, since it decides how long things take. */
    async now(): Promise<number> {
        return (await this.send("GET", "/version")).at;
    }

    /** Undefined when the object, or its kind, does not exist. */
    async get(kind: KindPath, name: string): Promise<KubeObject | undefined> {
        const answer = await this.send("GET", `${pathOf(kind)}/${encodeURIComponent(name)}`);
        return answer.code === 404 ? undefined : parse(answer, `${kind.plural} ${name}`);
    }

    /** Empty when the kind does not exist. @param labelSelector which of them. Default: all */
    async list(kind: KindPath, labelSelector?: string): Promise<KubeObject[]> {
        const query = labelSelector === undefined ? "" : `?${new URLSearchParams({ labelSelector }).toString()}`;
        const answer = await this.send("GET", `${pathOf(kind)}${query}`);
        return answer.code === 404 ? [] : (parse(answer, kind.plural) as unknown as { items: KubeObject[] }).items;
    }

    /**
     * Creates an object.
     *
     * @returns it as the API server answers it: reviews carry their answer in the status
     * @throws KubeError with code 409 when there is one of that name
     */
    async create(kind: KindPath, object: object): Promise<KubeObject> {
        return parse(await this.send("POST", pathOf(kind), JSON.stringify(object), "application/json"), kind.plural);
    }

    /** Deletes an object; it may be gone already. */
    async delete(kind: KindPath, name: string): Promise<void> {
        const answer = await this.send("DELETE", `${pathOf(kind)}/${encodeURIComponent(name)}`);
        if (answer.code !== 404) {
            parse(answer, `${kind.plural} ${name}`);
        }
    }

    /** The version of Kubernetes: `v1.34.4`. */
    async version(): Promise<string> {
        const { gitVersion } = parse(await this.send("GET", "/version"), "version") as unknown as { gitVersion: string };
        return gitVersion;
    }

    /** JSON merge patch. */
    async patch(kind: KindPath, name: string, patch: object): Promise<void> {
        const answer = await this.send("PATCH", `${pathOf(kind)}/${encodeURIComponent(name)}`, JSON.stringify(patch));
        parse(answer, `${kind.plural} ${name}`);
    }

    /**
     * Reads an object until `judge` is content with it, between changes of it.
     *
     * @param judge returns what is wanted, or undefined to wait for the next change; what it throws ends the wait
     * @param deadline on the cluster's clock, in ms
     * @returns undefined when the deadline passed
     */
    until<T>(
        kind: KindPath,
        name: string,
        judge: (object: KubeObject | undefined) => T | undefined | Promise<T | undefined>,
        deadline: number,
    ): Promise<T | undefined> {
        return this.wait(kind, { fieldSelector: `metadata.name=${name}` }, (items) => judge(items[0]), deadline);
    }

    /** The same for all objects that carry a label. */
    untilAll<T>(
        kind: KindPath,
        labelSelector: string,
        judge: (objects: readonly KubeObject[]) => T | undefined | Promise<T | undefined>,
        deadline: number,
    ): Promise<T | undefined> {
        return this.wait(kind, { labelSelector }, judge, deadline);
    }

    /** Waits through the minutes in which the API server restarts: once it has answered, it may be away for a while. */
    private async wait<T>(
        kind: KindPath,
        selector: Record<string, string>,
        judge: (items: readonly KubeObject[]) => T | undefined | Promise<T | undefined>,
        deadline: number,
    ): Promise<T | undefined> {
        let answered = false;
        for (let away = 0; ; away++) {
            try {
                return await this.watched(
                    kind,
                    selector,
                    (items) => {
                        answered = true;
                        away = 0;
                        return judge(items);
                    },
                    deadline,
                );
            } catch (error) {
                // An answer that cannot be trusted does not get better.
                const gone = error instanceof KubeError && error.code === 0 && !/certificate|self-signed/i.test(error.message);
                if (!gone || !answered || away >= AWAY_TRIES) {
                    throw error;
                }
                await new Promise((resolve) => setTimeout(resolve, AWAY_PAUSE));
            }
        }
    }

    private async watched<T>(
        kind: KindPath,
        selector: Record<string, string>,
        judge: (items: readonly KubeObject[]) => T | undefined | Promise<T | undefined>,
        deadline: number,
    ): Promise<T | undefined> {
        for (;;) {
            // A list tells the version from which to watch, also while there is nothing in it.
            const answer = await this.send("GET", `${pathOf(kind)}?${new URLSearchParams(selector).toString()}`);
            const list =
                answer.code === 404
                    ? undefined
                    : (parse(answer, kind.plural) as unknown as { metadata: { resourceVersion: string }; items: KubeObject[] });
            const verdict = await judge(list?.items ?? []);
            if (verdict !== undefined) {
                return verdict;
            }
            const left = Math.ceil((deadline - answer.at) / 1000);
            if (left <= 0) {
                return undefined;
            }
            if (list === undefined) {
                // The kind does not exist yet: its CRD is what changes.
                const crds = { apiVersion: "apiextensions.k8s.io/v1", plural: "customresourcedefinitions" };
                await this.change(crds, { fieldSelector: `metadata.name=${crdName(kind)}` }, left);
            } else {
                await this.change(kind, { ...selector, resourceVersion: list.metadata.resourceVersion }, left);
            }
        }
    }

    /** Resolves at the next change, after `seconds` at the latest, or when the connection ends. */
    private change(kind: KindPath, selector: Record<string, string>, seconds: number): Promise<void> {
        const query = new URLSearchParams({ watch: "1", timeoutSeconds: String(seconds), ...selector });
        return new Promise((resolve, reject) => {
            const request = this.request("GET", `${pathOf(kind)}?${query.toString()}`, (response) => {
                if ((response.statusCode ?? 500) >= 400) {
                    response.resume();
                    // Too old a version, or the kind has just gone: read again, but not at once.
                    setTimeout(resolve, 1000);
                    return;
                }
                response.once("data", () => {
                    resolve();
                    request.destroy();
                });
                response.once("end", () => resolve());
                response.once("error", () => resolve());
            });
            request.on("error", (error) =>
                reject(new KubeError(`the cluster at ${this.server.host} cannot be reached: ${error.message}`, 0)),
            );
            request.end();
        });
    }

    private send(method: string, path: string, body?: string, contentType = "application/merge-patch+json"): Promise<Answer> {
        return new Promise((resolve, reject) => {
            const request = this.request(method, path, (response) => {
                const chunks: Buffer[] = [];
                response.on("data", (chunk: Buffer) => chunks.push(chunk));
                response.on("error", (error) => reject(new KubeError(`${this.server.host}: ${error.message}`, 0)));
                response.on("end", () => {
                    const at = Date.parse(response.headers.date ?? "");
                    resolve({
                        code: response.statusCode ?? 0,
                        body: Buffer.concat(chunks).toString("utf8"),
                        at: Number.isNaN(at) ? Date.now() : at,
                    });
                });
            });
            request.on("error", (error) =>
                reject(new KubeError(`the cluster at ${this.server.host} cannot be reached: ${error.message}`, 0)),
            );
            if (body !== undefined) {
                request.setHeader("Content-Type", contentType);
                request.write(body);
            }
            request.end();
        });
    }

    private request(method: string, path: string, answered: (response: http.IncomingMessage) => void): http.ClientRequest {
        const { request } = this.server.protocol === "http:" ? http : https;
        return request(
            {
                ...this.options,
                method,
                hostname: this.server.hostname,
                port: this.server.port === "" ? undefined : this.server.port,
                path: this.server.pathname.replace(/\/$/, "") + path,
                headers: { ...this.options.headers, Accept: "application/json" },
            },
            answered,
        );
    }
}

function pathOf({ apiVersion, plural, namespace }: KindPath): string {
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    return `${root}${namespace === undefined ? "" : `/namespaces/${namespace}`}/${plural}`;
}

function crdName({ apiVersion, plural }: KindPath): string {
    return `${plural}.${apiVersion.split("/")[0]}`;
}

function parse(answer: Answer, what: string): KubeObject {
    let body: { message?: string };
    try {
        body = JSON.parse(answer.body) as { message?: string };
    } catch {
        body = { message: answer.body.slice(0, 200) };
    }
    if (answer.code >= 400) {
        throw new KubeError(`${what}: ${body.message ?? `HTTP ${answer.code}`}`, answer.code);
    }
    return body as unknown as KubeObject;
}
