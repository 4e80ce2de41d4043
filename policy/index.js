"use strict";
// JavaScript, because the policy host would type-check a TypeScript main at every start (facts/style.md 2.6).
require("../typescript");
require("./pack");
