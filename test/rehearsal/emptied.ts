/** What an apply leaves of a struct that it states empty, as a kube-apiserver answers; the cluster in memory answers the same. */
import type { KubeObject } from "../../rehearsal/cluster/cluster";

const properties = {
    a: { type: "integer" },
    struct: { type: "object", properties: { a: { type: "integer" } } },
    map: { type: "object", additionalProperties: { type: "string" } },
    atomic: { type: "object", additionalProperties: { type: "string" }, "x-kubernetes-map-type": "atomic" },
    outer: {
        type: "object",
        properties: {
            inner: { type: "object", default: {}, properties: { a: { type: "integer", default: 3 }, b: { type: "integer" } } },
        },
    },
    nullable: { type: "object", nullable: true, properties: { a: { type: "integer" } } },
    open: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    items: {
        type: "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["k"],
        items: {
            type: "object",
            required: ["k"],
            properties: { k: { type: "string" }, o: { type: "object", properties: { a: { type: "integer" } } } },
        },
    },
};

/** A kind with a struct of each sort. */
export const EMPTIED: KubeObject = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "holders.emptied.example.com" },
    spec: {
        group: "emptied.example.com",
        scope: "Namespaced",
        names: { kind: "Holder", plural: "holders", singular: "holder", listKind: "HolderList" },
        versions: [
            {
                name: "v1",
                served: true,
                storage: true,
                schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties } } } },
            },
        ],
    },
};

/** An object of that kind. */
export function holder(name: string, spec: object): KubeObject {
    return { apiVersion: "emptied.example.com/v1", kind: "Holder", metadata: { name, namespace: "demo" }, spec };
}

const refused = (path: string): RegExp =>
    new RegExp(`${path.replace(/[[\]]/g, "\\$&")}: Invalid value: "null": .* in body must be of type object: "null"`);

/** What is applied, what is applied after it, and what then stands there, or how it is refused. */
export const emptied: readonly (readonly [what: string, before: object, after: object, result: object | RegExp])[] = [
    ["a struct", { a: 1, struct: { a: 1 } }, { a: 1, struct: {} }, refused("spec.struct")],
    ["a map", { a: 1, map: { x: "1" } }, { a: 1, map: {} }, refused("spec.map")],
    ["all of a spec", { a: 1 }, {}, refused("spec")],
    ["a struct of an item", { items: [{ k: "1", o: { a: 1 } }] }, { items: [{ k: "1", o: {} }] }, refused("spec.items[0].o")],
    ["a struct that was empty before", { a: 1, struct: {} }, { a: 2, struct: {} }, { a: 2, struct: {} }],
    ["a struct that is left out", { a: 1, struct: { a: 1 } }, { a: 1 }, { a: 1 }],
    ["an atomic map", { a: 1, atomic: { x: "1" } }, { a: 1, atomic: {} }, { a: 1, atomic: {} }],
    ["a struct with defaults", { outer: { inner: { b: 1 } } }, { outer: { inner: {} } }, { outer: { inner: { a: 3 } } }],
    ["a nullable struct", { a: 1, nullable: { a: 1 } }, { a: 1, nullable: {} }, { a: 1, nullable: null }],
    ["what nobody knows", { open: { x: { y: 1 }, z: 1 } }, { open: { x: {}, z: 1 } }, { open: { x: null, z: 1 } }],
    ["a list", { a: 1, items: [{ k: "1" }] }, { a: 1, items: [] }, { a: 1 }],
];
