"use strict";
/** Of a hundred mutants of each folder, how many the tests must notice. */
const LEAST = { kinds: 75, policy: 95 };

const COUNTED = { Killed: 1, Timeout: 1, Survived: 0, NoCoverage: 0 };

/**
 * The share of mutants that were noticed, in percent, by folder.
 *
 * @param report of Stryker, as JSON (mutation-testing-report-schema); what it ignored or could not run is not counted
 */
function scores({ files }) {
    const counts = {};
    for (const [file, { mutants }] of Object.entries(files)) {
        const count = (counts[file.split("/")[0]] ??= { noticed: 0, all: 0 });
        for (const { status } of mutants.filter((mutant) => mutant.status in COUNTED)) {
            count.noticed += COUNTED[status];
            count.all += 1;
        }
    }
    return Object.fromEntries(
        Object.entries(counts)
            .filter(([, { all }]) => all > 0)
            .map(([folder, { noticed, all }]) => [folder, (100 * noticed) / all]),
    );
}

/** What is wrong with a report, a line each. @param whole whether every folder must be in it */
function problems(report, whole) {
    const found = scores(report);
    return Object.entries(LEAST).flatMap(([folder, least]) => {
        const score = found[folder];
        if (score === undefined) {
            return whole ? [`${folder}: no mutants were tried, expected at least ${least} % to be noticed`] : [];
        }
        return score < least ? [`${folder}: ${score.toFixed(1)} % of mutants were noticed, expected at least ${least} %`] : [];
    });
}

module.exports = { LEAST, problems, scores };
