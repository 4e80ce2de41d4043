import { writeFileSync } from "node:fs";
import * as path from "node:path";

import { count } from "../../rehearsal/report/format";
import type { Command, Context } from "../command";
import { Exit, RefusalError, UsageError } from "../exit";
import { handOutAccess, handOuts, litemaasOf } from "../litemaas/stack";
import { clusterOf } from "../maasApi/address";
import { checkDistinct, STANDARD_OUTPUT } from "../output";
import { projectOption, stackArgument } from "../stackArgument";

const FILES = { csv: "keys.csv", json: "keys.json" } as const;

export const command: Command = {
    summary: "Write the keys of a workshop to a file, for its participants",
    description: `Reads the Secret of the workshop. The file is new, and only you may read it; - is standard output. Without --csv and --json,
prints only how many keys there are.`,
    arguments: [stackArgument, { name: "workshop", help: "name of the workshop" }],
    options: {
        csv: { type: "output", value: "FILE", help: "write participants, keys, address, models and end as CSV" },
        json: { type: "output", value: "FILE", help: "write the same as JSON" },
        ...projectOption,
    },
    access: [{ does: "reads", what: "the stack file", rights: "the file" }, handOutAccess("reads")],
    async run(invocation, context) {
        checkDistinct(invocation, context, ["csv", "json"]);
        const { settings, litemaas } = await litemaasOf(invocation, context);
        const { OWNER } = await import("../litemaas/workshops");
        const name = invocation.arguments[1]!;
        const kube = await clusterOf(settings);
        // The hand-out of a catalog item is its own.
        const stores = await Promise.all([OWNER, `${OWNER}.${name}`].map((owner) => handOuts(kube, litemaas, owner)));
        const books = new Map((await Promise.all(stores.map((store) => store.list()))).flatMap((found) => [...found]));
        const book = books.get(name);
        if (book === undefined) {
            throw new RefusalError(
                `There is no hand-out of ${name} in namespace ${litemaas.namespace}-workshops${books.size === 0 ? "" : `; there is ${[...books.keys()].join(", ")}`}. maas workshop apply creates it.`,
            );
        }
        if (book.files["keys.json"] === "") {
            throw new RefusalError(`The keys of ${name} are not complete yet: maas workshop apply continues.`);
        }
        const { participants, expires } = JSON.parse(book.files["keys.json"]) as { participants: unknown[]; expires: string };
        const files = Object.entries(FILES).flatMap(([option, file]) => {
            const to = invocation.text(option);
            return to === undefined ? [] : [{ option, to, content: book.files[file] }];
        });
        files.forEach(({ option, to, content }) => writeKeys(context, option, to, content));
        if (files.every(({ to }) => to !== STANDARD_OUTPUT)) {
            context.out.line(`Workshop ${name}: ${count(participants.length, "key")}, until ${expires.replace(/\.000Z$/, "Z")}.`);
        }
        return Exit.fine;
    },
};

/** Writes keys where nobody else can read them. */
function writeKeys({ cwd, out, err }: Context, option: string, file: string, content: string): void {
    if (file === STANDARD_OUTPUT) {
        out.raw(content);
        return;
    }
    try {
        writeFileSync(path.resolve(cwd, file), content, { mode: 0o600, flag: "wx" });
    } catch (error) {
        throw (error as NodeJS.ErrnoException).code === "EEXIST"
            ? new UsageError(`--${option}: ${file} exists; expected a new file.`)
            : new RefusalError(`${file} could not be written: ${(error as Error).message}`);
    }
    err.line(`Keys: ${file}`);
}
