"use strict";
// What the programs share: which step of their case is run, and where their hooks write what they saw.
const fs = require("node:fs");
const pulumi = require("@pulumi/pulumi");

const config = new pulumi.Config("engine");

/** The step of the case, as the case names it. */
exports.step = config.require("step");

/** Writes a line for the test. */
exports.log = (line) => fs.appendFileSync(config.require("log"), `${line}\n`);

/** A hook that writes what it was told, and fails where the case says so. */
exports.hook = (name, options = {}) =>
    new pulumi.ResourceHook(
        name,
        async (args) => {
            const told = ["newInputs", "oldInputs", "newOutputs", "oldOutputs"].filter(
                (key) => args[key] !== undefined && Object.keys(args[key]).length > 0,
            );
            exports.log(`${name} of ${args.name}, id ${args.id ? "known" : "none"}, told ${told.join(" ") || "nothing"}`);
            if ((config.get("failing") ?? "").split(",").includes(name)) {
                throw new Error(`${name} does not want to`);
            }
        },
        options,
    );
