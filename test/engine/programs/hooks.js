"use strict";
// Hooks before and after everything that happens to a resource, and what becomes of a run in which one fails. Everything is in
// one line: the engine begins nothing new after a failure, so that nothing else may be under way by then.
const { ConfigMap } = require("@pulumi/kubernetes/core/v1");
const { hook, step } = require("./support");

const hooks = {
    beforeCreate: [hook("before create")],
    afterCreate: [hook("after create")],
    beforeUpdate: [hook("before update")],
    afterUpdate: [hook("after update")],
    beforeDelete: [hook("before delete")],
    afterDelete: [hook("after delete")],
};
const beside = new ConfigMap(
    "beside",
    { metadata: { name: "beside", namespace: "default" } },
    { hooks: { beforeCreate: [hook("at preview too", { onDryRun: true })] } },
);
if (step !== "without") {
    const hooked = new ConfigMap(
        "hooked",
        { metadata: { name: "hooked", namespace: "default", labels: { step } } },
        { hooks, dependsOn: beside },
    );
    const replaced = new ConfigMap(
        "replaced",
        { metadata: { name: "replaced", namespace: "default" }, data: { step: step === "third" ? "third" : "first" } },
        { hooks, dependsOn: hooked },
    );
    new ConfigMap("after", { metadata: { name: "after", namespace: "default" } }, { dependsOn: replaced });
}
