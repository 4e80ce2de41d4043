"use strict";
// A kind that this program brings itself: its objects can be previewed before it exists.
const { CustomResource, v1 } = require("@pulumi/kubernetes/apiextensions");
const { step } = require("./support");

const crd = new v1.CustomResourceDefinition("gadgets", {
    metadata: { name: "gadgets.example.org" },
    spec: {
        group: "example.org",
        scope: "Namespaced",
        names: { kind: "Gadget", plural: "gadgets", singular: "gadget", listKind: "GadgetList" },
        versions: [
            {
                name: "v1",
                served: true,
                storage: true,
                schema: {
                    openAPIV3Schema: {
                        type: "object",
                        properties: { spec: { type: "object", properties: { size: { type: "integer" } } } },
                    },
                },
            },
        ],
    },
});
new CustomResource(
    "gadget",
    {
        apiVersion: "example.org/v1",
        kind: "Gadget",
        metadata: { name: "gadget", namespace: "default" },
        spec: { size: step === "second" ? 2 : 1 },
    },
    { dependsOn: crd },
);
