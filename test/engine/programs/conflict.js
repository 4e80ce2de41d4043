"use strict";
// A patch of a field that somebody else owns, without force.
const { ConfigMapPatch } = require("@pulumi/kubernetes/core/v1");

new ConfigMapPatch("patch", { metadata: { name: "given", namespace: "default" }, data: { key: "ours" } });
