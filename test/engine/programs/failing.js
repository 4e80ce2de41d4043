"use strict";
// A resource that the cluster refuses: what depends on it is not begun, and nothing is deleted. Everything is in one line: the
// engine begins nothing new after a failure, so that nothing else may be under way by then.
const { ConfigMap } = require("@pulumi/kubernetes/core/v1");
const { step } = require("./support");

if (step === "first") {
    new ConfigMap("gone", { metadata: { name: "gone", namespace: "default" } });
}
const before = new ConfigMap("before", { metadata: { name: "before", namespace: "default" } });
const updated = new ConfigMap(
    "updated",
    { metadata: { name: "updated", namespace: "default", labels: { step: step === "update" ? "not a label!" : "fixed" } } },
    { dependsOn: before },
);
const created = new ConfigMap(
    "created",
    { metadata: { name: { create: "Not A Name", taken: "given" }[step] ?? "created", namespace: "default" } },
    { dependsOn: updated },
);
const second = new ConfigMap("second", { metadata: { name: "second", namespace: "default" } }, { dependsOn: created });
new ConfigMap("third", { metadata: { name: "third", namespace: "default" }, data: { of: second.id } });
