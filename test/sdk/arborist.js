"use strict";
const { deferred } = require("../../rehearsal/engine/deferred");
module.exports = deferred(() => require("../../node_modules/@npmcli/arborist/lib"));
