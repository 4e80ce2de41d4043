import type { BackupManifest } from "../backup/manifest";
import type { Terminal } from "../terminal";
import { block, rows } from "./common";

const holdsOf = (holds: Readonly<Record<string, number>>): string =>
    Object.entries(holds)
        .map(([what, n]) => `${what} ${n}`)
        .join(", ");

/** Prints what was saved. */
export function printBackup(out: Terminal, { stack, release, parts, encryptedFor }: BackupManifest, folder: string): void {
    out.line(`${out.style(`Backup of the stack ${stack}`, "bold")}, release ${release}, in ${folder}.`);
    const columns = [
        { title: "Part" },
        { title: "What", wraps: true },
        { title: "Holds", wraps: true },
        { title: "Bytes", align: "right" as const },
        { title: "File" },
    ];
    block(
        out,
        `Saved: ${parts.length}`,
        rows(
            out,
            columns,
            parts.map(({ name, what, holds, bytes, file }) => [name, what, holdsOf(holds), String(bytes), file]),
        ),
    );
    out.line();
    out.line(
        encryptedFor === "passphrase"
            ? "Encrypted with the passphrase: keep it elsewhere. Nobody restores without it."
            : `Encrypted for ${encryptedFor.join(", ")}.`,
    );
}

/** The result of a restore, or of its dry run. */
export interface RestoreReport {
    readonly stack: string;
    readonly from: { readonly stack: string; readonly release: string; readonly created: string };
    readonly restored: boolean;
    /** Whether a key has opened all of it. */
    readonly opened: boolean;
    readonly parts: readonly {
        readonly name: string;
        readonly where: string;
        readonly holds: Readonly<Record<string, number>>;
        readonly existing: readonly string[];
    }[];
    /** Parts of the backup that the stack has not. */
    readonly left: readonly string[];
    /** Parts of the stack that the backup has not. */
    readonly missing: readonly string[];
    readonly afterwards: readonly string[];
}

/** Prints it. */
export function printRestore(
    out: Terminal,
    { stack, from, restored, opened, parts, left, missing, afterwards }: RestoreReport,
    folder: string,
): void {
    out.line(
        `${out.style(`Restore of the stack ${stack}`, "bold")} from ${folder}: stack ${from.stack}, release ${from.release}, of ${from.created}.`,
    );
    if (from.stack !== stack) {
        out.line(out.style(`The backup is of another stack: ${from.stack}.`, "yellow"));
    }
    block(
        out,
        `${restored ? "Restored" : "Would be restored"}: ${parts.length}`,
        rows(
            out,
            [
                { title: "Part" },
                { title: "To", wraps: true },
                { title: "Held then", wraps: true },
                { title: restored ? "Replaced" : "There now", wraps: true },
            ],
            parts.map(({ name, where, holds, existing }) => [name, where, holdsOf(holds), existing.join(", ") || "nothing"]),
        ),
    );
    if (left.length > 0) {
        out.line();
        out.line(`Not in the stack, and left: ${left.join(", ")}.`);
    }
    if (missing.length > 0) {
        out.line();
        out.line(out.style(`Not in the backup, and left as they are: ${missing.join(", ")}.`, "yellow"));
    }
    if (!opened) {
        out.line();
        out.line("Whether a key opens the backup was not tried: give it with --dry-run.");
    }
    if (restored && afterwards.length > 0) {
        out.line();
        out.line(out.style("Then, so that its clients read it:", "bold"));
        afterwards.forEach((one) => out.line(`  ${one}`));
    }
}
