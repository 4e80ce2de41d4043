"use strict";
// Objects that the rules of the pack beside this look at.
const { ConfigMap, Secret } = require("@pulumi/kubernetes/core/v1");
const { step } = require("./support");

const object = (name, labels = {}) => ({ metadata: { name, namespace: "default", labels } });
const others = [
    new ConfigMap("advised", object("advised", { rule: "advise" })),
    new ConfigMap("mended", object("mended", { rule: "mend" })),
    new Secret("hidden", { ...object("hidden", { rule: "tell" }), stringData: { key: "hush-hush" } }),
];
if (step === "stack") {
    others.push(new ConfigMap("too-many", object("too-many", { rule: "count" })));
}
const refused = new ConfigMap("refused", object("refused", step === "refused" ? { rule: "refuse" } : { rule: "none" }), {
    dependsOn: others,
});
new ConfigMap("after", object("after", { rule: "none" }), { dependsOn: refused });
