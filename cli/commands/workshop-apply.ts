import { count } from "../../rehearsal/report/format";
import type { Command } from "../command";
import { Exit } from "../exit";
import { asRefusal, handOutAccess, litemaasOf, proxyAccess, proxyOptions, worldOf } from "../litemaas/stack";
import { catalogOptions } from "../litemaas/catalogOptions";
import { jsonOption, reportTerminal, writeJson } from "../output";
import { stackArgument } from "../stackArgument";

export const command: Command = {
    summary: "Create, extend and withdraw the keys of workshops now",
    description: `Does what the Job in the cluster does, but only for workshops: models do not change. The workshop of --catalog is not in the stack;
its keys expire. Withdraws keys only with --yes: a withdrawn key cannot be restored. The next run continues an interrupted one.
Exit code 0: the keys are as listed; 1: some are not, or --yes is missing; 2: wrong usage.`,
    arguments: [stackArgument],
    options: {
        yes: { type: "flag", help: "withdraw keys as well" },
        ...catalogOptions,
        ...jsonOption("what was done, but no keys,"),
        ...proxyOptions,
    },
    access: [
        ...proxyAccess(),
        { does: "writes", what: "POST /team/*, /key/generate, /key/update, /key/delete of the proxy", rights: "the master key" },
        handOutAccess("writes"),
    ],
    async run(invocation, context) {
        const found = await litemaasOf(invocation, context);
        const { workshopState } = await import("../litemaas/workshops");
        const { actionsOf, plan, reconcile } = await import("../../components/litemaas/sync/reconcile");
        const { keyCounts, printFailures, printWorkshops } = await import("../views/workshops");
        const desired = workshopState(invocation, context, found);
        const world = await worldOf(invocation, context, found, desired.owner);
        const out = reportTerminal(invocation, context);
        const planned = await plan(desired, { ...world, only: "workshops" }).catch(asRefusal);
        const actions = actionsOf(planned);
        const withdrawn = actions.filter(({ verb, what }) => what === "key" && verb === "withdraw").length;
        out.line(`${out.style(`Workshops of the stack ${found.stack}`, "bold")} at ${world.url}: ${keyCounts(actions)}.`);
        printWorkshops(out, planned.state.workshops, actions, invocation.flag("verbose"));
        if (withdrawn > 0 && !invocation.flag("yes")) {
            context.err.always(
                context.err.style(
                    `Nothing was done: --yes is missing. ${count(withdrawn, "key")} would be withdrawn for good.`,
                    "yellow",
                ),
            );
            return Exit.refused;
        }
        let n = 0;
        const { done, failed } = await reconcile(desired, {
            ...world,
            only: "workshops",
            onDone: () => context.err.status([`${(n += 1)} of ${actions.length} steps`]),
        }).catch(asRefusal);
        context.err.status([]);
        printFailures(out, failed);
        context.err.line(`${count(done.length, "step")} done, ${failed.length} failed.`);
        writeJson(invocation, context, { stack: found.stack, url: world.url, done, failed });
        return failed.length > 0 ? Exit.refused : Exit.fine;
    },
};
