"use strict";
// The wire format of google.protobuf.Struct: JSON to bytes and back, without a message for each value. For structs.js.

/** Tags of google.protobuf.Value: field number and wire type. */
const TAG = { null: 0x08, number: 0x11, string: 0x1a, bool: 0x20, struct: 0x2a, list: 0x32 };
/** Tags of an entry of a Struct or a ListValue, and of the key and the value of an entry. */
const ENTRY = 0x0a;
const KEY = 0x0a;
const VALUE = 0x12;
/** Up to this length, a loop is faster than a call of Node. */
const SHORT = 32;

/** A name that the library drops. */
const DROPPED = "__proto__";

/** What is being written; from its end, so that the length of a part is known when it is put before the part. */
let out = Buffer.allocUnsafeSlow(1 << 18);
let at = out.length;

/** The bytes of a Struct; undefined for what only the library knows how to treat. */
exports.encodeStruct = (object) => {
    at = out.length;
    return writeStruct(object) ? Buffer.from(out.subarray(at)) : undefined;
};

function writeStruct(object) {
    const keys = [];
    for (const key in object) {
        if (key !== DROPPED) {
            keys.push(key);
        }
    }
    keys.sort();
    for (let i = keys.length - 1; i >= 0; i--) {
        const end = out.length - at;
        if (!writeValue(object[keys[i]])) {
            return false;
        }
        writeHead(VALUE, out.length - at - end);
        if (!writeText(KEY, keys[i])) {
            return false;
        }
        writeHead(ENTRY, out.length - at - end);
    }
    return true;
}

/** @returns false for what is neither JSON nor an infinite number, or no Unicode */
function writeValue(value) {
    switch (typeof value) {
        case "string":
            return writeText(TAG.string, value);
        case "number":
            if (Number.isNaN(value)) {
                return false;
            }
            room(9);
            at -= 8;
            out.writeDoubleLE(value, at);
            out[--at] = TAG.number;
            return true;
        case "boolean":
            return writeByte(TAG.bool, value ? 1 : 0);
        case "object": {
            if (value === null) {
                return writeByte(TAG.null, 0);
            }
            const end = out.length - at;
            if (!Array.isArray(value)) {
                if (!writeStruct(value)) {
                    return false;
                }
                writeHead(TAG.struct, out.length - at - end);
                return true;
            }
            for (let i = value.length - 1; i >= 0; i--) {
                const before = out.length - at;
                if (!writeValue(value[i])) {
                    return false;
                }
                writeHead(ENTRY, out.length - at - before);
            }
            writeHead(TAG.list, out.length - at - end);
            return true;
        }
        default:
            return false;
    }
}

function writeByte(tag, byte) {
    room(2);
    out[--at] = byte;
    out[--at] = tag;
    return true;
}

function writeText(tag, text) {
    const { length } = text;
    room(length);
    let ascii = length <= SHORT;
    for (let i = length - 1; ascii && i >= 0; i--) {
        const code = text.charCodeAt(i);
        out[at - length + i] = code;
        ascii = code < 0x80;
    }
    let size = length;
    if (!ascii) {
        if (!text.isWellFormed()) {
            return false;
        }
        size = Buffer.byteLength(text);
        room(size);
        out.write(text, at - size, "utf8");
    }
    at -= size;
    writeHead(tag, size);
    return true;
}

/** Puts a tag and a length before what was written last. */
function writeHead(tag, length) {
    room(6);
    if (length < 0x80) {
        out[--at] = length;
    } else {
        let bytes = 1;
        for (let rest = length >>> 7; rest > 0; rest >>>= 7) {
            bytes++;
        }
        at -= bytes;
        for (let i = 0, rest = length; i < bytes; i++, rest >>>= 7) {
            out[at + i] = i < bytes - 1 ? (rest & 0x7f) | 0x80 : rest;
        }
    }
    out[--at] = tag;
}

function room(bytes) {
    if (at < bytes) {
        const written = out.subarray(at);
        const larger = Buffer.allocUnsafeSlow(out.length * 2 + bytes);
        at = larger.length - written.length;
        written.copy(larger, at);
        out = larger;
    }
}

/** Where reading stands, within the bytes that are being read. */
let position = 0;

function readVarint(bytes) {
    let value = 0;
    for (let shift = 1; ; shift *= 0x80) {
        const byte = bytes[position++];
        value += (byte & 0x7f) * shift;
        if (byte < 0x80) {
            return value;
        }
    }
}

/** Passes over a field that the message does not have. */
function skip(bytes, tag) {
    const type = tag & 7;
    if (type === 0) {
        readVarint(bytes);
    } else if (type === 2) {
        const length = readVarint(bytes);
        position += length;
    } else {
        position += type === 1 ? 8 : 4;
    }
}

/** The values of a Struct: as the library reads them, new ones each time. @throws Error for a value without a kind */
exports.decodeStruct = (bytes) => readStruct(bytes, 0, bytes.length);

function readStruct(bytes, from, end) {
    const fields = [];
    let last = "";
    let ordered = true;
    position = from;
    while (position < end) {
        const tag = readVarint(bytes);
        if (tag !== ENTRY) {
            skip(bytes, tag);
            continue;
        }
        const entryEnd = readVarint(bytes) + position;
        let key = "";
        let value;
        while (position < entryEnd) {
            const part = readVarint(bytes);
            if (part === KEY) {
                key = readText(bytes);
            } else if (part === VALUE) {
                value = readValue(bytes, readVarint(bytes) + position);
            } else {
                skip(bytes, part);
            }
        }
        if (key === DROPPED) {
            continue;
        }
        ordered &&= fields.length === 0 || last < key;
        last = key;
        fields.push([key, value]);
    }
    position = end;
    const result = {};
    if (!ordered) {
        // The last of several with one name counts; names are read in order, as the library does.
        const byName = new Map(fields);
        for (const key of [...byName.keys()].sort()) {
            result[key] = given(byName.get(key));
        }
        return result;
    }
    for (const [key, value] of fields) {
        result[key] = given(value);
    }
    return result;
}

function given(value) {
    if (value === undefined) {
        throw new Error("Unexpected struct type");
    }
    return value;
}

function readValue(bytes, end) {
    let value;
    while (position < end) {
        const tag = readVarint(bytes);
        switch (tag) {
            case TAG.string:
                value = readText(bytes);
                break;
            case TAG.number:
                value = bytes.readDoubleLE(position);
                position += 8;
                break;
            case TAG.bool:
                value = readVarint(bytes) !== 0;
                break;
            case TAG.null:
                readVarint(bytes);
                value = null;
                break;
            case TAG.struct: {
                const length = readVarint(bytes);
                value = readStruct(bytes, position, position + length);
                break;
            }
            case TAG.list: {
                const length = readVarint(bytes);
                value = readList(bytes, position + length);
                break;
            }
            default:
                skip(bytes, tag);
        }
    }
    return value;
}

function readList(bytes, end) {
    const list = [];
    while (position < end) {
        const tag = readVarint(bytes);
        if (tag === ENTRY) {
            const length = readVarint(bytes);
            list.push(given(readValue(bytes, position + length)));
        } else {
            skip(bytes, tag);
        }
    }
    return list;
}

function readText(bytes) {
    const length = readVarint(bytes);
    const start = position;
    position += length;
    return bytes.utf8Slice(start, position);
}
