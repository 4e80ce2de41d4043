import type { KubeObject } from "../rehearsal/cluster/cluster";
import { keyOf } from "./object";

/** The objects of the kinds that are watched, as events and answers last showed them. */
export class ObjectCache {
    private readonly tables = new Map<string, Map<string, KubeObject>>();
    private readonly gone = new Set<string>();
    private readonly owned = new Map<string, Map<string, string>>();

    get(kind: string, namespace: string, name: string): KubeObject | undefined {
        return this.tables.get(groupKind(kind))?.get(`${namespace}/${name}`);
    }

    /** All objects of a kind, in no particular order. */
    all(kind: string): KubeObject[] {
        return [...(this.tables.get(groupKind(kind))?.values() ?? [])];
    }

    /** Keys of all objects of a kind. */
    keys(kind: string): string[] {
        return [...(this.tables.get(groupKind(kind))?.keys() ?? [])];
    }

    /** The objects of a kind that name `owner` among their owners. */
    ownedBy(kind: string, owner: KubeObject): KubeObject[] {
        const table = this.tables.get(groupKind(kind));
        const keys = this.owned.get(owner.metadata.uid!) ?? new Map<string, string>();
        return [...keys]
            .filter(([, of]) => of === groupKind(kind))
            .flatMap(([key]) => table?.get(key.slice(key.indexOf("|") + 1)) ?? []);
    }

    /** The newest version of an object; the object itself when none is known. */
    current(object: KubeObject): KubeObject {
        return this.table(object).get(keyOf(object)) ?? object;
    }

    /** Keeps a version of an object unless a newer one is known, or its deletion. @returns `object` */
    remember(object: KubeObject): KubeObject {
        const table = this.table(object);
        const key = keyOf(object);
        const uid = object.metadata.uid!;
        const known = table.get(key);
        if (
            this.gone.has(uid) ||
            (known?.metadata.uid === uid && Number(known.metadata.resourceVersion) > Number(object.metadata.resourceVersion))
        ) {
            return object;
        }
        table.set(key, object);
        for (const owner of object.metadata.ownerReferences ?? []) {
            const children = this.owned.get(owner.uid) ?? new Map<string, string>();
            const of = groupKind(`${object.apiVersion}/${object.kind}`);
            this.owned.set(owner.uid, children.set(`${of}|${key}`, of));
        }
        return object;
    }

    /** Keeps in mind that an object is gone, so that a late answer does not bring it back. */
    forget(object: KubeObject): void {
        const uid = object.metadata.uid!;
        const key = keyOf(object);
        this.gone.add(uid);
        const table = this.table(object);
        if (table.get(key)?.metadata.uid === uid) {
            table.delete(key);
        }
        for (const owner of object.metadata.ownerReferences ?? []) {
            this.owned.get(owner.uid)?.delete(`${groupKind(`${object.apiVersion}/${object.kind}`)}|${key}`);
        }
        this.owned.delete(uid);
    }

    private table(object: KubeObject): Map<string, KubeObject> {
        const name = groupKind(`${object.apiVersion}/${object.kind}`);
        let table = this.tables.get(name);
        if (!table) {
            this.tables.set(name, (table = new Map()));
        }
        return table;
    }
}

/** `apps/v1/Deployment` as `apps/Deployment`: versions of a kind are one kind. */
export function groupKind(kind: string): string {
    let known = groupKinds.get(kind);
    if (known === undefined) {
        const parts = kind.split("/");
        known = parts.length === 3 ? `${parts[0]}/${parts[2]}` : `/${parts[1]}`;
        groupKinds.set(kind, known);
    }
    return known;
}

export const groupKinds = new Map<string, string>();
