/** Brings what has changed between two texts into an author's own text. */
import { diffArrays } from "diff";

/** Lines of a text that stand for the lines of another from `from` up to `to`; for none where the author has something beside. */
interface Atom {
    readonly from: number;
    readonly to: number;
    readonly lines: readonly string[];
}

/**
 * A merge of three texts by lines: what differs between `before` and `after` is taken of `after`, everything else is the author's, with
 * its spaces, line breaks and comments. Lines that the author breaks otherwise go together: a change of one of them lays out all anew.
 *
 * @param author the lines of the author
 * @param before the same, laid out by a library
 * @param after what `before` became
 */
export function overlaid(author: readonly string[], before: readonly string[], after: readonly string[]): string[] {
    const kept = before.map(() => true);
    const inserted = new Map<number, readonly string[]>();
    let [at, made] = [0, 0];
    for (const { added, removed, count } of diffArrays([...before], [...after])) {
        if (added) {
            inserted.set(at, after.slice(made, made + count));
        } else if (removed) {
            kept.fill(false, at, at + count);
        }
        at += added ? 0 : count;
        made += removed ? 0 : count;
    }
    const result: string[] = [];
    const insert = (line: number): void => {
        result.push(...(inserted.get(line) ?? []));
        inserted.delete(line);
    };
    for (const { from, to, lines } of atoms(author, before)) {
        const inside = before.slice(from, to).map((_, i) => from + i);
        if (inside.length > 0) {
            insert(from);
        }
        if (inside.every((line) => kept[line] && !inserted.has(line))) {
            result.push(...lines);
            continue;
        }
        for (const line of inside) {
            insert(line);
            result.push(...(kept[line] ? [before[line]!] : []));
        }
    }
    insert(before.length);
    return result;
}

/** Lines are the same but for their spaces: one atom each; those that are broken otherwise as they stand together. */
function atoms(author: readonly string[], before: readonly string[]): Atom[] {
    const found: Atom[] = [];
    let [at, own] = [0, 0];
    let [from, first] = [0, 0];
    const close = (): void => {
        found.push(...groups(author.slice(first, own), before.slice(from, at), from));
        [from, first] = [at, own];
    };
    const comparator = (a: string, b: string): boolean => squeezed(a) === squeezed(b);
    for (const { added, removed, count } of diffArrays([...before], [...author], { comparator })) {
        if (!added && !removed) {
            close();
            for (let i = 0; i < count; i++) {
                found.push({ from: at + i, to: at + i + 1, lines: [author[own + i]!] });
            }
            [from, first] = [at + count, own + count];
        }
        at += added ? 0 : count;
        own += removed ? 0 : count;
    }
    close();
    return found;
}

/** The smallest groups of lines that say the same, and what then remains. */
function groups(author: readonly string[], before: readonly string[], start: number): Atom[] {
    const found: Atom[] = [];
    let [from, first] = [0, 0];
    let [at, own] = [0, 0];
    let [left, right] = ["", ""];
    while (at < before.length || own < author.length) {
        if (own === author.length || (at < before.length && left.length <= right.length)) {
            left += squeezed(before[at++]!);
        } else {
            right += squeezed(author[own++]!);
        }
        if (left === right && left !== "") {
            found.push({ from: start + from, to: start + at, lines: author.slice(first, own) });
            [from, first, left, right] = [at, own, "", ""];
        }
    }
    const rest = { from: start + from, to: start + at, lines: author.slice(first, own) };
    return rest.lines.length > 0 || rest.to > rest.from ? [...found, rest] : found;
}

const squeezed = (line: string): string => line.replace(/\s+/g, "");
