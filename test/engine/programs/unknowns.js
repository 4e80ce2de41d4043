"use strict";
// What is not known before the deployment stays unknown in a preview: by itself, inside of text, in lists, as a secret.
const pulumi = require("@pulumi/pulumi");
const { ConfigMap, Secret } = require("@pulumi/kubernetes/core/v1");
const { step } = require("./support");

const first = new ConfigMap("first", { metadata: { name: "first", namespace: "default" }, data: { step } });
const uid = first.metadata.uid;
const inherits = new ConfigMap("second", {
    metadata: {
        name: "second",
        namespace: "default",
        annotations: { "example.com/of": uid.apply((u) => (u ? "known" : "empty")) },
    },
    data: { fixed: "text", uid: pulumi.interpolate`uid ${uid}`.apply((t) => t.slice(0, 4)), name: first.metadata.name },
});
new Secret("secret", {
    metadata: { name: "secret", namespace: "default" },
    stringData: { fixed: "hush-hush", late: pulumi.secret(uid).apply(() => "hush-later") },
});
// A name that is not known yet: the object is new, whichever it becomes.
new ConfigMap("named-late", { metadata: { name: uid.apply(() => "named-late"), namespace: "default" } });
// All of the metadata unknown.
new ConfigMap("described-late", { metadata: uid.apply(() => ({ name: "described-late", namespace: "default" })) });
module.exports = {
    known: first.metadata.name,
    id: inherits.id,
    late: uid.apply(() => "now"),
    partly: { a: 1, b: uid.apply(() => 2) },
    secret: pulumi.secret(uid.apply(() => "hush-hush")),
};
