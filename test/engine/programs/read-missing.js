"use strict";
// A read with an id that is known: it is done at preview too.
const { ConfigMap } = require("@pulumi/kubernetes/core/v1");
const { step } = require("./support");

const before = new ConfigMap("before", { metadata: { name: "before", namespace: "default" } });
const beside = new ConfigMap("beside", { metadata: { name: "beside", namespace: "default" } });
if (step === "secret") {
    const { Secret } = require("@pulumi/kubernetes/core/v1");
    Secret.get("absent", "engine/absent", { dependsOn: [before, beside] });
} else {
    const read = ConfigMap.get("absent", "default/absent", { dependsOn: [before, beside] });
    new ConfigMap("after", { metadata: { name: "after", namespace: "default" }, data: { of: read.id } });
}
