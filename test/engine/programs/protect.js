"use strict";
// protect: neither deleted nor replaced.
const { ConfigMap } = require("@pulumi/kubernetes/core/v1");
const { step } = require("./support");

const options = { protect: step !== "unprotected" };
const others = [
    new ConfigMap("changed", { metadata: { name: "changed", namespace: "default", labels: { step } } }, options),
    new ConfigMap("open", { metadata: { name: "open", namespace: "default" } }),
];
if (step !== "without") {
    others.push(new ConfigMap("kept", { metadata: { name: "kept", namespace: "default" } }, options));
}
new ConfigMap(
    "replaced",
    { metadata: { name: step === "replaced" ? "replaced-anew" : "replaced", namespace: "default" } },
    { ...options, dependsOn: others },
);
