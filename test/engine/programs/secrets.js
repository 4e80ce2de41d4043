"use strict";
// What is secret stays secret, wherever it goes.
const pulumi = require("@pulumi/pulumi");
const { ConfigMap, Secret } = require("@pulumi/kubernetes/core/v1");
const random = require("@pulumi/random");
const { step } = require("./support");

const password = new random.RandomPassword("password", { length: 20, special: false });
const secret = new Secret("secret", {
    metadata: { name: "secret", namespace: "default" },
    stringData: { password: password.result },
});
const holder = new ConfigMap("holder", {
    metadata: { name: "holder", namespace: "default", annotations: { "example.com/step": step } },
    data: { open: "text", hidden: pulumi.secret("hush-hush") },
});
new ConfigMap("copy", {
    metadata: { name: "copy", namespace: "default" },
    data: { open: holder.data.apply((d) => d.open), length: password.length.apply(String) },
});
new ConfigMap(
    "marked",
    { metadata: { name: "marked", namespace: "default" }, data: { open: "text" } },
    { additionalSecretOutputs: ["data"] },
);
module.exports = {
    password: password.result,
    length: password.length,
    open: holder.metadata.name,
    data: holder.data,
    encoded: secret.data,
    unlocked: pulumi.unsecret(pulumi.secret("text")),
};
