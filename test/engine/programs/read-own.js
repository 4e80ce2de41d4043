"use strict";
// A read whose id comes from what this program creates: unknown at preview while that does not exist, so nothing is read.
const { ConfigMap } = require("@pulumi/kubernetes/core/v1");
const { step } = require("./support");

const own = new ConfigMap("own", { metadata: { name: "own", namespace: "default" }, data: { step } });
const id = own.metadata.uid.apply(() => "default/own");
const read = ConfigMap.get("read", id);
new ConfigMap("after", { metadata: { name: "after", namespace: "default" }, data: { step: read.data.apply((d) => d.step) } });
module.exports = { data: read.data };
