/** The protobuf runtime that Pulumi's messages are built on: messages of another copy are not accepted inside of them. */
import { createRequire } from "node:module";

const fromPulumi = createRequire(require.resolve("@pulumi/pulumi/proto/resource_pb"));

/** `google.protobuf.Struct` of that copy. */
export const Struct = (
    fromPulumi("google-protobuf/google/protobuf/struct_pb") as typeof import("google-protobuf/google/protobuf/struct_pb")
).Struct;
/** `google.protobuf.Value` of that copy. */
export const ProtoValue = (
    fromPulumi("google-protobuf/google/protobuf/struct_pb") as typeof import("google-protobuf/google/protobuf/struct_pb")
).Value;
/** `google.protobuf.Empty` of that copy. */
export const Empty = (
    fromPulumi("google-protobuf/google/protobuf/empty_pb") as typeof import("google-protobuf/google/protobuf/empty_pb")
).Empty;
