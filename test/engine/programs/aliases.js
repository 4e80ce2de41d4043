"use strict";
// Names change; the objects do not.
const pulumi = require("@pulumi/pulumi");
const { ConfigMap } = require("@pulumi/kubernetes/core/v1");
const { step } = require("./support");

class Group extends pulumi.ComponentResource {
    constructor(name, opts) {
        super(step === "renamed" ? "engine:index:Team" : "engine:index:Group", name, {}, opts);
        this.child = new ConfigMap(`${name}-child`, { metadata: { name: "child", namespace: "default" } }, { parent: this });
        this.registerOutputs();
    }
}

const renamed = step === "renamed";
const object = (name) => ({ metadata: { name, namespace: "default" } });
const name = new ConfigMap(renamed ? "name-new" : "name-old", object("name"), renamed ? { aliases: [{ name: "name-old" }] } : {});
const group = renamed ? new Group("team", { aliases: [{ name: "group", type: "engine:index:Group" }] }) : new Group("group");
new ConfigMap("moved", object("moved"), renamed ? { parent: group, aliases: [{ parent: pulumi.rootStackResource }] } : {});
new ConfigMap(
    renamed ? "urn-new" : "urn-old",
    object("urn"),
    renamed
        ? { aliases: [`urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::kubernetes:core/v1:ConfigMap::urn-old`] }
        : {},
);
// The object keeps its name, which the program no longer gives it.
new ConfigMap(
    renamed ? "kept-new" : "kept-old",
    object(renamed ? "kept-new" : "kept-old"),
    renamed ? { aliases: [{ name: "kept-old" }], ignoreChanges: ["metadata.name"] } : {},
);
new ConfigMap("dependent", { ...object("dependent"), data: { of: name.id } });
// Without an alias it is another resource: the object of that name is in the way.
new ConfigMap(renamed ? "lost-new" : "lost-old", object(renamed ? "lost-new" : "lost-old"));
