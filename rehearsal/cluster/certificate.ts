/**
 * A certificate for a server on this machine. Node reads certificates but makes none, and of the libraries that do, each
 * brings a dozen others: for one certificate of one form, the few lines of DER here are less. RFC 5280 section 4.1.
 */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** PEM. */
export interface Certificate {
    /** The certificate; who trusts it as an authority accepts the server. */
    readonly cert: string;
    readonly key: string;
}

const DAY = 86_400_000;

/** Tags of DER. */
const [BOOLEAN, INTEGER, BITS, OCTETS, OID, UTF8, UTC, SEQUENCE, SET] = [1, 2, 3, 4, 6, 12, 23, 48, 49] as const;

/** Object identifiers, encoded. */
const oids = {
    ecdsaWithSha256: "2a8648ce3d040302",
    commonName: "550403",
    basicConstraints: "551d13",
    keyUsage: "551d0f",
    extendedKeyUsage: "551d25",
    serverAuth: "2b06010505070301",
    subjectAltName: "551d11",
} as const;

/**
 * Makes a self-signed certificate for 127.0.0.1 and localhost, with a key of its own (P-256).
 *
 * @param days that it is valid, from yesterday on. Default: 30
 */
export function loopbackCertificate(days = 30): Certificate {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const algorithm = der(SEQUENCE, oid("ecdsaWithSha256"));
    const name = der(SEQUENCE, der(SET, der(SEQUENCE, oid("commonName"), der(UTF8, Buffer.from("maas rehearsal")))));
    const begin = Date.now() - DAY;
    const signed = der(
        SEQUENCE,
        der(0xa0, der(INTEGER, Buffer.from([2]))),
        // A serial number is positive.
        der(INTEGER, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
        algorithm,
        name,
        der(SEQUENCE, time(begin), time(begin + days * DAY)),
        name,
        publicKey.export({ type: "spki", format: "der" }),
        der(0xa3, der(SEQUENCE, ...extensions())),
    );
    const whole = der(SEQUENCE, signed, algorithm, bits(sign("sha256", signed, privateKey)));
    const lines = whole.toString("base64").match(/.{1,64}/g)!;
    return {
        cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
        key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    };
}

function extensions(): Buffer[] {
    const extension = (id: keyof typeof oids, value: Buffer, critical = false): Buffer =>
        der(SEQUENCE, oid(id), ...(critical ? [der(BOOLEAN, Buffer.from([0xff]))] : []), der(OCTETS, value));
    return [
        // It is its own authority.
        extension("basicConstraints", der(SEQUENCE, der(BOOLEAN, Buffer.from([0xff]))), true),
        // digitalSignature and keyCertSign: bits 0 and 5; two bits at the end are unused.
        extension("keyUsage", der(BITS, Buffer.from([2, 0b1000_0100])), true),
        extension("extendedKeyUsage", der(SEQUENCE, oid("serverAuth"))),
        extension("subjectAltName", der(SEQUENCE, der(0x87, Buffer.from([127, 0, 0, 1])), der(0x82, Buffer.from("localhost")))),
    ];
}

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
    const content = Buffer.concat(contents);
    const { length } = content;
    const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
    return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function bits(content: Buffer): Buffer {
    return der(BITS, Buffer.from([0]), content);
}

function oid(name: keyof typeof oids): Buffer {
    return der(OID, Buffer.from(oids[name], "hex"));
}

/** `YYMMDDHHMMSSZ`, which serves until 2049. */
function time(milliseconds: number): Buffer {
    return der(UTC, Buffer.from(`${new Date(milliseconds).toISOString().slice(2, 19).replace(/[-T:]/g, "")}Z`));
}
