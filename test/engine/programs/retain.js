"use strict";
// retainOnDelete: the memory of an object goes, the object stays.
const { ConfigMap } = require("@pulumi/kubernetes/core/v1");
const { step } = require("./support");

const retained = { retainOnDelete: true };
if (step !== "without") {
    new ConfigMap("dropped", { metadata: { name: "dropped", namespace: "default" } }, retained);
    new ConfigMap("gone", { metadata: { name: "gone", namespace: "default" } });
}
new ConfigMap("replaced", { metadata: { name: `replaced-${step}`, namespace: "default" } }, retained);
// Said by the step that also takes it away: what the last deployment said counts.
new ConfigMap("said-late", { metadata: { name: `said-late-${step}`, namespace: "default" } }, step === "without" ? retained : {});
