import type { Command } from "../command";
import { Exit } from "../exit";
import { logBounds, logOptions } from "../mustGather/bounds";
import { NewFolder } from "../newFolder";
import { jsonOption, reportTerminal, writeJson } from "../output";
import { plannedStack } from "../plannedStack";
import { projectOption, stackArgument } from "../stackArgument";
import { settingsOfStack } from "../stackSettings";

/** The file that says what is in the folder and what is not. It is written last. */
const INDEX = "index.json";

export const command: Command = {
    summary: "Collect the state and the logs of a stack in a folder, for a support case, without secrets",
    description: `Reads the objects of the stack with their pods and events, and writes them as YAML with the status. Reads the logs of the pods of
its operators and services, of each container as it runs and as it ran before its restart, and of no workspace, notebook or pipeline of a user.
Of Secrets, writes only the names of keys, and removes their values wherever else they stand. Removes keys, tokens, passwords and private keys from
texts, and prompts from the logs of vLLM. Review the folder before you share it. ${INDEX} says what could not be read; a folder without it is not
whole. Exit code 0: gathered, but for what it lists; 1: the cluster stopped answering, or nothing is written.`,
    arguments: [stackArgument],
    options: {
        out: { type: "text", value: "DIR", help: "folder to create (default: must-gather-<stack>)" },
        ...logOptions,
        ...jsonOption("the names of the files and what could not be read"),
        ...projectOption,
    },
    access: [
        { does: "reads", what: "the stack file and the program", rights: "the files" },
        {
            does: "reads",
            what: "the kinds of the stack, pods, events, nodes, machines, subscriptions, CSVs and policies of the cluster",
            rights: "get and list on them: cluster-reader",
        },
        {
            does: "reads",
            what: "logs of pods in the namespaces of the stack and of its operators",
            rights: "get on pods/log: cluster-reader",
            when: "not --no-logs",
        },
        {
            does: "reads",
            what: "Secrets of these namespaces, to remove their values from everything else",
            rights: "list on secrets; without, secrets are told by their form alone",
        },
        {
            does: "writes",
            what: "the folder of --out, which must be new or empty; files for the owner alone",
            rights: "the folder",
        },
    ],
    async run(invocation, context) {
        const { settings, ...named } = await settingsOfStack(invocation, context);
        const logs = logBounds(invocation);
        const folder = new NewFolder(invocation.text("out") ?? `must-gather-${named.stack}`, context.cwd);
        const { Kube } = await import("../../components/kube");
        const { gather } = await import("../mustGather/gather");
        const { LOG_BYTES } = await import("../mustGather/logs");
        await import("../../kinds");
        const plan = await plannedStack(named, context);
        const kube = await Kube.connect(settings.cluster.context);
        await kube.version();
        const { status, lost, ...gathered } = await folder.fill(async () => {
            const found = await gather({
                kube,
                plan,
                settings,
                logs,
                write: (file, text) => folder.write(file, text),
                tell: (message) => context.err.status([message]),
                signal: context.signal,
            });
            context.signal.throwIfAborted();
            const { files, unread, partial } = found;
            const index = {
                stack: named.stack,
                release: settings.release,
                ...(logs !== undefined && { logs: { ...logs, bytes: LOG_BYTES } }),
                files,
                unread,
                partial,
            };
            folder.write(INDEX, `${JSON.stringify(index, null, 2)}\n`);
            return found;
        });
        context.err.status([]);
        const out = reportTerminal(invocation, context);
        const state = status === undefined ? "their state is not known" : `${status.up} of ${status.all} are up`;
        const count = gathered.files.filter((file) => file.endsWith(".log")).length;
        out.line(
            `${folder.given}: ${gathered.files.length + 1} files of the stack ${named.stack}, ${count} of them logs; of its objects, ${state}.`,
        );
        gathered.unread.forEach((one) => out.line(`Not read: ${one}`));
        gathered.partial.forEach((one) => out.line(`Not whole: ${one}`));
        out.line("Secrets are removed. Review the folder before you share it.");
        writeJson(invocation, context, { folder: folder.given, ...gathered, files: [...gathered.files, INDEX].sort() });
        if (lost !== undefined) {
            context.err.always(context.err.style(`The cluster was not asked to the end: ${lost}.`, "red"));
            return Exit.refused;
        }
        return Exit.fine;
    },
};
