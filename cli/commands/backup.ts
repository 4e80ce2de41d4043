import { partAccess, partOptions, PASSPHRASE_VARIABLE } from "../backup/options";
import type { Command } from "../command";
import { Exit, RefusalError, UsageError } from "../exit";
import { NewFolder } from "../newFolder";
import { jsonOption, reportTerminal, writeJson } from "../output";
import { stackArgument } from "../stackArgument";
import { settingsOfStack } from "../stackSettings";

export const command: Command = {
    summary: "Save what the platform keeps: API keys, LiteMaaS, secrets in Vault; encrypted",
    description: `Dumps the databases with pg_dump where they run, and reads the stack's secrets from Vault with their versions. Everything is
encrypted before it is written, in the format of age: with a passphrase, or for public keys (age-keygen). It changes nothing.
Not saved: Pulumi's state (pulumi stack export), models, metrics, files of workspaces. Exit code 0: all is saved; 1: nothing is.`,
    arguments: [stackArgument],
    options: {
        out: { type: "text", value: "DIR", help: "folder to create (default: backup-<stack>)" },
        recipient: { type: "text", value: "age1…", multiple: true, help: "public key of who may read it; may be repeated" },
        ...jsonOption("what was saved, without content"),
        ...partOptions,
    },
    access: [
        ...partAccess,
        { does: "reads", what: "the databases, with pg_dump in their pods", rights: "those of the exec" },
        { does: "reads", what: "Secret litemaas-secrets", rights: "get on it", when: "the stack has LiteMaaS" },
        {
            does: "reads",
            what: "secrets of the stack's mount in Vault",
            rights: "VAULT_TOKEN or vault login, with read and list on <mount>/data/* and <mount>/metadata/*",
            when: "the stack has a Vault",
        },
        {
            does: "writes",
            what: "the folder of --out, which must be new or empty; files for the owner alone",
            rights: "the folder",
        },
    ],
    async run(invocation, context) {
        const { settings, stack } = await settingsOfStack(invocation, context);
        const { chosenParts, passphraseOf } = await import("../backup/options");
        const { partsOf } = await import("../backup/parts");
        const { FORMAT, MANIFEST } = await import("../backup/manifest");
        const { Seal } = await import("../backup/seal");
        const { clusterOf } = await import("../maasApi/address");
        const { printBackup } = await import("../views/backup");
        const recipients = invocation.texts("recipient");
        const passphrase = passphraseOf(invocation, context);
        if (recipients.length > 0 === (passphrase !== undefined)) {
            throw new UsageError(
                passphrase === undefined
                    ? `Nothing says for whom to encrypt: give --recipient, --passphrase-file or ${PASSPHRASE_VARIABLE}.`
                    : "--recipient and a passphrase exclude each other: each says who may read the backup.",
            );
        }
        const folder = new NewFolder(invocation.text("out") ?? `backup-${stack}`, context.cwd);
        const kube = await clusterOf(settings);
        const parts = chosenParts(invocation, partsOf(settings, kube, context, invocation.text("vault-ca")), stack);
        if (parts.length === 0) {
            throw new RefusalError(`Stack ${stack} keeps no data: it has no API keys, no LiteMaaS and no Vault.`);
        }
        await kube.version();
        // Half a backup is none.
        const manifest = await folder.fill(async () => {
            const seal = await Seal.open(folder.path, passphrase === undefined ? { recipients } : { passphrase });
            const saved = [];
            for (const { name, what, file, save } of parts) {
                context.signal.throwIfAborted();
                context.err.status([`${name}: ${what}`]);
                const { written, holds } = await save((content) => seal.write(file, content));
                saved.push({ name, what, file, ...written, holds });
            }
            context.signal.throwIfAborted();
            const whole = {
                format: FORMAT,
                stack,
                release: settings.release,
                created: new Date(await kube.now()).toISOString(),
                encryptedFor: passphrase === undefined ? [...recipients] : ("passphrase" as const),
                parts: saved,
            } as const;
            folder.write(MANIFEST, `${JSON.stringify(whole, null, 2)}\n`);
            return whole;
        });
        context.err.status([]);
        printBackup(reportTerminal(invocation, context), manifest, folder.given);
        writeJson(invocation, context, manifest);
        return Exit.fine;
    },
};
