import { count } from "../../rehearsal/report/format";
import type { Command } from "../command";
import { Exit } from "../exit";
import { asRefusal, handOutAccess, litemaasOf, portalOf, proxyAccess, proxyOptions, worldOf } from "../litemaas/stack";
import { jsonOption, reportTerminal, writeJson } from "../output";
import { stackArgument } from "../stackArgument";

export const command: Command = {
    summary: "Synchronize models, teams and keys of LiteMaaS with the desired state of the last up",
    description: `Does what the Job in the cluster does, with the same desired state (ConfigMap litemaas-sync): registers the endpoints of models,
deletes removed ones, creates, extends and withdraws the keys of workshops, and deletes expired keys. Keeps what others have
registered. Then lets the portal read the proxy's models again, unless it offers them already; with --url, only where --portal
gives the address of the portal. --dry-run changes nothing.
Exit code 0: everything is synchronized; 1: something is not; 2: wrong usage.`,
    arguments: [stackArgument],
    options: {
        "dry-run": { type: "flag", help: "list what would be done, and do nothing" },
        ...jsonOption("what was done, but no keys,"),
        portal: {
            type: "text",
            value: "URL",
            help: "address of the portal's API (default: https://<adminHost>.<domain> of the stack; with --url, none)",
        },
        ...proxyOptions,
    },
    access: [
        ...proxyAccess(),
        {
            does: "reads",
            what: "ADMIN_API_KEY, or Secret litemaas-secrets of the namespace; GET /api/v1/models of the portal",
            rights: "get secrets there",
            when: "without --url, or with --portal",
        },
        { does: "reads", what: "ConfigMap litemaas-sync of the namespace", rights: "get configmaps there" },
        {
            does: "writes",
            what: "POST /model/*, /team/*, /budget/*, /key/generate, /key/update, /key/delete of the proxy",
            rights: "the master key",
        },
        {
            does: "writes",
            what: "POST /api/v1/models/sync of the portal",
            rights: "its key for administrators",
            when: "its list differs",
        },
        handOutAccess("writes"),
    ],
    async run(invocation, context) {
        const found = await litemaasOf(invocation, context);
        const { OWNER } = await import("../litemaas/workshops");
        const { writtenState } = await import("../litemaas/written");
        const { actionsOf, plan, reconcile } = await import("../../components/litemaas/sync/reconcile");
        const { printActions, printFailures } = await import("../views/workshops");
        const world = await worldOf(invocation, context, found, OWNER);
        const desired = await writtenState(found);
        const portal = await portalOf(invocation, context, found);
        const out = reportTerminal(invocation, context);
        const actions = actionsOf(await plan(desired, world).catch(asRefusal));
        out.line(
            `${out.style(`LiteMaaS of the stack ${found.stack}`, "bold")} at ${world.url}: ${count(actions.length, "step")}.`,
        );
        printActions(out, "Steps", actions);
        if (invocation.flag("dry-run")) {
            writeJson(invocation, context, { stack: found.stack, url: world.url, steps: actions });
            return Exit.fine;
        }
        const { done, failed } = await reconcile(desired, { ...world, ...(portal !== undefined && { portal }) }).catch(asRefusal);
        printFailures(out, failed);
        context.err.line(`${count(done.length, "step")} done, ${failed.length} failed.`);
        writeJson(invocation, context, { stack: found.stack, url: world.url, done, failed });
        return failed.length > 0 ? Exit.refused : Exit.fine;
    },
};
