"use strict";
// deleteBeforeReplace, both ways, where the provider would do otherwise.
const { ConfigMap } = require("@pulumi/kubernetes/core/v1");
const { step } = require("./support");

const first = new ConfigMap("first", { metadata: { namespace: "default" }, data: { step } }, { deleteBeforeReplace: true });
new ConfigMap("second", { metadata: { name: "second", namespace: "default", labels: { of: first.metadata.uid } } });
new ConfigMap(
    "third",
    { metadata: { name: `third-${step}`, namespace: "default" }, data: { step } },
    { deleteBeforeReplace: false },
);
new ConfigMap("fourth", { metadata: { name: `fourth-${step}`, namespace: "default" } }, { deleteBeforeReplace: true });
