"use strict";
const { deferred } = require("../../rehearsal/engine/deferred");
module.exports = deferred(() => require("../../node_modules/typescript/lib/typescript"));
