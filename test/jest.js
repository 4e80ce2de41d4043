"use strict";
/** `npm test`: without words all tests but the long ones; with words, which come first, all tests whose paths have one of them. */
const words = process.argv.slice(2);
const all = words.length === 0 || words[0].startsWith("-");
require("jest").run([...words, ...(all ? ["--testPathIgnorePatterns", "\\.long\\.test\\.ts$"] : []), "--passWithNoTests=false"]);
