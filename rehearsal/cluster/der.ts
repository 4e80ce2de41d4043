/** Parts of a certificate in DER, as far as certificates of one form need it. X.690, and RFC 5280 section 4.1. */

/** Tags. */
export const [BOOLEAN, INTEGER, BITS, OCTETS, OID, UTF8, UTC, SEQUENCE, SET] = [1, 2, 3, 4, 6, 12, 23, 48, 49] as const;

/** Object identifiers, encoded. */
const oids = {
    ecdsaWithSha256: "2a8648ce3d040302",
    ed25519: "2b6570",
    commonName: "550403",
    subjectKeyIdentifier: "551d0e",
    keyUsage: "551d0f",
    subjectAltName: "551d11",
    basicConstraints: "551d13",
    authorityKeyIdentifier: "551d23",
    extendedKeyUsage: "551d25",
    serverAuth: "2b06010505070301",
} as const;

/** An element: its tag, the length of its contents, and the contents one after the other. */
export function der(tag: number, ...contents: readonly Buffer[]): Buffer {
    const content = Buffer.concat(contents);
    const { length } = content;
    const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
    return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

/** A bit string without unused bits. */
export function bits(content: Buffer): Buffer {
    return der(BITS, Buffer.from([0]), content);
}

/** An object identifier by its name. */
export function oid(name: keyof typeof oids): Buffer {
    return der(OID, Buffer.from(oids[name], "hex"));
}

/** A name that consists of a common name. */
export function commonName(name: string): Buffer {
    return der(SEQUENCE, der(SET, der(SEQUENCE, oid("commonName"), der(UTF8, Buffer.from(name)))));
}

/** A point in time, `YYMMDDHHMMSSZ`, which serves until 2049. */
export function time(milliseconds: number): Buffer {
    return der(UTC, Buffer.from(`${new Date(milliseconds).toISOString().slice(2, 19).replace(/[-T:]/g, "")}Z`));
}

/** An extension of a certificate. */
export function extension(id: keyof typeof oids, value: Buffer, critical = false): Buffer {
    return der(SEQUENCE, oid(id), ...(critical ? [der(BOOLEAN, Buffer.from([0xff]))] : []), der(OCTETS, value));
}
