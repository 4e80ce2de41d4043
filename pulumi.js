"use strict";
require("./typescript");
module.exports = require("./index").program;
