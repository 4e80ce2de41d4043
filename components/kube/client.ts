import type { ExecCommand, Execution } from "./exec";
import { accessOf, type ClusterAccess } from "./kubeconfig";
import type { Log, LogQuery } from "./logs";
import { type KindPath, type KubeObject, pathOf } from "./objects";
import { defaultTimeOuts, type TimeOuts } from "./timeOuts";
import { Transport } from "./transport";
import { type Judge, waitFor } from "./wait";

/** Talks to one cluster. Every request ends: with an answer, or with a KubeError when the cluster is silent for too long. */
export class Kube {
    private constructor(private readonly transport: Transport) {}

    /**
     * @param context of the kubeconfig. Default: the current one
     * @param kubeconfig file or content. Default: the files that KUBECONFIG lists, or ~/.kube/config
     * @param timeOuts that differ from the usual ones
     * @throws KubeError when the kubeconfig names no cluster, or cannot be read
     */
    static async connect(context?: string, kubeconfig?: string, timeOuts: Partial<TimeOuts> = {}): Promise<Kube> {
        const all = { ...defaultTimeOuts, ...timeOuts };
        return new Kube(new Transport(await accessOf(context, kubeconfig, all.logIn), all));
    }

    /** The cluster, as the kubeconfig has it. */
    get access(): ClusterAccess {
        return this.transport.access.cluster;
    }

    /**
     * The token that this client shows, for an API behind the same login; undefined for one that shows a certificate.
     * Never print it.
     */
    bearerToken(): string | undefined {
        const headers = (this.transport.access.options.headers ?? {}) as Readonly<Record<string, unknown>>;
        const authorization = headers["Authorization"] ?? headers["authorization"];
        return /^Bearer (.+)$/.exec(String(authorization ?? ""))?.[1];
    }

    /** The cluster's clock, in ms: deadlines are measured on it, since it decides how long things take. */
    async now(): Promise<number> {
        return (await this.transport.send({ method: "GET", path: "/version" })).at;
    }

    /** Undefined when the object, or its kind, does not exist. */
    async get(kind: KindPath, name: string): Promise<KubeObject | undefined> {
        const answer = await this.transport.send({ method: "GET", path: objectPath(kind, name) });
        return answer.code === 404 ? undefined : this.transport.parse(answer, `${kind.plural} ${name}`);
    }

    /** Empty when the kind does not exist. @param labelSelector which of them. Default: all */
    async list(kind: KindPath, labelSelector?: string): Promise<KubeObject[]> {
        const query = labelSelector === undefined ? "" : `?${new URLSearchParams({ labelSelector }).toString()}`;
        const answer = await this.transport.send({ method: "GET", path: `${pathOf(kind)}${query}` });
        return answer.code === 404 ? [] : (this.transport.parse(answer, kind.plural) as unknown as { items: KubeObject[] }).items;
    }

    /**
     * Creates an object.
     *
     * @returns it as the API server answers it: reviews carry their answer in the status
     * @throws KubeError with code 409 when there is one of that name
     */
    async create(kind: KindPath, object: object): Promise<KubeObject> {
        return this.transport.parse(await this.transport.send({ method: "POST", path: pathOf(kind), body: object }), kind.plural);
    }

    /** The refusal of an object's creation, which the API server checks and does not carry out; undefined when it would take it. */
    async refusal(kind: KindPath, object: object): Promise<string | undefined> {
        const answer = await this.transport.send({ method: "POST", path: `${pathOf(kind)}?dryRun=All`, body: object });
        try {
            this.transport.parse(answer, kind.plural);
            return undefined;
        } catch (e) {
            return (e as Error).message;
        }
    }

    /** Deletes an object; it may be gone already. */
    async delete(kind: KindPath, name: string): Promise<void> {
        const answer = await this.transport.send({ method: "DELETE", path: objectPath(kind, name) });
        if (answer.code !== 404) {
            this.transport.parse(answer, `${kind.plural} ${name}`);
        }
    }

    /** Starts a command in a container. @throws KubeError when it cannot be started */
    async exec(command: ExecCommand): Promise<Execution> {
        const { exec } = await import("./exec");
        return exec(this.transport.access, this.transport.timeOuts, command);
    }

    /** The end of a container's log. @throws KubeError in the words of the API server or of the node */
    async log(query: LogQuery): Promise<Log> {
        const { logOf } = await import("./logs");
        return logOf(this.transport, query);
    }

    /** The version of Kubernetes: `v1.34.4`. */
    async version(): Promise<string> {
        const answer = await this.transport.send({ method: "GET", path: "/version" });
        return (this.transport.parse(answer, "version") as unknown as { gitVersion: string }).gitVersion;
    }

    /** JSON merge patch. */
    async patch(kind: KindPath, name: string, patch: object): Promise<void> {
        const contentType = "application/merge-patch+json";
        const answer = await this.transport.send({ method: "PATCH", path: objectPath(kind, name), body: patch, contentType });
        this.transport.parse(answer, `${kind.plural} ${name}`);
    }

    /**
     * Server-side apply of fields that nobody else writes, under a field manager of their own: no other manager loses or gains a field.
     *
     * @throws KubeError with code 409 when another manager has one of them
     */
    async apply(
        { apiVersion, plural, namespace }: KindPath,
        kind: string,
        name: string,
        metadata: object,
        fieldManager: string,
    ): Promise<void> {
        const at: KindPath = { apiVersion, plural, ...(namespace !== undefined && { namespace }) };
        const answer = await this.transport.send({
            method: "PATCH",
            path: `${objectPath(at, name)}?${new URLSearchParams({ fieldManager }).toString()}`,
            body: { apiVersion, kind, metadata: { ...metadata, name, ...(namespace !== undefined && { namespace }) } },
            contentType: "application/apply-patch+yaml",
        });
        this.transport.parse(answer, `${plural} ${name}`);
    }

    /**
     * Reads an object until `judge` is content with it, between changes of it.
     *
     * @param judge returns what is wanted, or undefined to wait for the next change; what it throws ends the wait
     * @param deadline on the cluster's clock, in ms; it holds also while the cluster does not answer
     * @returns undefined when the deadline passed
     * @throws KubeError when the cluster refuses, has never answered, or is away for more than three minutes
     */
    until<T>(
        kind: KindPath,
        name: string,
        judge: (object: KubeObject | undefined) => T | undefined | Promise<T | undefined>,
        deadline: number,
    ): Promise<T | undefined> {
        const selector = { fieldSelector: `metadata.name=${name}` };
        return waitFor(this.transport, { kind, selector, judge: (items) => judge(items[0]), deadline });
    }

    /** The same for all objects that carry a label. */
    untilAll<T>(kind: KindPath, labelSelector: string, judge: Judge<T>, deadline: number): Promise<T | undefined> {
        return waitFor(this.transport, { kind, selector: { labelSelector }, judge, deadline });
    }
}

function objectPath(kind: KindPath, name: string): string {
    return `${pathOf(kind)}/${encodeURIComponent(name)}`;
}
