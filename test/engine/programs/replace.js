"use strict";
// What a changed object is replaced for, in which order, and what becomes of those that depend on it.
const { ConfigMap, Secret } = require("@pulumi/kubernetes/core/v1");
const { step } = require("./support");

// The provider replaces ConfigMaps whose data changes: an object without a name of its own first gets a successor …
const autonamed = new ConfigMap("autonamed", { metadata: { namespace: "default" }, data: { step } });
// … and one with a name has to go first.
const named = new ConfigMap("named", { metadata: { name: "named", namespace: "default" }, data: { step } });
const secret = new Secret("secret", { metadata: { name: "secret", namespace: "default" }, stringData: { step } });
// Labels are changed in place.
new ConfigMap("labelled", { metadata: { name: "labelled", namespace: "default", labels: { step } } });
// Another name is another object.
new ConfigMap("renamed", { metadata: { name: `renamed-${step}`, namespace: "default" } });
// These depend on what is replaced: by what they hold, in a property whose change replaces and in one whose does not, or by order alone.
new ConfigMap("holds-data", { metadata: { name: "holds-data", namespace: "default" }, data: { of: named.metadata.uid } });
new ConfigMap("holds-label", { metadata: { name: "holds-label", namespace: "default", labels: { of: named.metadata.name } } });
new ConfigMap("after", { metadata: { name: "after", namespace: "default" } }, { dependsOn: [named, secret] });
new ConfigMap("after-autonamed", {
    metadata: { name: "after-autonamed", namespace: "default", labels: { of: autonamed.metadata.uid } },
});
