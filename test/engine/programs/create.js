"use strict";
// Objects of every usual make: named, autonamed, in a component, secret, depending on each other, and what the program exports.
const pulumi = require("@pulumi/pulumi");
const { ConfigMap, Namespace, Secret } = require("@pulumi/kubernetes/core/v1");
const { step } = require("./support");

class Group extends pulumi.ComponentResource {
    constructor(name, opts) {
        super("engine:index:Group", name, { size: 2 }, opts);
        const first = new ConfigMap(
            `${name}-first`,
            { metadata: { name: `${name}-first`, namespace: "engine" } },
            { parent: this },
        );
        this.second = new ConfigMap(
            `${name}-second`,
            { metadata: { name: `${name}-second`, namespace: "engine" }, data: { of: first.id } },
            { parent: this },
        );
        this.registerOutputs({ second: this.second.id });
    }
}

const namespace = new Namespace("ns", { metadata: { name: "engine", labels: { for: "tests" } } });
const inside = { dependsOn: namespace };
const named = new ConfigMap("named", {
    metadata: { name: "named", namespace: namespace.metadata.name },
    data: { key: "value", step },
});
const autonamed = new ConfigMap("autonamed", { metadata: { namespace: "engine" }, data: { id: named.id } }, inside);
const secret = new Secret(
    "secret",
    { metadata: { name: "secret", namespace: "engine" }, stringData: { key: "hush-hush" } },
    inside,
);
const group = new Group("group", inside);
new ConfigMap("defaulted", { metadata: { name: "defaulted" }, data: { second: group.second.id } }, { dependsOn: group });

module.exports = {
    named: named.id,
    data: named.data,
    generated: autonamed.metadata.name.apply((name) => name.startsWith("autonamed-")),
    secretData: secret.data,
    plain: "text",
    hidden: pulumi.secret({ in: ["hush-hush"] }),
};
