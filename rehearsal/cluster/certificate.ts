/**
 * Certificates for servers on this machine and in the simulated cluster. Node reads certificates but makes none, and of the
 * libraries that do, each brings a dozen others: for certificates of one form, a few lines of DER are less. RFC 5280 section 4.1.
 */
import {
    createHash,
    createPrivateKey,
    createPublicKey,
    generateKeyPairSync,
    type KeyObject,
    randomBytes,
    sign,
} from "node:crypto";

import { BITS, bits, BOOLEAN, commonName, der, extension, INTEGER, OCTETS, oid, SEQUENCE, time } from "./der";

/** PEM. */
export interface Certificate {
    /** The certificate. */
    readonly cert: string;
    /** Its private key. */
    readonly key: string;
}

/** A self-signed authority, which signs certificates of servers. */
export interface Authority extends Certificate {
    /** The name of its certificate. */
    readonly name: string;
}

const DAY = 86_400_000;

/** How long certificates of the simulated cluster are valid: as long as the form of their dates can say. */
const ALWAYS = { from: Date.UTC(2020, 0), until: Date.UTC(2049, 11, 31) };

/**
 * Makes a self-signed certificate for 127.0.0.1 and localhost, with a key of its own (P-256); who trusts it as an authority
 * accepts the server.
 *
 * @param days that it is valid, from yesterday on. Default: 30
 */
export function loopbackCertificate(days = 30): Certificate {
    const begin = Date.now() - DAY;
    return signed({
        subject: "maas rehearsal",
        serial: randomBytes(15),
        valid: { from: begin, until: begin + days * DAY },
        key: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
        authority: true,
        names: [der(0x87, Buffer.from([127, 0, 0, 1])), dnsName("localhost")],
    });
}

/**
 * Makes an authority of the simulated cluster. The same name gives the same bytes, so that a rehearsal can be repeated: its key is
 * derived from the name, hence known to everybody. Nothing but a simulated cluster may trust it.
 */
export function simulatedAuthority(name: string): Authority {
    const key = derivedKey(name);
    return { name, ...signed({ subject: name, serial: digest(name), valid: ALWAYS, key, authority: true, names: [] }) };
}

/**
 * Makes a certificate for a server of the simulated cluster. The same arguments give the same bytes.
 *
 * @param names DNS names of the server, at least one
 * @param by the authority that signs it
 */
export function simulatedCertificate(names: readonly [string, ...string[]], by: Authority): Certificate {
    const text = `${by.name} ${names.join(" ")}`;
    return signed({
        subject: names[0],
        serial: digest(text),
        valid: ALWAYS,
        key: derivedKey(text),
        authority: false,
        names: names.map(dnsName),
        issuer: { name: by.name, key: createPrivateKey(by.key) },
    });
}

interface Contents {
    readonly subject: string;
    /** 15 bytes. */
    readonly serial: Buffer;
    /** Milliseconds since 1970. */
    readonly valid: { readonly from: number; readonly until: number };
    readonly key: KeyObject;
    readonly authority: boolean;
    /** Names of the server; none for an authority that serves nothing. */
    readonly names: readonly Buffer[];
    /** Default: it signs itself. */
    readonly issuer?: { readonly name: string; readonly key: KeyObject };
}

function signed({ subject, serial, valid, key, authority, names, issuer = { name: subject, key } }: Contents): Certificate {
    const [algorithm, hash] =
        issuer.key.asymmetricKeyType === "ed25519" ? (["ed25519", null] as const) : (["ecdsaWithSha256", "sha256"] as const);
    const content = der(
        SEQUENCE,
        der(0xa0, der(INTEGER, Buffer.from([2]))),
        // A serial number is positive.
        der(INTEGER, Buffer.concat([Buffer.from([1]), serial])),
        der(SEQUENCE, oid(algorithm)),
        commonName(issuer.name),
        der(SEQUENCE, time(valid.from), time(valid.until)),
        commonName(subject),
        publicKey(key),
        der(
            0xa3,
            der(
                SEQUENCE,
                extension("basicConstraints", der(SEQUENCE, ...(authority ? [der(BOOLEAN, Buffer.from([0xff]))] : [])), true),
                // digitalSignature is bit 0, keyCertSign bit 5; what is behind the last bit is unused.
                extension("keyUsage", der(BITS, Buffer.from(authority ? [2, 0b1000_0100] : [7, 0b1000_0000])), true),
                extension("subjectKeyIdentifier", der(OCTETS, keyIdentifier(key))),
                extension("authorityKeyIdentifier", der(SEQUENCE, der(0x80, keyIdentifier(issuer.key)))),
                ...(names.length === 0
                    ? []
                    : [
                          extension("extendedKeyUsage", der(SEQUENCE, oid("serverAuth"))),
                          extension("subjectAltName", der(SEQUENCE, ...names)),
                      ]),
            ),
        ),
    );
    const whole = der(SEQUENCE, content, der(SEQUENCE, oid(algorithm)), bits(sign(hash, content, issuer.key)));
    const lines = whole.toString("base64").match(/.{1,64}/g)!;
    return {
        cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
        key: key.export({ type: "pkcs8", format: "pem" }).toString(),
    };
}

function dnsName(name: string): Buffer {
    return der(0x82, Buffer.from(name));
}

function publicKey(key: KeyObject): Buffer {
    return createPublicKey(key).export({ type: "spki", format: "der" });
}

function keyIdentifier(key: KeyObject): Buffer {
    return createHash("sha1").update(publicKey(key)).digest();
}

/** A key of Ed25519, whose private part is 32 bytes; RFC 8410 section 7. */
function derivedKey(text: string): KeyObject {
    const key = der(
        SEQUENCE,
        der(INTEGER, Buffer.from([0])),
        der(SEQUENCE, oid("ed25519")),
        der(OCTETS, der(OCTETS, createHash("sha256").update(text).digest())),
    );
    return createPrivateKey({ key, format: "der", type: "pkcs8" });
}

function digest(text: string): Buffer {
    return createHash("sha256").update(`serial ${text}`).digest().subarray(0, 15);
}
