import { Struct } from "google-protobuf/google/protobuf/struct_pb";

import { shareDecoding } from "../../policy/shareDecoding";

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
