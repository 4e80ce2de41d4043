"use strict";
// An object that exists is taken over.
const { ConfigMap } = require("@pulumi/kubernetes/core/v1");
const { step } = require("./support");

new ConfigMap(
    "adopted",
    { metadata: { name: "given", namespace: "default", labels: { whose: "theirs" } }, data: { key: "value" } },
    step === "later" ? {} : { import: step === "missing" ? "default/absent" : "default/given" },
);
