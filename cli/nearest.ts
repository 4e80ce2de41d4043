import { nearest } from "../catalogue/nearest";

/** ` Did you mean X?`, or nothing. */
export function didYouMean(given: string, choices: readonly string[]): string {
    const best = nearest(given, choices);
    return best === undefined ? "" : ` Did you mean ${best}?`;
}
