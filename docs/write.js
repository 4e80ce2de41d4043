"use strict";
require("../typescript");
require("./generate")
    .generate(require("node:path").join(__dirname, ".."))
    .then((files) => process.stdout.write(`${files.join("\n")}\n`));
