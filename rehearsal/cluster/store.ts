/** The objects of a cluster in memory: by kind and name, by uid, by namespace and by owner. */
import type { KubeObject } from "./cluster";
import { copy } from "./json";
import { managedFields, type Owner } from "./managed-fields";
import type { ServedKind } from "./served-kinds";

/** A stored object: never changed in place, so that it can be shared. */
export interface Stored {
    readonly kind: ServedKind;
    readonly object: KubeObject;
    readonly owners: readonly Owner[];
    /** `metadata.managedFields`, computed at the first use. */
    shownOwners?: unknown[];
}

/** An object as clients see it in an API version of its kind: a copy, with its managedFields. */
export function shown(stored: Stored, apiVersion: string): KubeObject {
    const result = copy(stored.object);
    result.apiVersion = apiVersion;
    stored.shownOwners ??= Object.freeze(managedFields(stored.owners)) as unknown[];
    result.metadata.managedFields = stored.shownOwners;
    return result;
}

/** Stores objects and counts their versions, without validation or events. */
export class ObjectStore {
    private readonly tables = new Map<string, Map<string, Stored>>();
    private readonly byUid = new Map<string, Stored>();
    private readonly byOwner = new Map<string, Set<string>>();
    private readonly byNamespace = new Map<string, Set<string>>();
    private latest = 0;

    /** A store of its own with the same objects. */
    copy(): ObjectStore {
        const made = new ObjectStore();
        const copied = <V, W>(from: ReadonlyMap<string, V>, to: Map<string, W>, of: (value: V) => W): void =>
            from.forEach((value, key) => to.set(key, of(value)));
        copied(this.tables, made.tables, (table) => new Map(table));
        copied(this.byUid, made.byUid, (stored) => stored);
        copied(this.byOwner, made.byOwner, (uids) => new Set(uids));
        copied(this.byNamespace, made.byNamespace, (uids) => new Set(uids));
        made.latest = this.latest;
        return made;
    }

    /** The latest resource version. */
    get version(): number {
        return this.latest;
    }

    /** The resource version that the next write gets. */
    get nextVersion(): string {
        return String(this.latest + 1);
    }

    /** An object of a kind. @param namespace left out of account for a kind without one */
    get(kind: ServedKind, namespace: string | undefined, name: string | undefined): Stored | undefined {
        return this.at(kind.group, kind.kind, kind.namespaced ? namespace : undefined, name);
    }

    /** An object by the group and the name of its kind, whether or not that is served. */
    at(group: string, kind: string, namespace: string | undefined, name: string | undefined): Stored | undefined {
        return this.tables.get(`${group}/${kind}`)?.get(`${namespace ?? ""}/${name ?? ""}`);
    }

    /** The objects of a kind. */
    all(group: string, kind: string): Stored[] {
        return [...(this.tables.get(`${group}/${kind}`)?.values() ?? [])];
    }

    withUid(uid: string): Stored | undefined {
        return this.byUid.get(uid);
    }

    /** The objects whose ownerReferences name a uid. */
    ownedBy(uid: string): Stored[] {
        return this.known(this.byOwner.get(uid));
    }

    inNamespace(namespace: string): Stored[] {
        return this.known(this.byNamespace.get(namespace));
    }

    /** Whether anything that an object names as its owner exists. */
    hasOwner({ object }: Stored): boolean {
        return (object.metadata.ownerReferences ?? []).some((owner) => this.byUid.has(owner.uid));
    }

    /** Keeps an object in place of what it was before. */
    put(before: Stored | undefined, after: Stored): void {
        const { kind, object } = after;
        const { uid, namespace, name, ownerReferences = [] } = object.metadata;
        this.latest++;
        entry(this.tables, `${kind.group}/${kind.kind}`, () => new Map()).set(`${namespace ?? ""}/${name}`, after);
        this.byUid.set(uid!, after);
        if (namespace !== undefined) {
            entry(this.byNamespace, namespace, () => new Set<string>()).add(uid!);
        }
        for (const old of before?.object.metadata.ownerReferences ?? []) {
            if (!ownerReferences.some((owner) => owner.uid === old.uid)) {
                this.byOwner.get(old.uid)?.delete(uid!);
            }
        }
        ownerReferences.forEach((owner) => entry(this.byOwner, owner.uid, () => new Set<string>()).add(uid!));
    }

    /** Takes an object out. @returns whether it was there */
    delete({ kind, object }: Stored): boolean {
        const { uid, namespace, name, ownerReferences = [] } = object.metadata;
        if (!this.byUid.delete(uid!)) {
            return false;
        }
        this.latest++;
        this.tables.get(`${kind.group}/${kind.kind}`)?.delete(`${namespace ?? ""}/${name}`);
        this.byNamespace.get(namespace ?? "")?.delete(uid!);
        ownerReferences.forEach((owner) => this.byOwner.get(owner.uid)?.delete(uid!));
        return true;
    }

    private known(uids: ReadonlySet<string> | undefined): Stored[] {
        return [...(uids ?? [])].flatMap((uid) => this.byUid.get(uid) ?? []);
    }
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
    let value = map.get(key);
    if (value === undefined) {
        map.set(key, (value = make()));
    }
    return value;
}
