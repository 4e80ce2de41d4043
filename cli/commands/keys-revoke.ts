import { count } from "../../rehearsal/report/format";
import type { Command, Context, Invocation } from "../command";
import { Exit, RefusalError, UsageError } from "../exit";
import type { Revoked } from "../keys/revoke";
import type { StackKeys } from "../keys/stack";
import { asks, gatewayAccess, gatewayOptions } from "../maasApi/address";
import type { ApiKey } from "../maasApi/client";
import { jsonOption, reportTerminal, writeJson } from "../output";
import { stackArgument } from "../stackArgument";

/** Keys that are looked up at the same time. */
const READ_AT_ONCE = 8;

export const command: Command = {
    summary: "Revoke API keys: by id, of a user, of a subscription, or those that no longer fit their tier",
    description: `Lists the keys, and revokes them with --yes. Users can revoke their own keys; administrators of OpenShift AI, all keys.
A key can create further keys, so revoke all keys of a user (--user) whose key may be known to others.
A revoked key is refused within a minute. Exit code 0: all are revoked; 1: some are not, or --yes is missing; 2: wrong usage.`,
    arguments: [stackArgument],
    options: {
        id: { type: "text", value: "ID", multiple: true, help: "a key; may be given more than once" },
        user: { type: "text", value: "NAME", help: "all active keys of this user" },
        subscription: { type: "text", value: "TIER", help: "all active keys of this tier; with --user, those of the user" },
        unfit: { type: "flag", help: "all active keys that no longer fit their tier (maas keys audit)" },
        yes: { type: "flag", help: "revoke" },
        "dry-run": { type: "flag", help: "list what would be revoked, and revoke nothing" },
        ...jsonOption("what was done"),
        ...gatewayOptions,
    },
    access: [
        ...gatewayAccess,
        asks("reads", "read", "--id"),
        asks("reads", "search", "--user, --subscription, --unfit"),
        asks("writes", "bulkRevoke", "--yes with --user alone"),
        asks("writes", "revoke", "--yes"),
    ],
    async run(invocation, context) {
        checkSelection(invocation);
        const [yes, dryRun] = [invocation.flag("yes"), invocation.flag("dry-run")];
        const { keysOfStack } = await import("../keys/stack");
        const { printKeys } = await import("../views/keys");
        const found = await keysOfStack(invocation, context, yes ? "writes" : "reads");
        const keys = await selected(found, invocation, context);
        const out = reportTerminal(invocation, context);
        out.line(
            `${out.style(`API keys of the stack ${found.stack}`, "bold")} at ${found.url}${yes ? "" : ": nothing was revoked"}.`,
        );
        printKeys(out, yes ? "To revoke" : "Would be revoked", keys);
        const done = yes ? await revoke(found, keys, invocation, context) : undefined;
        const result = { stack: found.stack, url: found.url, dryRun: !yes, keys, ...done };
        writeJson(invocation, context, result);
        return done === undefined ? unconfirmed(context, keys, dryRun) : verdict(context, done);
    },
};

function checkSelection(invocation: Invocation): void {
    const ways = [
        ...(invocation.given("id") ? ["--id"] : []),
        ...(invocation.given("user") || invocation.given("subscription") ? ["--user or --subscription"] : []),
        ...(invocation.flag("unfit") ? ["--unfit"] : []),
    ];
    if (ways.length !== 1) {
        throw new UsageError(
            ways.length === 0
                ? "maas keys revoke needs --id, --user, --subscription or --unfit: which keys."
                : `${ways.join(" and ")} exclude each other: each says which keys.`,
        );
    }
    if (invocation.flag("yes") && invocation.flag("dry-run")) {
        throw new UsageError("--yes and --dry-run exclude each other.");
    }
}

/** The keys that the options mean. @throws RefusalError naming all ids that are no keys */
async function selected(found: StackKeys, invocation: Invocation, context: Context): Promise<ApiKey[]> {
    const { api } = found;
    if (invocation.given("id")) {
        const ids = [...new Set(invocation.texts("id"))];
        const keys: (ApiKey | undefined)[] = [];
        for (let at = 0; at < ids.length; at += READ_AT_ONCE) {
            keys.push(...(await Promise.all(ids.slice(at, at + READ_AT_ONCE).map((id) => api.read(id)))));
        }
        const missing = ids.filter((_, i) => keys[i]?.status !== "active");
        if (missing.length > 0) {
            throw new RefusalError(
                `No active key that you may see: ${missing.join(", ")}. Nothing was revoked; maas keys list lists the keys.`,
            );
        }
        return keys.flatMap((key) => key ?? []);
    }
    if (invocation.flag("unfit")) {
        const { auditKeys } = await import("../keys/auditKeys");
        return (await auditKeys(found, invocation, context)).flatMap(({ key, verdict: v }) => (v === "does not fit" ? key : []));
    }
    const { tellRead } = await import("../keys/stack");
    const { subscriptionName } = await import("../keys/audit");
    const subscription = invocation.text("subscription");
    const keys = await api.list({ username: invocation.text("user"), status: ["active"] }, tellRead(context));
    context.err.status([]);
    return keys.filter((key) => subscription === undefined || subscriptionName(key) === subscription);
}

async function revoke(
    { api }: StackKeys,
    keys: readonly ApiKey[],
    invocation: Invocation,
    { err, signal, underWay }: Context,
): Promise<Revoked & { readonly count: number }> {
    let n = 0;
    const known = underWay.begin(
        () => `Known to be revoked: ${n} of ${count(keys.length, "key")}; others may be. The same command revokes the rest.`,
    );
    const user = invocation.text("user");
    if (user !== undefined && invocation.text("subscription") === undefined) {
        // One request, which also finds keys that were created meanwhile.
        const revoked = await api.revokeAllOf(user).finally(known);
        return { revoked: keys.map(({ id }) => id), gone: [], failed: [], left: [], count: revoked };
    }
    const { revokeEach } = await import("../keys/revoke");
    const done = await revokeEach(api, keys, signal, (done) => {
        n = done;
        err.status([`${n} of ${keys.length} keys`]);
    }).finally(known);
    err.status([]);
    return { ...done, count: done.revoked.length };
}

function unconfirmed({ err }: Context, keys: readonly ApiKey[], dryRun: boolean): number {
    const say = `${count(keys.length, "key")} would be revoked.`;
    if (dryRun) {
        err.line(say);
        return Exit.fine;
    }
    err.always(err.style(`Nothing was revoked: --yes is missing. ${say}`, "yellow"));
    return Exit.refused;
}

function verdict({ err, signal }: Context, { count: revoked, gone, failed, left }: Revoked & { readonly count: number }): number {
    err.line(`${count(revoked, "key")} revoked${gone.length === 0 ? "" : `, ${gone.length} no longer active by then`}.`);
    if (failed.length + left.length > 0) {
        const [first] = failed;
        err.always(
            err.style(
                `${count(failed.length + left.length, "key")} not revoked${first === undefined ? "" : `: ${first.why}`}. The same command revokes the rest.`,
                "red",
            ),
        );
        return signal.aborted ? Exit.interrupted : Exit.refused;
    }
    return Exit.fine;
}
