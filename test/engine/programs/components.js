"use strict";
// Components whose inputs change, or stay: what is done to them and to their children, and which hooks of them run.
const pulumi = require("@pulumi/pulumi");
const { ConfigMap } = require("@pulumi/kubernetes/core/v1");
const { hook, step } = require("./support");

const hooks = {
    beforeCreate: [hook("before create")],
    afterCreate: [hook("after create")],
    beforeUpdate: [hook("before update")],
    afterUpdate: [hook("after update")],
    beforeDelete: [hook("before delete")],
    afterDelete: [hook("after delete")],
};

class Group extends pulumi.ComponentResource {
    constructor(name, args, opts) {
        super("engine:index:Group", name, args, opts);
        const metadata = { name: `${name}-child`, namespace: "default" };
        const child = new ConfigMap(`${name}-child`, { metadata, data: { size: args.size } }, { parent: this });
        this.size = child.data.apply((data) => data.size);
        this.registerOutputs({ size: this.size });
    }
}

const changing = new Group("changing", { size: step }, { hooks });
// Where a hook fails, nothing else may be in progress: the engine starts nothing new after a failure.
if (!step.startsWith("alone")) {
    new Group("constant", { size: "1" }, { hooks, dependsOn: changing });
}
