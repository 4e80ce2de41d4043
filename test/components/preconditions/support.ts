/** What the tests of the preconditions share: a simulated cluster, and ways to change it for one test. */
import type { CheckId } from "../../../catalogue/preconditions";
import { Kube } from "../../../components/kube";
import type { Wanted } from "../../../components/preconditions/precondition";
import type { Reader } from "../../../components/preconditions/reads";
import { type Finding, findings } from "../../../components/preconditions/run";
import type { ObjectRef } from "../../../rehearsal/cluster/cluster";
import type { MemoryWorld } from "../../../rehearsal/memoryWorld";
import { openMemoryWorld } from "../../../simulator/rehearse";
import { parseSettings } from "../../../stacks/settings";
import "../../../kinds";
import { shipped, withOneModel } from "../../settings";

const given = withOneModel(shipped("code-assistant"));

export function wanted(change: (settings: any) => unknown = () => undefined, aws?: Wanted["aws"]): Wanted {
    const settings = structuredClone(given);
    change(settings);
    return { settings: parseSettings("test", settings), aws };
}

export let world: MemoryWorld;

/** Opens one simulated cluster for the tests of a file. */
export function withWorld(): void {
    beforeAll(async () => {
        world = await openMemoryWorld();
        await world.settled();
    });
    afterAll(() => world.close());
}

export const connect = (): Promise<Reader> => Kube.connect(undefined, world.kubeconfig);

export async function find(id: CheckId, asked: Wanted = wanted(), reader: () => Promise<Reader> = connect): Promise<Finding> {
    return (await findings(reader, asked)).find((f) => f.id === id)!;
}

/** Runs with an object changed; then it is as it was. */
export async function changed<T>(ref: ObjectRef, change: (object: any) => void, run: () => Promise<T>): Promise<T> {
    const before = (await world.cluster.get(ref))!;
    const after = structuredClone(before);
    change(after);
    const write = async (object: typeof before): Promise<void> => {
        const { resourceVersion: _, ...metadata } = object.metadata as Record<string, unknown>;
        const whole = { ...object, metadata } as typeof before;
        await world.cluster.update(whole);
        if (whole.status !== undefined) {
            await world.cluster.updateStatus(whole);
        }
    };
    await write(after);
    try {
        return await run();
    } finally {
        await write(before);
    }
}

/** Runs with an object more. */
export async function added<T>(object: any, run: () => Promise<T>): Promise<T> {
    await world.cluster.create(object);
    try {
        return await run();
    } finally {
        const { apiVersion, kind, metadata } = object;
        await world.cluster.delete({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace });
    }
}

/** Runs without an object. */
export async function removed<T>(ref: ObjectRef, run: () => Promise<T>): Promise<T> {
    const { status: _, ...object } = (await world.cluster.get(ref))!;
    await world.cluster.delete(ref);
    try {
        return await run();
    } finally {
        const { resourceVersion: __, uid: ___, ...metadata } = object.metadata as Record<string, unknown>;
        await world.cluster.create({ ...object, metadata } as any);
    }
}

export const config = (kind: string, name = "cluster"): ObjectRef => ({ apiVersion: "config.openshift.io/v1", kind, name });
export const csv = (name: string): any => ({
    apiVersion: "operators.coreos.com/v1alpha1",
    kind: "ClusterServiceVersion",
    metadata: { name, namespace: "openshift-operators" },
    spec: { displayName: name, install: { strategy: "deployment", spec: { deployments: [] } } },
});

export const failing = (pattern: RegExp): object => ({ status: "failed", found: expect.stringMatching(pattern) as string });

/** A reader that answers some questions otherwise. */
export function having(reader: Reader, other: Partial<Reader>): Reader {
    return {
        get: (kind, name) => reader.get(kind, name),
        list: (kind, selector) => reader.list(kind, selector),
        create: (kind, object) => reader.create(kind, object),
        version: () => reader.version(),
        ...other,
    };
}

export const with_ = async (other: Partial<Reader>): Promise<Reader> => having(await connect(), other);
