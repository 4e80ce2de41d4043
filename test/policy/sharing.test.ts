import type { PolicyResource } from "@pulumi/policy";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

import { shareDecoding } from "../../policy/shareDecoding";
import { stackOf } from "../../policy/subject";

type Decode = (properties: object, keepInternal: boolean) => Record<string, any>;
const sdk = {
    get decode(): Decode {
        return (require("@pulumi/policy/deserialize") as { deserializeProperties: Decode }).deserializeProperties;
    },
    get wrap(): (target: object) => object {
        return (require("@pulumi/policy/proxy") as { unknownCheckingProxy: (target: object) => object }).unknownCheckingProxy;
    },
};

it("decodes what the SDK decodes, once for all rules", () => {
    const message = Struct.fromJavaScript({ metadata: { name: "a" }, list: [1, { b: true }] } as never);
    const own = sdk.decode(message, false);
    expect(sdk.decode(message, false)).not.toBe(own);

    shareDecoding();
    const shared = sdk.decode(message, false);
    expect(shared).toEqual(own);
    expect(sdk.decode(message, false)).toBe(shared);
    expect(sdk.wrap(shared)).toBe(sdk.wrap(shared));
    expect((sdk.wrap(shared) as typeof shared)["metadata"].name).toBe("a");
    // What a remediation may change is its own each time, and so is another message.
    expect(sdk.decode(message, true)).not.toBe(sdk.decode(message, true));
    expect(sdk.decode(Struct.fromJavaScript({ metadata: { name: "b" } } as never), false)["metadata"].name).toBe("b");
});

it("makes one stack for all rules of a run, and another one where anything differs", () => {
    const props = [{ kind: "Namespace" }, { kind: "Secret" }];
    /** As the SDK makes them: a list of its own for each rule, of resources of its own, with the same decoded properties. */
    const list = (dependsOn = true): readonly PolicyResource[] => {
        const [one, other] = props.map((own, i) => ({
            type: "kubernetes:core/v1:Secret",
            urn: `urn:${i}`,
            name: `${i}`,
            props: own,
            dependencies: [] as PolicyResource[],
        })) as unknown as [PolicyResource, PolicyResource];
        if (dependsOn) {
            other.dependencies.push(one);
        }
        return [one, other];
    };
    const stack = stackOf(list());
    expect(stackOf(list())).toBe(stack);
    expect(stack.waitsFor(stack.at("urn:1"), stack.at("urn:0"))).toBe(true);

    const without = stackOf(list(false));
    expect(without.waitsFor(without.at("urn:1"), without.at("urn:0"))).toBe(false);
    expect(stackOf(list().slice(0, 1)).all).toHaveLength(1);
    expect(stackOf([]).all).toEqual([]);
});
