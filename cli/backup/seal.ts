/**
 * Encrypts what a backup holds, in the format of age: `age --decrypt` reads the files without this program.
 * Source: FiloSottile/typage@0.3.1:README.md.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";

import { RefusalError, UsageError } from "../exit";

/** The file with the key of a backup that has a passphrase. */
export const KEY_FILE = "key.age";

/** The readers of a backup: whoever knows the passphrase, or has the private key of a recipient. */
export type Readers = { readonly passphrase: string } | { readonly recipients: readonly string[] };

/** The sealed file. */
export interface Sealed {
    /** Of the content, before it was encrypted. */
    readonly bytes: number;
    /** Of the file. */
    readonly sha256: string;
}

/** Only the owner reads the files, though they are encrypted; none is replaced. */
const NEW_FILE = { mode: 0o600, flag: "wx" } as const;

/** Encrypts the parts of one backup. */
export class Seal {
    private constructor(
        private readonly folder: string,
        private readonly recipients: readonly string[],
    ) {}

    /**
     * With a passphrase, the backup gets a key of its own, which alone is encrypted with the passphrase: deriving a key from it takes
     * seconds on purpose.
     *
     * @throws UsageError for a recipient that is none, RefusalError when nothing can be written
     */
    static async open(folder: string, readers: Readers): Promise<Seal> {
        const { Encrypter, generateX25519Identity, identityToRecipient } = await import("age-encryption");
        if ("recipients" in readers) {
            for (const recipient of readers.recipients) {
                try {
                    new Encrypter().addRecipient(recipient);
                } catch {
                    throw new UsageError(
                        `--recipient is ${JSON.stringify(recipient)}; expected the public key that age-keygen prints: age1…`,
                    );
                }
            }
            return new Seal(folder, readers.recipients);
        }
        const identity = await generateX25519Identity();
        const encrypter = new Encrypter();
        encrypter.setPassphrase(readers.passphrase);
        const key = await encrypter.encrypt(`${identity}\n`);
        await written(KEY_FILE, () => Promise.resolve(writeFileSync(path.join(folder, KEY_FILE), key, NEW_FILE)));
        return new Seal(folder, [await identityToRecipient(identity)]);
    }

    /** Writes one file. What it holds is never on disk in plain. @throws RefusalError when it cannot be written */
    async write(file: string, content: Readable): Promise<Sealed> {
        const { Encrypter } = await import("age-encryption");
        const encrypter = new Encrypter();
        this.recipients.forEach((one) => encrypter.addRecipient(one));
        const plain = counted();
        const hash = createHash("sha256");
        content.on("error", (error) => plain.stream.destroy(error));
        const encrypted = await encrypter.encrypt(Readable.toWeb(content.pipe(plain.stream)) as ReadableStream<Uint8Array>);
        const hashed = new Transform({
            transform: (chunk: Buffer, _encoding, done) => {
                hash.update(chunk);
                done(null, chunk);
            },
        });
        const target = createWriteStream(path.join(this.folder, file), { mode: NEW_FILE.mode, flags: NEW_FILE.flag });
        await written(file, () => pipeline(Readable.fromWeb(encrypted as ReadableStream<Uint8Array>), hashed, target));
        return { bytes: plain.bytes(), sha256: hash.digest("hex") };
    }
}

/** Decrypts the parts of a backup. */
export class Unseal {
    private constructor(
        private readonly folder: string,
        private readonly identities: readonly string[],
    ) {}

    /** @param keys a passphrase, or the lines of a file of age-keygen @throws RefusalError for the wrong passphrase, or a file without a key */
    static async open(folder: string, keys: { readonly passphrase: string } | { readonly identities: string }): Promise<Unseal> {
        const { Decrypter } = await import("age-encryption");
        const lines = (text: string): string[] => text.split(/\s+/).filter((word) => word.startsWith("AGE-SECRET-KEY-"));
        if ("identities" in keys) {
            const identities = lines(keys.identities);
            if (identities.length === 0) {
                throw new RefusalError(
                    "The file of --identity has no key; expected a line AGE-SECRET-KEY-…, as age-keygen writes it.",
                );
            }
            return new Unseal(folder, identities);
        }
        const decrypter = new Decrypter();
        decrypter.addPassphrase(keys.passphrase);
        try {
            const text = await decrypter.decrypt(readFileSync(path.join(folder, KEY_FILE)), "text");
            return new Unseal(folder, lines(text));
        } catch {
            throw new RefusalError(`The passphrase is not that of this backup, or ${KEY_FILE} is not as it was written.`);
        }
    }

    /** Reads a file to its end. @throws RefusalError when no key opens it, or when it does not hold so many bytes */
    async check(file: string, bytes: number): Promise<void> {
        let found = 0;
        try {
            for await (const chunk of await this.read(file)) {
                found += (chunk as Buffer).length;
            }
        } catch (e) {
            throw e instanceof RefusalError ? e : new RefusalError(`${file} cannot be decrypted: ${(e as Error).message}`);
        }
        if (found !== bytes) {
            throw new RefusalError(`${file} holds ${found} bytes; ${bytes} are expected: it is not as it was written.`);
        }
    }

    /**
     * The content of a file. What has been read before an error is right: each piece is authenticated.
     *
     * @throws RefusalError when no key opens it
     */
    async read(file: string): Promise<Readable> {
        const { Decrypter } = await import("age-encryption");
        const decrypter = new Decrypter();
        this.identities.forEach((one) => decrypter.addIdentity(one));
        const source = Readable.toWeb(createReadStream(path.join(this.folder, file))) as ReadableStream<Uint8Array>;
        try {
            return Readable.fromWeb((await decrypter.decrypt(source)) as ReadableStream<Uint8Array>);
        } catch (e) {
            throw new RefusalError(`${file} cannot be decrypted: ${(e as Error).message}`);
        }
    }
}

/** Writes to the disk. @throws RefusalError for what the disk refuses; what the content itself fails with stays as it is */
async function written(file: string, write: () => Promise<void>): Promise<void> {
    try {
        await write();
    } catch (e) {
        // Errors of the file system alone have both.
        const { syscall, code, message } = e as NodeJS.ErrnoException;
        throw syscall !== undefined && code !== undefined && /^(open|write|close|fsync)$/.test(syscall)
            ? new RefusalError(`${file} could not be written: ${message}`)
            : e;
    }
}

/** The SHA-256 of a file. */
export async function sha256Of(file: string): Promise<string> {
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(file)) {
        hash.update(chunk as Buffer);
    }
    return hash.digest("hex");
}

function counted(): { readonly stream: Transform; readonly bytes: () => number } {
    let bytes = 0;
    const stream = new Transform({
        transform: (chunk: Buffer, _encoding, done) => {
            bytes += chunk.length;
            done(null, chunk);
        },
    });
    return { stream, bytes: () => bytes };
}
