import { distance } from "fastest-levenshtein";

/**
 * The candidate that `given` was probably meant to be; undefined when none is close: a third of its letters wrong is a
 * slip, more is another word. The beginning of a word counts as the word.
 */
export function nearest(given: string, candidates: readonly string[]): string | undefined {
    const word = given.toLowerCase();
    const ranked = candidates
        .map((candidate) => {
            const other = candidate.toLowerCase();
            return { candidate, edits: word.length > 1 && other.startsWith(word) ? 0.5 : distance(word, other) };
        })
        .sort((a, b) => a.edits - b.edits);
    const [best] = ranked;
    return best !== undefined &&
        best.edits <= Math.max(2, Math.floor(Math.max(word.length, best.candidate.length) / 3)) &&
        best.edits < word.length
        ? best.candidate
        : undefined;
}

/** `; did you mean "x"?`, or nothing. */
export function didYouMean(given: string, candidates: readonly string[]): string {
    const best = nearest(given, candidates);
    return best === undefined ? "" : `; did you mean ${JSON.stringify(best)}?`;
}
