/** Parts of a stack file that stand in several places: what an alias repeats, and what an entry takes over by `<<`. */
import { type Document, isAlias, isMap, isNode, isPair, isScalar, type Node, visit, type YAMLMap } from "yaml";

import { RefusalError } from "../exit";

/** Refuses changes that would reach further than asked. */
export class Shared {
    /** Names of the anchors that an alias repeats. */
    private readonly repeated = new Set<string>();

    constructor(private readonly document: Document.Parsed) {
        visit(document, { Alias: (_, { source }) => void this.repeated.add(source) });
    }

    /** A node is to be changed. @throws RefusalError when it, or what it is in, stands elsewhere as well */
    refuseChange(node: Node): void {
        if (this.repeated.size > 0) {
            [...this.around(node), node].forEach((one) => this.refuse(one));
        }
    }

    /** A node is to go. @throws RefusalError when a part of it stands elsewhere as well */
    refuseRemoval(node: unknown): void {
        if (this.repeated.size > 0 && isNode(node) && !isAlias(node)) {
            visit(node, { Node: (_, one) => this.refuse(one) });
        }
    }

    /** A field of an entry is to be changed that is not written there. @throws RefusalError when the entry takes it over */
    refuseTakenOver(entry: YAMLMap, field: string): void {
        const merged = entry.items.some(({ key }) => isScalar(key) && (key.value === "<<" || typeof key.value === "symbol"));
        if (merged && !entry.has(field) && Object.hasOwn(entry.toJS(this.document) as object, field)) {
            throw new RefusalError(
                `${field} of ${String(entry.get("name"))} is taken over from another entry (<<): change it by hand.`,
            );
        }
    }

    private refuse(node: unknown): void {
        const anchor = isNode(node) && !isAlias(node) ? (node as { anchor?: string }).anchor : undefined;
        if (anchor !== undefined && this.repeated.has(anchor)) {
            throw new RefusalError(
                `What is to be changed stands in several places of the stack file (&${anchor} and *${anchor}): change it by hand.`,
            );
        }
    }

    private around(node: Node): unknown[] {
        let found: unknown[] = [];
        visit(this.document, {
            Node: (_, one, path) => {
                if (one !== node) {
                    return undefined;
                }
                found = path.map((step) => (isPair(step) ? step.value : step)).filter((step) => isMap(step) || isNode(step));
                return visit.BREAK;
            },
        });
        return found;
    }
}
