"use strict";
require("./register");
module.exports = require("./index").program;
