import { closest, distance } from "fastest-levenshtein";

/** The candidate that `given` was probably meant to be; undefined when none is close. */
export function nearest(given: string, candidates: readonly string[]): string | undefined {
    if (candidates.length === 0) {
        return undefined;
    }
    const best = closest(
        given.toLowerCase(),
        [...candidates].map((c) => c.toLowerCase()),
    );
    const original = candidates.find((c) => c.toLowerCase() === best)!;
    // A third of the letters wrong is a slip; more is another word.
    return distance(given.toLowerCase(), best) <= Math.max(2, Math.floor(given.length / 3)) ? original : undefined;
}

/** `; did you mean "x"?`, or nothing. */
export function didYouMean(given: string, candidates: readonly string[]): string {
    const best = nearest(given, candidates);
    return best === undefined ? "" : `; did you mean ${JSON.stringify(best)}?`;
}
