/** Options that `backup` and `restore` share. */
import { readFileSync } from "node:fs";
import * as path from "node:path";

import type { Access, Context, Invocation, OptionSpec } from "../command";
import { UsageError } from "../exit";
import { projectOption } from "../stackArgument";
import { type Part, PARTS } from "./parts";

/** Environment variable with the passphrase. */
export const PASSPHRASE_VARIABLE = "MAAS_BACKUP_PASSPHRASE";
/** Whoever has the files can try passphrases for as long as it takes. */
const SHORTEST = 12;

export const partOptions = {
    only: {
        type: "text",
        value: "PART",
        multiple: true,
        help: `this part alone; may be repeated: ${PARTS.join(", ")} (default: all that the stack has)`,
    },
    "passphrase-file": {
        type: "file",
        value: "FILE",
        help: `file whose first line is the passphrase (default: ${PASSPHRASE_VARIABLE} of the environment)`,
    },
    "vault-ca": {
        type: "file",
        value: "FILE",
        help: "PEM file of the authority of Vault (default: VAULT_CACERT of the environment)",
    },
    ...projectOption,
} as const satisfies Record<string, OptionSpec>;

/** The objects that both read before anything else. */
export const partAccess: readonly Access[] = [
    { does: "reads", what: "the stack file", rights: "the file" },
    { does: "reads", what: "pods of the databases", rights: "list on pods, create on pods/exec in their namespaces: admin" },
    {
        does: "writes",
        what: "a pod with PostgreSQL's tools in the namespace of the MaaS API, which is deleted at the end",
        rights: "create and delete on pods",
        when: "the database of the keys is Amazon RDS or an existing one",
    },
];

/** The passphrase of the file or of the environment; undefined for none. @throws UsageError for one that is too short */
export function passphraseOf(invocation: Invocation, { cwd }: Context): string | undefined {
    const file = invocation.text("passphrase-file");
    const phrase =
        file === undefined ? process.env[PASSPHRASE_VARIABLE] : readFileSync(path.resolve(cwd, file), "utf8").split(/\r?\n/)[0];
    if (phrase === undefined || phrase === "") {
        return undefined;
    }
    if (phrase.length < SHORTEST) {
        throw new UsageError(
            `The passphrase has ${phrase.length} characters; expected at least ${SHORTEST}: whoever has the files can try many.`,
        );
    }
    return phrase;
}

/** The parts that `--only` names. @throws UsageError for one that the stack has not */
export function chosenParts(invocation: Invocation, parts: readonly Part[], stack: string): readonly Part[] {
    const only = invocation.texts("only");
    const names = parts.map(({ name }) => name);
    const wrong = only.filter((name) => !names.includes(name));
    if (wrong.length > 0) {
        throw new UsageError(
            `--only is ${wrong.join(", ")}; ${names.length === 0 ? `stack ${stack} keeps no data` : `stack ${stack} has ${names.join(", ")}`}.`,
        );
    }
    return only.length === 0 ? parts : parts.filter(({ name }) => only.includes(name));
}
