/** Number of single-character edits (insert, delete, replace, swap of neighbours) between two texts. */
export function distance(a: string, b: string): number {
    const rows = Array.from({ length: a.length + 1 }, (_, i) =>
        Array.from({ length: b.length + 1 }, (__, j) => (i === 0 ? j : j === 0 ? i : 0)),
    );
    for (let i = 1; i <= a.length; i++) {
        for (let j = 1; j <= b.length; j++) {
            const same = a[i - 1] === b[j - 1];
            let best = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + (same ? 0 : 1));
            if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
                best = Math.min(best, rows[i - 2]![j - 2]! + 1);
            }
            rows[i]![j] = best;
        }
    }
    return rows[a.length]![b.length]!;
}

/** The valid choice that was probably meant; undefined when none is near. */
export function nearest(given: string, choices: readonly string[]): string | undefined {
    const word = given.toLowerCase();
    const ranked = choices
        .map((choice) => ({
            choice,
            cost: choice.toLowerCase().startsWith(word) && word.length > 1 ? 0.5 : distance(word, choice.toLowerCase()),
        }))
        .sort((a, b) => a.cost - b.cost);
    const best = ranked[0];
    return best && best.cost <= Math.max(1, Math.floor(Math.max(word.length, best.choice.length) / 3)) ? best.choice : undefined;
}

/** ` Did you mean X?`, or nothing. */
export function didYouMean(given: string, choices: readonly string[]): string {
    const best = nearest(given, choices);
    return best === undefined ? "" : ` Did you mean ${best}?`;
}
