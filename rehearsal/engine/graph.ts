/** Order between resources: what waits for what, and which chain of waits took longest. */
import { compareText } from "./journal";

/** One resource in a graph of waits. */
export interface Node {
    readonly urn: string;
    /** The resources that it had to wait for, the weightiest reason first: explicit and property dependencies, provider, parent. */
    readonly after: readonly string[];
    /** The time at which its dependents could go on, in seconds. */
    readonly end: number;
}

/**
 * The chain of waits that ends with the resource that ended last: each waited for the one before, which of all that it
 * waited for had ended last. Begins at a resource that waited for none.
 *
 * @param skip URNs that are not part of any chain (the stack itself)
 */
export function criticalPath(nodes: readonly Node[], skip: ReadonlySet<string> = new Set()): string[] {
    const byUrn = new Map(nodes.filter((n) => !skip.has(n.urn)).map((n) => [n.urn, n]));
    const depths = new Map<string, number>();
    const depth = (urn: string): number => {
        const known = depths.get(urn);
        if (known !== undefined) {
            return known;
        }
        depths.set(urn, 0);
        const result =
            1 +
            Math.max(
                0,
                ...byUrn
                    .get(urn)!
                    .after.filter((a) => byUrn.has(a))
                    .map(depth),
            );
        depths.set(urn, result);
        return result;
    };
    // Of those that ended at the same moment, the one at the end of the longest chain waited for the others.
    const later = (a: Node, b: Node): Node => {
        const order = a.end - b.end || depth(a.urn) - depth(b.urn) || compareText(b.urn, a.urn);
        return order >= 0 ? a : b;
    };
    let node = [...byUrn.values()].reduce<Node | undefined>((last, n) => (last === undefined ? n : later(last, n)), undefined);
    const path: string[] = [];
    while (node !== undefined && !path.includes(node.urn)) {
        path.unshift(node.urn);
        node = node.after
            .flatMap((urn) => byUrn.get(urn) ?? [])
            .reduce<Node | undefined>(
                (last, n) => (last === undefined || n.end > last.end ? n : n.end < last.end ? last : deeper(last, n)),
                undefined,
            );
    }
    return path;

    function deeper(a: Node, b: Node): Node {
        return depth(b.urn) > depth(a.urn) ? b : a;
    }
}

/**
 * Runs `work` for each item as soon as all items that it has to come after are done; those that do not depend on each
 * other run side by side. An item whose predecessor failed is not run.
 *
 * @returns the URNs whose work failed or was not run, with the reason
 */
export async function inOrder(
    urns: readonly string[],
    after: (urn: string) => readonly string[],
    work: (urn: string) => Promise<void>,
): Promise<Map<string, Error>> {
    const failed = new Map<string, Error>();
    const running = new Map<string, Promise<void>>();
    const all = new Set(urns);
    const start = (urn: string, chain: readonly string[]): Promise<void> => {
        let promise = running.get(urn);
        if (promise === undefined) {
            // A cycle cannot be; were there one, it is cut rather than waited for.
            const before = after(urn).filter((u) => all.has(u) && !chain.includes(u));
            promise = Promise.resolve()
                .then(() => Promise.all(before.map((u) => start(u, [...chain, urn]))))
                .then(async () => {
                    const broken = before.find((u) => failed.has(u));
                    if (broken !== undefined) {
                        failed.set(urn, new NotRun(broken));
                        return;
                    }
                    await work(urn);
                })
                .catch((e: unknown) => void failed.set(urn, e as Error));
            running.set(urn, promise);
        }
        return promise;
    };
    await Promise.all(urns.map((urn) => start(urn, [])));
    return failed;
}

/** Work that was not begun because what it had to come after failed. */
export class NotRun extends Error {
    constructor(readonly because: string) {
        super(`${because} failed`);
        this.name = "NotRun";
    }
}
