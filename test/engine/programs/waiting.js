"use strict";
// A custom resource that is waited for: it becomes ready, or it does not in time, and the next run takes it up again.
const { CustomResource } = require("@pulumi/kubernetes/apiextensions");
const { ConfigMap } = require("@pulumi/kubernetes/core/v1");
const { step } = require("./support");

const widget = (name, annotations, opts) =>
    new CustomResource(
        name,
        {
            apiVersion: "example.com/v1",
            kind: "Widget",
            metadata: { name, namespace: "default", annotations: { "pulumi.com/timeoutSeconds": "4", ...annotations } },
            spec: { size: 1 },
        },
        opts,
    );
const ready = widget("ready", { "pulumi.com/waitFor": "jsonpath={.status.phase}=Ready" });
new ConfigMap("after-ready", { metadata: { name: "after-ready", namespace: "default" } }, { dependsOn: ready });
const late = widget("late", { "pulumi.com/waitFor": "jsonpath={.status.phase}=Ready" });
new ConfigMap("after-late", { metadata: { name: "after-late", namespace: "default" } }, { dependsOn: late });
widget("not-waited-for", { "pulumi.com/skipAwait": "true" });
module.exports = { step };
