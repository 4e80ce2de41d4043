"use strict";
// Fields of an object that somebody else owns.
const { ConfigMap, ConfigMapPatch } = require("@pulumi/kubernetes/core/v1");
const { step } = require("./support");

const own = new ConfigMap("own", { metadata: { name: "own", namespace: "default" } });
if (step === "unnamed") {
    new ConfigMapPatch("unnamed", { metadata: { name: own.metadata.uid, namespace: "default" }, data: { a: "b" } });
} else if (step !== "without") {
    const patch = new ConfigMapPatch("patch", { metadata: { name: "given", namespace: "default" }, data: { added: step } });
    const annotations = { "pulumi.com/patchForce": "true" };
    new ConfigMapPatch(
        "forced",
        { metadata: { name: "given", namespace: "default", annotations, labels: { whose: "ours" } } },
        { dependsOn: patch },
    );
}
