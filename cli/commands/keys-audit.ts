import type { Command } from "../command";
import { Exit } from "../exit";
import { liveAccess } from "../keys/live";
import { asks, gatewayAccess, gatewayOptions } from "../maasApi/address";
import { jsonOption, reportTerminal, writeJson } from "../output";
import { stackArgument } from "../stackArgument";

export const command: Command = {
    summary: "Find API keys whose owners no longer belong to the tier of the key",
    description: `A key keeps the subscription and the groups of its creation: a user who moves to another tier keeps the old limits until the key is
revoked. Compares the owner of each active key with the Groups on the cluster, and keys of workspaces with the tier of their user.
If the cluster cannot be read, compares them with the stack's settings. An administrator sees the keys of all users.
Exit code 0: all keys fit; 1: at least one does not; 2: wrong usage.`,
    arguments: [stackArgument],
    options: {
        ...jsonOption("the findings"),
        ...gatewayOptions,
    },
    access: [...gatewayAccess, asks("reads", "search"), ...liveAccess],
    async run(invocation, context) {
        const { keysOfStack } = await import("../keys/stack");
        const { auditKeys } = await import("../keys/auditKeys");
        const { printAudit } = await import("../views/keys");
        const found = await keysOfStack(invocation, context, "reads");
        const judged = await auditKeys(found, invocation, context);
        printAudit(reportTerminal(invocation, context), judged, found.stack, invocation.flag("verbose"));
        writeJson(invocation, context, { stack: found.stack, url: found.url, keys: judged });
        return judged.some(({ verdict }) => verdict === "does not fit") ? Exit.refused : Exit.fine;
    },
};
