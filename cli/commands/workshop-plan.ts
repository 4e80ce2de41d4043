import type { Command } from "../command";
import { Exit } from "../exit";
import { asRefusal, litemaasOf, proxyAccess, proxyOptions, worldOf } from "../litemaas/stack";
import { catalogOptions } from "../litemaas/catalogOptions";
import { jsonOption, reportTerminal, writeJson } from "../output";
import { stackArgument } from "../stackArgument";

const LIVE = "--live or --url";

export const command: Command = {
    summary: "Show which keys of workshops would be created, extended and withdrawn",
    description: `Without --live and --url, asks no proxy and plans to create all keys. With them, compares the keys of the proxy
with the list, as maas workshop apply and the Job in the cluster do. Changes nothing. --verbose lists each participant.`,
    arguments: [stackArgument],
    options: {
        live: { type: "flag", help: "ask the proxy of the stack's cluster" },
        ...catalogOptions,
        ...jsonOption("the steps"),
        ...proxyOptions,
    },
    access: [...proxyAccess(LIVE)],
    async run(invocation, context) {
        const found = await litemaasOf(invocation, context);
        const { workshopState } = await import("../litemaas/workshops");
        const { actionsOf, plan } = await import("../../components/litemaas/sync/reconcile");
        const { keyCounts, printWorkshops } = await import("../views/workshops");
        const desired = workshopState(invocation, context, found);
        const live = invocation.flag("live") || invocation.given("url");
        const world = live ? await worldOf(invocation, context, found, desired.owner) : undefined;
        const planned = await plan(desired, { ...world, only: "workshops" }).catch(asRefusal);
        const actions = actionsOf(planned);
        const out = reportTerminal(invocation, context);
        out.line(
            `${out.style(`Workshops of the stack ${found.stack}`, "bold")}: ${keyCounts(actions)}${world === undefined ? " (not compared with a proxy; --live compares)" : `, at ${world.url}`}.`,
        );
        printWorkshops(out, planned.state.workshops, actions, invocation.flag("verbose"));
        writeJson(invocation, context, { stack: found.stack, url: world?.url ?? null, steps: actions });
        return Exit.fine;
    },
};
