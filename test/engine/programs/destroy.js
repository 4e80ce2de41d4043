"use strict";
// Taken away in the reverse order of what depended on what; nothing here has delete hooks.
const pulumi = require("@pulumi/pulumi");
const { ConfigMap, Namespace } = require("@pulumi/kubernetes/core/v1");
const { log, step } = require("./support");

log(`the program runs for ${step}`);
const first = new ConfigMap("first", { metadata: { name: "first", namespace: "default" } });
const group = new pulumi.ComponentResource("engine:index:Group", "group", {}, { dependsOn: first });
const second = new ConfigMap("second", { metadata: { name: "second", namespace: "default" } }, { parent: group });
new ConfigMap("third", { metadata: { name: "third", namespace: "default" }, data: { of: second.id } });
const namespace = new Namespace("namespace", { metadata: { name: "engine" } });
new ConfigMap("inside", { metadata: { name: "inside", namespace: "engine" } }, { dependsOn: namespace, deletedWith: namespace });
