"use strict";
// Objects that are there without this program.
const { ConfigMap, Secret } = require("@pulumi/kubernetes/core/v1");
const { step } = require("./support");

if (step !== "none") {
    const given = ConfigMap.get("given", "default/given");
    const secret = Secret.get("given-secret", "default/given-secret");
    new ConfigMap("copy", { metadata: { name: "copy", namespace: "default" }, data: { from: given.data.apply((d) => d.key) } });
    module.exports = { data: given.data, labels: given.metadata.labels, kind: given.kind, secret: secret.data };
}
