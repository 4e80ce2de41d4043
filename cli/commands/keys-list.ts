import type { Command } from "../command";
import { Exit } from "../exit";
import { explain, explainOption } from "../explain";
import { asks, gatewayAccess, gatewayOptions } from "../maasApi/address";
import { reportTerminal, writeOutput } from "../output";
import { stackArgument } from "../stackArgument";

const statuses = ["active", "expired", "revoked"] as const;

export const command: Command = {
    summary: "List API keys: one's own; for administrators, those of all users",
    description: "Keys are listed without their secrets, which are shown at their creation alone.",
    arguments: [stackArgument],
    options: {
        user: { type: "text", value: "NAME", help: "only keys of this user (default: all that you may see)" },
        status: { type: "choice", choices: [...statuses, "all"], default: "active", help: "only keys of this status" },
        json: { type: "output", value: "FILE", help: "write the keys to a JSON file; - is standard output" },
        ...gatewayOptions,
        ...explainOption,
    },
    async run(invocation, context) {
        if (invocation.flag("explain")) {
            return explain(context, [...gatewayAccess, asks("reads", "search")]);
        }
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
        printKeys(out, "Keys", keys);
        const file = invocation.text("json");
        if (file !== undefined) {
            writeOutput(context, file, `${JSON.stringify({ stack, url, keys }, null, 2)}\n`, "JSON");
        }
        return Exit.fine;
    },
};
