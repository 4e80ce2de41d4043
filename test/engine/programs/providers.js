"use strict";
// Providers of the program's own: their settings, what a component hands to its children, and what a change of them changes.
const pulumi = require("@pulumi/pulumi");
const { ConfigMap } = require("@pulumi/kubernetes/core/v1");
const { Provider } = require("@pulumi/kubernetes/provider");
const { step } = require("./support");

const provider = new Provider("cluster", {
    clusterIdentifier: "tests",
    enableConfigMapMutable: true,
    namespace: step === "third" ? "other" : "default",
});
const group = new pulumi.ComponentResource("engine:index:Group", "group", {}, { providers: { kubernetes: provider } });
// Mutable by the setting of the provider.
new ConfigMap("child", { metadata: { name: "child" }, data: { step } }, { parent: group });
new ConfigMap("direct", { metadata: { name: "direct" }, immutable: true, data: { step } }, { provider });
