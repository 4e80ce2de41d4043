import { readFileSync } from "node:fs";
import * as path from "node:path";

import { partAccess, partOptions, passphraseOf, PASSPHRASE_VARIABLE } from "../backup/options";
import type { BackupManifest } from "../backup/manifest";
import type { Command, Context, Invocation } from "../command";
import { toldBy } from "../cluster";
import { Exit, RefusalError, UnfinishedError, UsageError } from "../exit";
import { jsonOption, reportTerminal, writeJson } from "../output";
import { stackArgument } from "../stackArgument";
import { settingsOfStack } from "../stackSettings";

export const command: Command = {
    summary: "Bring a backup of maas backup back into a platform",
    description: `Into a platform that has come up and keeps no data yet. Where there are data, it refuses without --force, which replaces what is in
the databases, and writes the secrets as new versions. Each database is brought back in one transaction: whole, or not at all. Checks every
file before it begins, and opens it with the key where one is given. Writes with --yes; without, says what it would do. When one part fails,
says how to go on with the rest. Exit code 0: restored, or checked with --dry-run; 1: refused.`,
    arguments: [stackArgument, { name: "folder", help: "the folder of the backup" }],
    options: {
        yes: { type: "flag", help: "restore" },
        "dry-run": { type: "flag", help: "check the backup and the platform, and change nothing" },
        force: { type: "flag", help: "replace data that are there" },
        identity: { type: "file", value: "FILE", help: "file with a private key that age-keygen wrote" },
        ...jsonOption("what was restored"),
        ...partOptions,
    },
    access: [
        ...partAccess,
        { does: "reads", what: "the folder of the backup", rights: "the files, and the passphrase or a private key" },
        { does: "reads", what: "rows and secrets that are there", rights: "as maas backup" },
        { does: "writes", what: "the databases, with pg_restore in their pods", rights: "those of the exec", when: "--yes" },
        { does: "writes", what: "Secret litemaas-secrets", rights: "patch on it", when: "--yes, and the stack has LiteMaaS" },
        {
            does: "writes",
            what: "secrets of the stack's mount in Vault",
            rights: "VAULT_TOKEN or vault login, with create and update on <mount>/data/* and <mount>/metadata/*",
            when: "--yes, and the stack has a Vault",
        },
    ],
    async run(invocation, context) {
        const { settings, stack } = await settingsOfStack(invocation, context);
        const { chosenParts } = await import("../backup/options");
        const { partsOf } = await import("../backup/parts");
        const { readManifest } = await import("../backup/manifest");
        const { sha256Of } = await import("../backup/seal");
        const { clusterOf } = await import("../maasApi/address");
        const { printRestore } = await import("../views/backup");
        const [yes, dryRun, force] = [invocation.flag("yes"), invocation.flag("dry-run"), invocation.flag("force")];
        if (yes && dryRun) {
            throw new UsageError("--yes and --dry-run exclude each other.");
        }
        const given = invocation.arguments[1]!;
        const folder = path.resolve(context.cwd, given);
        const manifest = readManifest(folder, given);
        if (isLater(manifest.release, settings.release)) {
            throw new RefusalError(
                `The backup is of release ${manifest.release}, and stack ${stack} of ${settings.release}: an earlier release does not know its tables.`,
            );
        }
        const open = opener(invocation, context, manifest, folder, yes);
        const kube = await clusterOf(settings);
        const all = partsOf(settings, kube, context, invocation.text("vault-ca"));
        const named = chosenParts(invocation, all, stack);
        const parts = named.flatMap((part) => {
            const saved = manifest.parts.find(({ name }) => name === part.name);
            return saved === undefined ? [] : [{ part, saved }];
        });
        const missing = named.map(({ name }) => name).filter((name) => !manifest.parts.some((saved) => saved.name === name));
        if (missing.length > 0 && invocation.given("only")) {
            throw new UsageError(
                `--only is ${missing.join(", ")}; ${given} has ${manifest.parts.map(({ name }) => name).join(", ")}.`,
            );
        }
        const left = manifest.parts.filter(({ name }) => !all.some((part) => part.name === name)).map(({ name }) => name);
        if (parts.length === 0) {
            throw new RefusalError(
                `${given} has ${manifest.parts.map(({ name }) => name).join(", ")}: nothing of that is in stack ${stack}.`,
            );
        }
        const damaged = [];
        for (const { saved } of parts) {
            if ((await sha256Of(path.join(folder, saved.file))) !== saved.sha256) {
                damaged.push(saved.file);
            }
        }
        if (damaged.length > 0) {
            throw new RefusalError(`${damaged.join(", ")} of ${given}: not as it was written. Nothing was restored.`);
        }
        await kube.version();
        const plans = [];
        for (const { part, saved } of parts) {
            context.err.status([`${part.name}: what is there`]);
            plans.push({ part, saved, existing: await part.existing() });
        }
        context.err.status([]);
        const inTheWay = plans.filter(({ existing }) => existing.length > 0);
        const refused = inTheWay.length > 0 && !force;
        const act = yes && !refused;
        const unseal = act || dryRun ? await open?.() : undefined;
        if (unseal !== undefined) {
            for (const { saved } of parts) {
                context.signal.throwIfAborted();
                context.err.status([`${saved.name}: whether the key opens it`]);
                await unseal.check(saved.file, saved.bytes);
            }
        }
        if (act) {
            const restored: string[] = [];
            for (const { part, saved } of plans) {
                try {
                    context.signal.throwIfAborted();
                    context.err.status([`${part.name}: ${part.what}`]);
                    await part.restore(await unseal!.read(saved.file), saved.bytes);
                    restored.push(part.name);
                } catch (e) {
                    throw restored.length === 0 && part.name !== "vault"
                        ? e
                        : unfinished(
                              e as Error,
                              restored,
                              plans.slice(restored.length).map((one) => one.part.name),
                          );
                }
            }
            context.err.status([]);
        }
        const report = {
            stack,
            from: { stack: manifest.stack, release: manifest.release, created: manifest.created },
            restored: act,
            opened: unseal !== undefined,
            parts: plans.map(({ part: { name, where }, saved: { holds }, existing }) => ({ name, where, holds, existing })),
            left,
            missing,
            afterwards: [...new Set(plans.flatMap(({ part }) => part.afterwards))],
        };
        printRestore(reportTerminal(invocation, context), report, given);
        writeJson(invocation, context, report);
        if (refused) {
            context.err.always(context.err.style("Refused: there are data. --force replaces them.", "red"));
            return Exit.refused;
        }
        if (!act && !dryRun) {
            context.err.always(context.err.style("Nothing was restored: --yes is missing.", "yellow"));
            return Exit.refused;
        }
        return Exit.fine;
    },
};

/** Whether a release is later than another, as numbers: 3.10 is later than 3.4. */
function isLater(release: string, other: string): boolean {
    return release.localeCompare(other, "en", { numeric: true }) > 0;
}

/** Opens the backup; undefined when no key is given, and none is needed. @throws UsageError for a key that cannot open it */
function opener(
    invocation: Invocation,
    context: Context,
    { encryptedFor }: BackupManifest,
    folder: string,
    needed: boolean,
): (() => Promise<import("../backup/seal").Unseal>) | undefined {
    const by = async (keys: Parameters<typeof import("../backup/seal").Unseal.open>[1]) =>
        (await import("../backup/seal")).Unseal.open(folder, keys);
    const identity = invocation.text("identity");
    if (identity !== undefined) {
        return () => by({ identities: readFileSync(path.resolve(context.cwd, identity), "utf8") });
    }
    const passphrase = passphraseOf(invocation, context);
    if (encryptedFor !== "passphrase" && (needed || passphrase !== undefined)) {
        throw new UsageError(`The backup is encrypted for ${encryptedFor.join(", ")}: give the private key with --identity.`);
    }
    if (passphrase === undefined && needed) {
        throw new UsageError(`Nothing opens the backup: give --identity, --passphrase-file or ${PASSPHRASE_VARIABLE}.`);
    }
    return passphrase === undefined ? undefined : () => by({ passphrase });
}

/** Says what is restored and what is not, and how to go on. */
function unfinished(error: Error, restored: readonly string[], left: readonly string[]): UnfinishedError {
    const said = error.name === "KubeError" ? toldBy(error as Error & { code: number }) : `${error.message.replace(/\.$/, "")}.`;
    // Some of its secrets may be there.
    const force = left[0] === "vault" ? " --force" : "";
    return new UnfinishedError(
        `${said} Restored: ${restored.join(", ") || "part of vault"}. Not restored: ${left.join(", ")}. Go on with ${left.map((name) => `--only ${name}`).join(" ")}${force}.`,
    );
}
