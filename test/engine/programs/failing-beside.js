"use strict";
// A resource that the cluster refuses while another is under way: that one ends, and nothing new is begun after it.
const { ConfigMap } = require("@pulumi/kubernetes/core/v1");
const pulumi = require("@pulumi/pulumi");

const { log } = require("./support");

const waits = (name, seconds) =>
    new pulumi.ResourceHook(name, async () => {
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
        log(name);
    });
const configMap = (name, key, opts) => new ConfigMap(name, { metadata: { name: key, namespace: "default" } }, opts);

const beside = configMap("beside", "beside", { hooks: { beforeCreate: [waits("beside is under way", 4)] } });
const bad = configMap("bad", "Not A Name", { hooks: { beforeCreate: [waits("bad is to fail", 1)] } });
const after = configMap("after-beside", "after-beside", { dependsOn: beside });
configMap("after-that", "after-that", { dependsOn: after });
configMap("after-bad", "after-bad", { dependsOn: bad });
