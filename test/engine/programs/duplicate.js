"use strict";
// Two resources of one name.
const { ConfigMap } = require("@pulumi/kubernetes/core/v1");

const first = new ConfigMap("twin", { metadata: { name: "twin-a", namespace: "default" } });
first.id.apply(() => new ConfigMap("twin", { metadata: { name: "twin-b", namespace: "default" } }));
