/** The description of a backup in plain text: it holds nothing secret. */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";

import { z } from "zod";

import { RefusalError, UsageError } from "../exit";
import { parsedJson } from "../http/json";
import { KEY_FILE } from "./seal";

/** The file, in the folder of a backup. It is written last: a folder without it is no whole backup. */
export const MANIFEST = "backup.json";

const partSchema = z.object({
    name: z.string(),
    what: z.string(),
    file: z.string().regex(/^[a-z0-9-]+(\.[a-z]+)?\.age$/),
    /** Of the content in plain. */
    bytes: z.number().int().min(0),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** The amount that it holds: rows of tables, secrets, versions. */
    holds: z.record(z.string(), z.number()),
});

/** The form of backups that this program writes, and the newest that it reads. */
export const FORMAT = 1;

const manifestSchema = z.object({
    format: z.literal(FORMAT),
    stack: z.string(),
    release: z.string(),
    created: z.string(),
    encryptedFor: z.union([z.literal("passphrase"), z.array(z.string())]),
    parts: z.array(partSchema),
});

export type BackupPart = z.output<typeof partSchema>;
export type BackupManifest = z.output<typeof manifestSchema>;

/** @throws UsageError for a folder that is no backup, RefusalError for one that is not whole */
export function readManifest(folder: string, given: string): BackupManifest {
    const file = path.join(folder, MANIFEST);
    if (!existsSync(file)) {
        throw new UsageError(`${given} is no backup: it has no ${MANIFEST}, which maas backup writes last.`);
    }
    const parsed = parsedJson(readFileSync(file, "utf8"));
    const { format } = (parsed ?? {}) as { format?: unknown };
    if (typeof format === "number" && format > FORMAT) {
        throw new RefusalError(`${given} is of format ${format}, which a newer maas has written; this one reads ${FORMAT}.`);
    }
    const read = manifestSchema.safeParse(parsed);
    if (!read.success) {
        const [issue] = read.error.issues;
        throw new RefusalError(`${given}/${MANIFEST} cannot be read: ${issue!.path.join(".")}: ${issue!.message}.`);
    }
    const { parts, encryptedFor } = read.data;
    const files = [...parts.map((part) => part.file), ...(encryptedFor === "passphrase" ? [KEY_FILE] : [])];
    const missing = files.filter((one) => !existsSync(path.join(folder, one)));
    if (missing.length > 0) {
        throw new RefusalError(`${given} is not whole: ${missing.join(", ")} missing.`);
    }
    return read.data;
}
