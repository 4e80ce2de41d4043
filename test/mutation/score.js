"use strict";
const COUNTED = { Killed: 1, Timeout: 1, Survived: 0, NoCoverage: 0 };

/**
 * The share of mutants that were noticed, in percent; undefined where none was tried.
 *
 * @param report of Stryker, as JSON (mutation-testing-report-schema); what it ignored or could not run is not counted
 */
function score({ files }) {
    const counted = Object.values(files)
        .flatMap(({ mutants }) => mutants)
        .flatMap(({ status }) => COUNTED[status] ?? []);
    return counted.length === 0 ? undefined : (100 * counted.reduce((sum, one) => sum + one, 0)) / counted.length;
}

/** What is wrong with the score of an area; undefined when nothing is. */
function problem(name, least, found) {
    if (found === undefined) {
        return `${name}: no mutants were tried, expected at least ${least} % to be noticed`;
    }
    return found < least ? `${name}: ${found.toFixed(1)} % of mutants were noticed, expected at least ${least} %` : undefined;
}

module.exports = { problem, score };
