/** The view of a cluster for `maas status`: reads each kind once, and only those that the stack has. */
import { isForbidden } from "../cluster";
import { resourceOf } from "../render/waits";
import type { Kube, KubeObject } from "../../components/kube";

/** Names one object. */
export interface Reference {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
}

/** Stands for an object that the user may not read. */
export const UNREAD = Symbol("not read");

/** The number of namespaces of a kind from which on it is read of all namespaces at once, where that is allowed. */
const MANY = 8;

/** Objects of a cluster, read as they are asked for. What may not be read is listed, and ends nothing. */
export class ClusterView {
    private readonly lists = new Map<string, Promise<readonly KubeObject[] | typeof UNREAD>>();
    /** Kinds, and the namespaces in which they may not be read; none for the whole cluster. */
    private readonly refused = new Map<string, Set<string>>();
    private readonly wide: ReadonlySet<string>;
    private count = 0;

    /**
     * @param asked kinds and namespaces that will be asked for: what is in many namespaces is read with one request
     * @param onRead called after each request, with the number of requests
     */
    constructor(
        private readonly kube: Kube,
        asked: readonly { readonly apiVersion: string; readonly plural: string; readonly namespace?: string }[] = [],
        private readonly onRead: (requests: number) => void = () => undefined,
    ) {
        const places = new Map<string, Set<string>>();
        for (const { apiVersion, plural, namespace } of asked) {
            const key = `${apiVersion} ${plural}`;
            places.set(key, (places.get(key) ?? new Set()).add(namespace ?? ""));
        }
        this.wide = new Set([...places].filter(([, namespaces]) => namespaces.size >= MANY).map(([key]) => key));
    }

    /** What may not be read: each kind once, with its namespaces, sorted. */
    get unread(): readonly string[] {
        return [...this.refused].map(([what, namespaces]) => told(what, [...namespaces].sort())).sort();
    }

    /** All objects of a kind in a namespace; empty when the kind does not exist, or may not be read. */
    async list(apiVersion: string, plural: string, namespace?: string): Promise<readonly KubeObject[]> {
        const found = await this.read(apiVersion, plural, namespace);
        return found === UNREAD ? [] : found;
    }

    /** Whether the objects of a kind may be read. */
    async mayRead(apiVersion: string, plural: string, namespace?: string): Promise<boolean> {
        return (await this.read(apiVersion, plural, namespace)) !== UNREAD;
    }

    /** Undefined when the object or its kind does not exist. Secrets are never listed: that needs more rights than reading one. */
    async get({ apiVersion, kind, namespace, name }: Reference): Promise<KubeObject | typeof UNREAD | undefined> {
        const { plural } = resourceOf(kind, apiVersion);
        if (kind === "Secret" || kind === "Namespace") {
            const at = { apiVersion, plural, ...(namespace !== undefined && { namespace }) };
            return this.asked({ apiVersion, plural, namespace }, this.kube.get(at, name));
        }
        const all = await this.read(apiVersion, plural, namespace);
        return all === UNREAD ? UNREAD : all.find(({ metadata }) => metadata.name === name);
    }

    /** The refusal of an object's creation, which the API server does not carry out; undefined when it would take it. */
    async refusal(object: Reference & { readonly manifest: object }): Promise<string | undefined> {
        const { plural } = resourceOf(object.kind, object.apiVersion);
        return this.kube.refusal(
            { apiVersion: object.apiVersion, plural, ...(object.namespace !== undefined && { namespace: object.namespace }) },
            object.manifest,
        );
    }

    private async read(apiVersion: string, plural: string, namespace?: string): Promise<readonly KubeObject[] | typeof UNREAD> {
        if (namespace !== undefined && this.wide.has(`${apiVersion} ${plural}`)) {
            const all = await this.once(apiVersion, plural, undefined, false);
            if (all !== UNREAD) {
                return all.filter(({ metadata }) => metadata.namespace === namespace);
            }
        }
        return this.once(apiVersion, plural, namespace, true);
    }

    private once(
        apiVersion: string,
        plural: string,
        namespace: string | undefined,
        noted: boolean,
    ): Promise<readonly KubeObject[] | typeof UNREAD> {
        const key = [apiVersion, plural, namespace ?? ""].join(" ");
        const what = noted ? { apiVersion, plural, namespace } : undefined;
        const found =
            this.lists.get(key) ??
            this.asked(what, this.kube.list({ apiVersion, plural, ...(namespace !== undefined && { namespace }) }));
        this.lists.set(key, found);
        return found;
    }

    /** @param what is noted where it is refused */
    private async asked<T>(
        what: { readonly apiVersion: string; readonly plural: string; readonly namespace: string | undefined } | undefined,
        reading: Promise<T>,
    ): Promise<T | typeof UNREAD> {
        try {
            return await reading;
        } catch (e) {
            if (!isForbidden(e)) {
                throw e;
            }
            if (what !== undefined) {
                const { apiVersion, plural, namespace } = what;
                const resource = apiVersion.includes("/") ? `${plural}.${apiVersion.split("/")[0]!}` : plural;
                const namespaces = this.refused.get(resource) ?? new Set();
                this.refused.set(resource, namespace === undefined ? namespaces : namespaces.add(namespace));
            }
            return UNREAD;
        } finally {
            this.onRead(++this.count);
        }
    }
}

/** Namespaces that are named where many are meant. */
const NAMED = 3;

function told(what: string, namespaces: readonly string[]): string {
    const rest = namespaces.length - NAMED;
    return namespaces.length === 0
        ? what
        : `${what} in ${namespaces.slice(0, NAMED).join(", ")}${rest > 0 ? ` and ${rest} more namespaces` : ""}`;
}
