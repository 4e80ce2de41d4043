"use strict";
// Pulumi's protocols carry the properties of resources as google.protobuf.Struct. The library makes a message, and an array for each
// field of it, of every single value, on the way out and on the way in: with some hundred resources that each process sends or reads
// several times, a quarter of a plan's processor time. Here a Struct is its bytes: values are written to them, and read from them, at
// once. Fields that somebody reads or changes one by one make the library's own messages of the bytes. In the rehearsal and the
// programs and packs that it runs (lean.js) only; a test compares with the library, byte for byte.

const { decodeStruct, encodeStruct } = require("./structBytes");

/** Structs that are their bytes. */
const wires = new WeakMap();

/**
 * Makes the Structs of a copy of google-protobuf quick.
 *
 * @param pb what `google-protobuf/google/protobuf/struct_pb` exports
 * @returns the same
 */
exports.quickStructs = (pb) => {
    const { Struct } = pb;
    const { fromJavaScript, serializeBinaryToWriter } = Struct;
    const { getFieldsMap, toJavaScript } = Struct.prototype;
    if (fromJavaScript.quick) {
        return pb;
    }
    Struct.fromJavaScript = (object) => {
        const bytes = encodeStruct(object);
        if (bytes === undefined) {
            return fromJavaScript(object);
        }
        const struct = new Struct();
        wires.set(struct, bytes);
        return struct;
    };
    Struct.fromJavaScript.quick = true;
    Struct.deserializeBinaryFromReader = (struct, reader) => {
        const from = reader.getCursor();
        while (reader.nextField() && !reader.isEndGroup()) {
            reader.skipField();
        }
        const { buffer, byteOffset } = reader.getBuffer();
        const bytes = Buffer.from(buffer, byteOffset + from, reader.getCursor() - from);
        const before = wires.get(struct);
        wires.set(struct, before === undefined ? bytes : Buffer.concat([before, bytes]));
        return struct;
    };
    Struct.serializeBinaryToWriter = (struct, writer) => {
        const bytes = wires.get(struct);
        if (bytes === undefined) {
            serializeBinaryToWriter(struct, writer);
        } else {
            writer.writeSerializedMessage(bytes, 0, bytes.length);
        }
    };
    Struct.prototype.toJavaScript = function () {
        const bytes = wires.get(this);
        return bytes === undefined ? toJavaScript.call(this) : decodeStruct(bytes);
    };
    Struct.prototype.getFieldsMap = function (...args) {
        const bytes = wires.get(this);
        if (bytes !== undefined) {
            wires.delete(this);
            const fields = getFieldsMap.call(this);
            for (const [key, value] of Object.entries(decodeStruct(bytes))) {
                fields.set(key, pb.Value.fromJavaScript(value));
            }
        }
        return getFieldsMap.call(this, ...args);
    };
    return pb;
};
