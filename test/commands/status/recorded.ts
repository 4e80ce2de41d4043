/** A cluster as `maas status` has read it: replayed, with something broken. */
import type { Kube, KubeObject } from "../../../components/kube";

type Path = { readonly apiVersion: string; readonly plural: string; readonly namespace?: string };

const keyOf = ({ apiVersion, plural, namespace }: Path): string => [apiVersion, plural, namespace ?? ""].join(" ");

/** Objects that a test changes; whatever they say is what the next reader sees. */
export class BrokenCluster {
    private readonly objects = new Map<string, any[]>();
    /** The answer to the creation of what is missing; undefined: the API server takes it. */
    refusal: string | undefined;
    /** The cluster's clock, in ms: nothing is on its way any more. */
    now = Date.parse("2100-01-01");

    constructor(lists: ReadonlyMap<string, readonly KubeObject[]>) {
        lists.forEach((items, key) => this.objects.set(key, structuredClone(items) as any[]));
    }

    /** All of a kind, whatever namespace. */
    all(plural: string): any[] {
        return [...this.objects].filter(([key]) => key.split(" ")[1] === plural).flatMap(([, items]) => items);
    }

    /** Each copy of an object: a kind may have been read by namespace and as a whole. */
    each(plural: string, name: string, change: (object: any) => void): void {
        const found = this.all(plural).filter(({ metadata }) => metadata.name === name);
        expect([plural, name, found.length > 0]).toEqual([plural, name, true]);
        found.forEach(change);
    }

    remove(plural: string, name: string): void {
        expect(this.all(plural).some(({ metadata }) => metadata.name === name)).toBe(true);
        this.objects.forEach((items, key) => {
            if (key.split(" ")[1] === plural) {
                this.objects.set(
                    key,
                    items.filter(({ metadata }) => metadata.name !== name),
                );
            }
        });
    }

    add(path: Path, object: object): void {
        const { apiVersion, plural } = path;
        for (const key of new Set([keyOf(path), keyOf({ apiVersion, plural })])) {
            this.objects.set(key, [...(this.objects.get(key) ?? []), object]);
        }
    }

    /** Sets one condition of an object. */
    condition(plural: string, name: string, type: string, status: string, reason: string, message = ""): void {
        this.each(plural, name, (object) => {
            const others = (object.status?.conditions ?? []).filter((one: { type: string }) => one.type !== type);
            object.status = { ...object.status, conditions: [...others, { type, status, reason, message }] };
        });
    }

    /** A pod in a namespace of the stack. */
    pod(namespace: string, name: string, status: object, more: object = {}): void {
        this.add({ apiVersion: "v1", plural: "pods", namespace }, { metadata: { name, namespace, ...more }, status });
    }

    /** A pod whose container waits, in the words of the kubelet. */
    waiting(namespace: string, name: string, reason: string, message: string, last?: { exitCode: number; reason: string }): void {
        const container = { name: "main", state: { waiting: { reason, message } }, lastState: { terminated: last } };
        this.pod(namespace, name, { phase: "Pending", containerStatuses: [container] });
    }

    /** A pod that the kubelet prepares, with what it reports of the attempts. */
    preparing(namespace: string, name: string, reason: string, message: string, count: number): void {
        const container = { name: "main", ready: false, state: { waiting: { reason: "ContainerCreating" } } };
        const conditions = [{ type: "PodScheduled", status: "True" }];
        this.pod(namespace, name, { phase: "Pending", conditions, containerStatuses: [container] });
        const event = {
            metadata: { name: `${name}.1` },
            type: "Warning",
            reason,
            message,
            count,
            involvedObject: { kind: "Pod", name },
        };
        this.add({ apiVersion: "v1", plural: "events", namespace }, event);
    }

    get kube(): Kube {
        const list = (path: Path): Promise<any[]> => Promise.resolve(this.objects.get(keyOf(path)) ?? []);
        return {
            list,
            get: async (path: Path, name: string) => (await list(path)).find(({ metadata }) => metadata.name === name),
            refusal: () => Promise.resolve(this.refusal),
            now: () => Promise.resolve(this.now),
        } as unknown as Kube;
    }
}

/** A client that notes what it has read. */
export function recording(kube: Kube): { readonly kube: Kube; readonly lists: ReadonlyMap<string, readonly KubeObject[]> } {
    const lists = new Map<string, KubeObject[]>();
    return {
        lists,
        kube: {
            list: async (path: Path) => {
                const items = await kube.list(path);
                lists.set(keyOf(path), items);
                return items;
            },
            get: async (path: Path, name: string) => {
                const object = await kube.get(path, name);
                const before = lists.get(keyOf(path)) ?? [];
                lists.set(keyOf(path), object === undefined ? before : [...before, object]);
                return object;
            },
            refusal: () => Promise.resolve(undefined),
            now: () => kube.now(),
        } as unknown as Kube,
    };
}
