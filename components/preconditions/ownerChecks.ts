/** Objects of other owners on the cluster, which a deployment would meet half-way. */
import { failed, passed, type Precondition } from "./precondition";
import { holderOf, isPulumis, type PlannedObject, remedyFor, tellsItsHolder } from "../planned";

/** The number of objects that are named; a cluster that has more has all of them. */
const NAMED = 12;
/** Objects that are asked for at a time. */
const AT_ONCE = 16;

export const ownerChecks: readonly Precondition[] = [
    {
        id: "no-conflicting-objects",
        what: "nothing that this stack creates is on the cluster already",
        why: "the API server refuses to create what exists, in the middle of a deployment",
        async check(reads, { planned, begun = false }) {
            const objects = unique((await planned?.()) ?? []);
            const there: { readonly object: PlannedObject; readonly holder: string }[] = [];
            for (let i = 0; i < objects.length; i += AT_ONCE) {
                await Promise.all(
                    objects.slice(i, i + AT_ONCE).map(async (object) => {
                        const found = await reads.get(object.apiVersion, object.plural, object.name, object.namespace);
                        if (found !== undefined && !isPulumis(found) && (!begun || tellsItsHolder(found))) {
                            there.push({ object, holder: holderOf(found) });
                        }
                    }),
                );
            }
            if (there.length === 0) {
                return passed(
                    objects.length === 0 ? "nothing was planned to look for" : `${objects.length} objects were looked for`,
                );
            }
            there.sort((a, b) => (sortKey(a.object) < sortKey(b.object) ? -1 : 1));
            const more = there.length > NAMED ? `; and ${there.length - NAMED} more` : "";
            const named = there.slice(0, NAMED);
            return failed(
                named.map(({ object, holder }) => `${sortKey(object)} (${holder})`).join("; ") + more,
                named.map(({ object }) => remedyFor(object)).join("; "),
            );
        },
    },
];

function unique(objects: readonly PlannedObject[]): PlannedObject[] {
    return [...new Map(objects.map((object) => [`${object.apiVersion} ${sortKey(object)}`, object])).values()];
}

function sortKey({ kind, namespace, name }: PlannedObject): string {
    return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}
