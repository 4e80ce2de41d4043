"use strict";
// A program that breaks off after it has registered something.
const { ConfigMap } = require("@pulumi/kubernetes/core/v1");
const { step } = require("./support");

const first = new ConfigMap("first", { metadata: { name: "first", namespace: "default", labels: { step } } });
if (step === "throwing") {
    first.id.apply(() => {
        const error = new Error("the program does not want to");
        // Where it was thrown differs from machine to machine.
        error.stack = `Error: ${error.message}`;
        throw error;
    });
} else {
    new ConfigMap("second", { metadata: { name: "second", namespace: "default" } }, { dependsOn: first });
}
