/** Reads of the cluster that preconditions share: each object and list is read once. */
import type { KindPath, Kube, KubeObject } from "../kube";

/** The methods of the client that are used here. */
export type Reader = Pick<Kube, "get" | "list" | "create" | "version">;

/** Reads objects of a cluster and remembers them. */
export class Reads {
    private readonly answers = new Map<string, Promise<unknown>>();

    constructor(private readonly kube: Reader) {}

    /** Undefined when the object, or its kind, does not exist. */
    get(apiVersion: string, plural: string, name: string, namespace?: string): Promise<KubeObject | undefined> {
        const kind = kindPath(apiVersion, plural, namespace);
        return this.once(`get ${JSON.stringify(kind)} ${name}`, () => this.kube.get(kind, name));
    }

    /** Empty when the kind does not exist. */
    list(apiVersion: string, plural: string, namespace?: string): Promise<readonly KubeObject[]> {
        const kind = kindPath(apiVersion, plural, namespace);
        return this.once(`list ${JSON.stringify(kind)}`, () => this.kube.list(kind));
    }

    /** The version of Kubernetes: `v1.34.4`. */
    version(): Promise<string> {
        return this.once("version", () => this.kube.version());
    }

    /** Whether whoever asks may do everything everywhere. */
    async isAdmin(): Promise<boolean> {
        const review = await this.once("review", () =>
            this.kube.create(kindPath("authorization.k8s.io/v1", "selfsubjectaccessreviews"), {
                apiVersion: "authorization.k8s.io/v1",
                kind: "SelfSubjectAccessReview",
                spec: { resourceAttributes: { verb: "*", group: "*", resource: "*" } },
            }),
        );
        return review.status?.["allowed"] === true;
    }

    private once<T>(question: string, ask: () => Promise<T>): Promise<T> {
        const known = this.answers.get(question) ?? ask();
        this.answers.set(question, known);
        return known as Promise<T>;
    }
}

function kindPath(apiVersion: string, plural: string, namespace?: string): KindPath {
    return { apiVersion, plural, ...(namespace !== undefined && { namespace }) };
}
