/** The protobuf runtime that Pulumi's messages are built on: messages of another copy are not accepted inside of them. */
import { createRequire } from "node:module";

type StructModule = typeof import("google-protobuf/google/protobuf/struct_pb");

const fromPulumi = createRequire(require.resolve("@pulumi/pulumi/proto/resource_pb"));
const { quickStructs } = require("./structs") as { quickStructs: (pb: StructModule) => StructModule };

/** `google.protobuf.Struct` and `google.protobuf.Value` of that copy. */
export const { Struct, Value: ProtoValue } = quickStructs(
    fromPulumi("google-protobuf/google/protobuf/struct_pb") as StructModule,
);
/** `google.protobuf.Empty` of that copy. */
export const Empty = (
    fromPulumi("google-protobuf/google/protobuf/empty_pb") as typeof import("google-protobuf/google/protobuf/empty_pb")
).Empty;
