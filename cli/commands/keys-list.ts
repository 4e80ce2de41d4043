import type { Command } from "../command";
import { Exit } from "../exit";
import { asks, gatewayAccess, gatewayOptions } from "../maasApi/address";
import { jsonOption, reportTerminal, writeJson } from "../output";
import { stackArgument } from "../stackArgument";

const statuses = ["active", "expired", "revoked"] as const;

export const command: Command = {
    summary: "List your API keys, or as an administrator those of all users",
    description: "Lists keys without their secrets: a secret is shown only when its key is created.",
    arguments: [stackArgument],
    options: {
        user: { type: "text", value: "NAME", help: "only keys of this user (default: all that you may see)" },
        status: { type: "choice", choices: [...statuses, "all"], default: "active", help: "only keys of this status" },
        ...jsonOption("the keys"),
        ...gatewayOptions,
    },
    access: [...gatewayAccess, asks("reads", "search")],
    async run(invocation, context) {
        const { keysOfStack, tellRead } = await import("../keys/stack");
        const { printKeys } = await import("../views/keys");
        const { stack, url, api } = await keysOfStack(invocation, context, "reads");
        const wanted = invocation.text("status");
        const keys = await api.list(
            {
                username: invocation.text("user"),
                status: statuses.filter((status) => wanted === "all" || wanted === status),
            },
            tellRead(context),
        );
        context.err.status([]);
        const out = reportTerminal(invocation, context);
        out.line(`${out.style(`API keys of the stack ${stack}`, "bold")} at ${url}.`);
        printKeys(out, "Keys", keys, wanted === "all" ? "No keys." : `No ${wanted} keys.`);
        writeJson(invocation, context, { stack, url, keys });
        return Exit.fine;
    },
};
