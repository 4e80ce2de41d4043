/** Structs that are their bytes are, to everybody who reads them, the library's own. */
import * as fc from "fast-check";

type StructModule = typeof import("google-protobuf/google/protobuf/struct_pb");

/** A copy of the library of its own. */
function copy(): StructModule {
    let pb: StructModule;
    jest.isolateModules(() => (pb = require("google-protobuf/google/protobuf/struct_pb") as StructModule));
    return pb!;
}

const { quickStructs } = require("../../../rehearsal/engine/structs") as { quickStructs: (pb: StructModule) => StructModule };
const stock = copy();
const quick = quickStructs(copy());

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const written = (pb: StructModule, object: object): string => hex(pb.Struct.fromJavaScript(object as never).serializeBinary());

/** What a copy of the library reads of bytes. */
function read(pb: StructModule, bytes: string): unknown {
    const struct = (): InstanceType<StructModule["Struct"]> => pb.Struct.deserializeBinary(Buffer.from(bytes, "hex"));
    const plain = struct().toJavaScript();
    return { plain, order: JSON.stringify(plain), fields: struct().toObject(), again: hex(struct().serializeBinary()) };
}

function alike(object: object): void {
    const bytes = written(stock, object);
    expect(written(quick, object)).toBe(bytes);
    expect(read(quick, bytes)).toEqual(read(stock, bytes));
}

it("does not change the other copy", () => expect(stock.Struct.fromJavaScript).not.toBe(quick.Struct.fromJavaScript));

it("writes and reads the library's bytes", () => {
    const names = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("", "__proto__", "constructor", "10", "9"));
    fc.assert(fc.property(fc.dictionary(names, fc.jsonValue({ stringUnit: "grapheme" })), alike), { numRuns: 300 });
});

it.each([
    ["numbers", { n: [NaN, -0, 0, 1e300, -Infinity, 0.1] }],
    ["long texts", { ascii: "x".repeat(600_000), wide: "ü€😀".repeat(50_000), edge: "x".repeat(32), over: "x".repeat(33) }],
    ["half a character", { text: "\ud800", more: { text: "a\udc00b" } }],
    ["what is inherited", Object.create({ above: 1 }, { own: { value: 2, enumerable: true } }) as object],
    ["nothing", {}],
    ["empty parts", { list: [], struct: {}, lists: [[], [[]]], structs: [{}, { a: {} }] }],
])("writes and reads %s alike", (_, object) => alike(object));

it.each([
    ["undefined", { a: { b: undefined } }],
    ["a function", { a: [() => 1] }],
    ["a symbol", { a: Symbol("s") }],
])("refuses %s alike", (_, object) => {
    const refusal = (pb: StructModule) => (): unknown => pb.Struct.fromJavaScript(object as never);
    expect(refusal(stock)).toThrow();
    let message = "";
    try {
        refusal(stock)();
    } catch (error) {
        ({ message } = error as Error);
    }
    expect(refusal(quick)).toThrow(message);
});

it("gives each reader values of its own", () => {
    const struct = quick.Struct.deserializeBinary(Buffer.from(written(stock, { a: { b: 1 } }), "hex"));
    (struct.toJavaScript()["a"] as { b: number }).b = 2;
    expect(struct.toJavaScript()).toEqual({ a: { b: 1 } });
});

it("takes changes of single fields", () => {
    for (const from of [
        (pb: StructModule) => pb.Struct.fromJavaScript({ b: 1, a: ["x"] } as never),
        (pb: StructModule) => pb.Struct.deserializeBinary(Buffer.from(written(stock, { b: 1, a: ["x"] }), "hex")),
    ]) {
        const [own, other] = [stock, quick].map((pb) => {
            const struct = from(pb);
            struct.getFieldsMap().set("c", pb.Value.fromJavaScript({ d: null } as never));
            struct.getFieldsMap().del("b");
            return [struct.toJavaScript(), hex(struct.serializeBinary())];
        });
        expect(other).toEqual(own);
    }
});

// From other writers: names out of order and twice, fields that nobody knows, parts that are left out.
it.each([
    ["names out of order", "0a070a01621202 2001 0a070a01611202 2000"],
    ["a name twice", "0a070a01611202 2001 0a070a01611202 2000"],
    ["unknown fields", "1001 1a0161 0a070a01611202 2001 21 0000000000000000 2d 00000000"],
    ["unknown fields of an entry", "0a090a01611202 2001 1801"],
    ["a value before its name", "0a071202 20010a0161"],
    ["the last of several values", "0a0a0a01611205 2001 1a0178"],
])("reads %s alike", (_, spaced) => {
    const bytes = spaced.replaceAll(" ", "");
    const plain = (pb: StructModule): string =>
        JSON.stringify(pb.Struct.deserializeBinary(Buffer.from(bytes, "hex")).toJavaScript());
    expect(plain(quick)).toBe(plain(stock));
});

it("refuses a value without a kind alike", () => {
    const bytes = Buffer.from("0a050a01611200", "hex");
    expect(() => stock.Struct.deserializeBinary(bytes).toJavaScript()).toThrow("Unexpected struct type");
    expect(() => quick.Struct.deserializeBinary(bytes).toJavaScript()).toThrow("Unexpected struct type");
});
