"use strict";
require("../typescript");
const files = require("./generate").generate(require("node:path").join(__dirname, ".."));
process.stdout.write(`${files.join("\n")}\n`);
