import { existsSync, mkdirSync, readdirSync } from "node:fs";
import * as path from "node:path";

import type { Command } from "../command";
import { Exit, UsageError } from "../exit";
import { jsonOption, reportTerminal, writeJson, writeWhole } from "../output";
import { plannedStack } from "../plannedStack";
import { projectOption, stackArgument } from "../stackArgument";
import { settingsOfStack } from "../stackSettings";

export const command: Command = {
    summary: "Collect the state of a stack in a folder, for a support case, without secrets",
    description: `Reads the objects of the stack with their pods and events, and writes them as YAML with the status. Of Secrets, writes only the
names of keys, and removes their values wherever else they stand. Removes keys, tokens, passwords and private keys from texts. Review the folder before you share it.
Collects no logs: oc adm must-gather does, and does not remove secrets from them.`,
    arguments: [stackArgument],
    options: {
        out: { type: "text", value: "DIR", help: "folder to create (default: must-gather-<stack>)" },
        ...jsonOption("the names of the files and what could not be read"),
        ...projectOption,
    },
    access: [
        { does: "reads", what: "the stack file and the program", rights: "the files" },
        {
            does: "reads",
            what: "the kinds of the stack, pods, events, nodes, machines, subscriptions, CSVs and policies of the cluster",
            rights: "get and list on them: cluster-reader; Secrets are listed where you may",
        },
        { does: "writes", what: "the folder of --out, which must be new or empty", rights: "the folder" },
    ],
    async run(invocation, context) {
        const { settings, ...named } = await settingsOfStack(invocation, context);
        const given = invocation.text("out") ?? `must-gather-${named.stack}`;
        const folder = path.resolve(context.cwd, given);
        if (existsSync(folder) && readdirSync(folder).length > 0) {
            throw new UsageError(`${given} is not empty; name a new folder with --out.`);
        }
        const { Kube } = await import("../../components/kube");
        const { gather } = await import("../mustGather/gather");
        await import("../../kinds");
        const planned = await plannedStack(named, context);
        const kube = await Kube.connect(settings.cluster.context);
        await kube.version();
        const { files, status, unread } = await gather(kube, planned, settings, (message) => context.err.status([message]));
        context.err.status([]);
        if (context.signal.aborted) {
            return Exit.interrupted;
        }
        for (const [file, content] of files) {
            mkdirSync(path.dirname(path.join(folder, file)), { recursive: true, mode: 0o700 });
            writeWhole(path.join(folder, file), content);
        }
        const out = reportTerminal(invocation, context);
        out.line(`${given}: ${files.size} files of the stack ${named.stack}; ${status.up} of ${status.all} are up.`);
        unread.forEach((one) => out.line(`Not read: ${one}`));
        out.line("Secrets are removed. Review the folder before you share it.");
        writeJson(invocation, context, { folder: given, files: [...files.keys()].sort(), unread });
        return Exit.fine;
    },
};
