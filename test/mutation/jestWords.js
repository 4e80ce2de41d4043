"use strict";
require("../../typescript");
const { expect } = require("expect");
const { bind } = require("jest-each");
const { interfaces } = require("mocha");

const { bdd } = interfaces;

/**
 * The words of Jest that the tests of the pack use, for Mocha: it runs them again for each mutant in one process, where
 * Jest would load the pack anew each time. In place of "bdd", as Stryker takes no interface of one's own.
 */
interfaces.bdd = (suite) => {
    bdd(suite);
    suite.on("pre-require", (context) => {
        Object.assign(context, { expect, test: context.it, beforeAll: context.before, afterAll: context.after });
        for (const word of [context.describe, context.it]) {
            word.each = bind(word, false);
        }
    });
};
