/** The commands that change a stack file: they show the difference, check it as `maas plan` does, and write it with --yes. */
import type { Access, ArgumentSpec, Command, Context, Invocation, OptionSpec } from "./command";
import { Exit, UsageError } from "./exit";
import { gatewayAccess, gatewayOptions, asks } from "./maasApi/address";
import { jsonOption, reportTerminal, writeJson } from "./output";
import { runOptions, runSettings } from "./run";
import { stackArgument } from "./stackArgument";
import type { Editing } from "./edit/editing";

const { profile, "policy-config": policyConfig, "no-policy": noPolicy, project } = runOptions;
const { url, ca } = gatewayOptions;

const editOptions = {
    yes: { type: "flag", help: "write the file, if it passes the checks" },
    "dry-run": { type: "flag", help: "show the difference and check it, and write nothing" },
    revoke: { type: "flag", help: "revoke the keys that are to be revoked, after the file is written; without --yes, list them" },
    ...jsonOption("the difference, what the checks say and the keys to revoke"),
    profile,
    "policy-config": policyConfig,
    "no-policy": noPolicy,
    project,
    url,
    ca,
} as const satisfies Record<string, OptionSpec>;

const access: readonly Access[] = [
    { does: "reads", what: "the stack file, and the file of its users (identity.usersFile)", rights: "the files" },
    { does: "writes", what: "the same files", rights: "the files", when: "--yes, and the checks pass" },
    ...gatewayAccess.slice(1).map((one) => ({ ...one, when: "--revoke" })),
    asks("reads", "search", "--revoke"),
    asks("writes", "revoke", "--revoke and --yes"),
];

/** One of these commands. */
export interface EditCommand {
    readonly summary: string;
    /** The description of its own work, before that of all of them. */
    readonly description: string;
    /** After the stack. */
    readonly arguments: readonly ArgumentSpec[];
    readonly options?: Readonly<Record<string, OptionSpec>>;
    /**
     * Changes the settings.
     *
     * @param words the arguments after the stack
     * @returns what to say beside the difference, such as what comes next
     * @throws UsageError, RefusalError
     */
    edit(editing: Editing, words: readonly string[], invocation: Invocation): Promise<readonly string[]>;
}

/** A command of `maas` that changes a stack file. */
export function editCommand({ summary, description, arguments: words, options, edit }: EditCommand): Command {
    return {
        summary,
        description: `${description}
Shows the difference, keeps comments and order, and checks the changed stack as maas plan does. Writes it with --yes, if it passes.
Deploys nothing: pulumi up deploys. Exit code 0: written, or checked with --dry-run; 1: refused, or --yes is missing; 2: wrong usage.`,
        arguments: [stackArgument, ...words],
        options: { ...options, ...editOptions },
        access,
        run: (invocation, context) => runEdit(edit, invocation, context),
    };
}

async function runEdit(edit: EditCommand["edit"], invocation: Invocation, context: Context): Promise<number> {
    const [yes, dryRun] = [invocation.flag("yes"), invocation.flag("dry-run")];
    if (yes && dryRun) {
        throw new UsageError("--yes and --dry-run exclude each other.");
    }
    const { stack, projectDir, ...policy } = runSettings(invocation, context);
    const { stackFileOf } = await import("./stackSettings");
    const { file, config } = await stackFileOf(projectDir, stack);
    const { openEditing } = await import("./edit/editing");
    const { checkProposal, judge } = await import("./edit/check");
    const { keysLeft } = await import("./edit/revoke");
    const { printEdit } = await import("./views/edit");
    const { refused } = await import("./views/common");
    const editing = openEditing({ stack, projectDir }, file);
    const before = judge(stack, editing.file.settings(), projectDir).settings;
    const notes = await edit(editing, invocation.arguments.slice(1), invocation);
    const changed = editing.changed();
    const users = changed.find(({ path }) => path === editing.usersFile?.path)?.after;
    context.err.status(["checking the changed stack"]);
    const verdict = await checkProposal({
        stack,
        projectDir,
        config,
        text: editing.file.text(),
        ...(users !== undefined && { users }),
        ...policy,
        signal: context.signal,
    });
    context.err.status([]);
    if (context.signal.aborted) {
        return Exit.interrupted;
    }
    const passed = verdict.plan !== undefined && !refused(verdict.plan);
    const keys = before === undefined || verdict.settings === undefined ? [] : keysLeft(stack, before, verdict.settings);
    // Before anything is written: without an answer of the API, nothing is.
    const left =
        invocation.flag("revoke") && passed && keys.length > 0
            ? await (await import("./edit/revokeLeft")).LeftKeys.read(invocation, context, before!, keys)
            : undefined;
    const written = yes && passed;
    if (written) {
        const { writeChanged } = await import("./edit/writing");
        writeChanged(changed);
    }
    const { diffs } = printEdit(reportTerminal(invocation, context), context.err, {
        ...{ stack, changed, verdict, keys, notes, passed, written, dryRun, cwd: context.cwd },
    });
    const revoked = written ? await left?.revoke(context) : undefined;
    if (left !== undefined) {
        const { printKeys } = await import("./views/keys");
        const out = reportTerminal(invocation, context);
        printKeys(
            out,
            written ? "Revoked" : "Would be revoked",
            written ? left.keys.filter(({ id }) => revoked!.revoked.includes(id)) : left.keys,
        );
        if (written) {
            out.line("A key that is made before pulumi up has the former tier: maas keys audit finds it then.");
        }
    }
    const failed = [...(revoked?.failed ?? []), ...(revoked?.left ?? []).map((id) => ({ id, why: "interrupted" }))];
    failed.forEach(({ id, why }) => context.err.always(context.err.style(`Key ${id} was not revoked: ${why}`, "red")));
    writeJson(invocation, context, {
        stack,
        passed,
        written,
        files: changed.map(({ path }) => path),
        diffs,
        notes,
        problems: verdict.problems,
        policy: verdict.plan?.policy ?? [],
        keys,
        ...(left !== undefined && { active: left.keys, revoked: revoked?.revoked ?? [] }),
    });
    return passed && failed.length === 0 && (yes || dryRun || changed.length === 0) ? Exit.fine : Exit.refused;
}
