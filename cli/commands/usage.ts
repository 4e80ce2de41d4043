import type { Command } from "../command";
import { Exit, RefusalError, UsageError } from "../exit";
import { tellWaits } from "../http/tellWaits";
import { checkDistinct, jsonOption, reportTerminal, writeOutput } from "../output";
import { projectOption, stackArgument } from "../stackArgument";
import { settingsOfStack } from "../stackSettings";
import type { Grouping } from "../usage/usage";
import { bearers } from "../usage/bearers";

const DEFAULT_URL = "http://127.0.0.1:8080";
const FORWARD = "oc port-forward -n kuadrant-system service/limitador-limitador 8080";

const usageFields = [
    "user",
    "workspace",
    "model",
    "tier",
    "subscription",
    "counts",
    "used",
    "max",
    "remaining",
    "windowSeconds",
    "resetsInSeconds",
];
const sumFields = ["name", "counts", "used", "counters", "usedUp", "nextResetInSeconds"];

export const command: Command = {
    summary: "Show what is left of request and token limits, or the usage and cost of past days",
    description: `Reads the counters of the current windows from Limitador, which is reachable only inside the cluster. Forward its port first:
${FORWARD}
Each replica of Limitador has its own counters, unless they are in Redis. A user without requests in a window has no counter.

With --since, reads the usage of whole days (UTC) from the cluster's Prometheus instead, exact to the token, with its charge by the prices of
the stack (observability.prices) and the cost of the GPU nodes. Days before observability.metrics.retentionDays are not available.`,
    arguments: [stackArgument],
    options: {
        by: {
            type: "choice",
            choices: ["counter", ...Object.keys(bearers)],
            default: "counter",
            help: "sum by user, model, tier, subscription, group of a tier or cost centre; with --since, default subscription",
        },
        since: { type: "text", value: "DAY", help: "report from this day on, such as 2026-06-01" },
        until: { type: "text", value: "DAY", help: "report up to this day, without it (default: with today)" },
        focus: {
            type: "output",
            value: "FILE",
            help: "write the report as CSV in the columns of FOCUS 1.2; - is standard output",
        },
        prometheus: { type: "text", value: "URL", help: "address of Prometheus (default: Thanos Querier of the cluster)" },
        ca: {
            type: "file",
            value: "FILE",
            help: "PEM file of authorities to trust for Prometheus, in addition to the default ones",
        },
        limitador: { type: "text", value: "URL", help: `address of Limitador (default: ${DEFAULT_URL})` },
        csv: { type: "output", value: "FILE", help: "write the table as CSV; - is standard output" },
        ...jsonOption("the usage"),
        ...projectOption,
    },
    access: [
        { does: "reads", what: "the stack file", rights: "the file" },
        {
            does: "reads",
            what: "GET /limits and /counters of Limitador, for the HTTPRoute of each model",
            rights: "port-forward to Service limitador-limitador in kuadrant-system: create pods/portforward there",
            when: "without --since",
        },
        {
            does: "reads",
            what: "POST /api/v1/query_range of Thanos Querier",
            rights: "ClusterRole cluster-monitoring-view, with the token of the kubeconfig or of MAAS_TOKEN",
            when: "--since",
        },
    ],
    async run(invocation, context) {
        checkDistinct(invocation, context, ["json", "csv", "focus"]);
        if (invocation.given("since")) {
            const { report } = await import("../usage/report");
            const { printReport } = await import("../views/report");
            return report(invocation, context, printReport);
        }
        const alone = ["until", "focus", "prometheus", "ca"].find((option) => invocation.given(option));
        const grouping = invocation.text("by")!;
        if (alone !== undefined || grouping === "cost-centre" || grouping === "group") {
            throw new UsageError(`--${alone ?? `by ${grouping}`} needs --since: counters cover only the current windows.`);
        }
        const url = (invocation.text("limitador") ?? DEFAULT_URL).replace(/\/+$/, "");
        if (!URL.canParse(url) || !/^https?:/.test(url)) {
            throw new UsageError(`--limitador is ${JSON.stringify(url)}; expected an address such as ${DEFAULT_URL}.`);
        }
        const { stack, settings } = await settingsOfStack(invocation, context);
        const { readUsage } = await import("../usage/read");
        const { summed } = await import("../usage/usage");
        const { csv } = await import("../usage/csv");
        const { printSums, printUsage } = await import("../views/usage");
        const usage = await readUsage(settings, {
            url,
            signal: context.signal,
            // The port is forwarded on this machine: waiting does not help.
            firstWait: 0.2,
            onWait: tellWaits(context.err),
        }).catch((error: Error) => {
            throw error.name === "HttpError" ? new RefusalError(`${error.message}. Forward its port: ${FORWARD}`) : error;
        });
        const by = grouping as Grouping | "counter";
        const out = reportTerminal(invocation, context);
        out.line(`${out.style(`Usage of the stack ${stack}`, "bold")}, by the counters of ${url}.`);
        const sums = by === "counter" ? undefined : summed(usage, by);
        if (by === "counter" || sums === undefined) {
            printUsage(out, usage);
        } else {
            printSums(out, sums, by);
        }
        const files = {
            json: () => `${JSON.stringify({ stack, by, usage: sums ?? usage }, null, 2)}\n`,
            csv: () => (sums === undefined ? csv(usageFields, usage) : csv(sumFields, sums)),
        };
        for (const [option, content] of Object.entries(files)) {
            const file = invocation.text(option);
            if (file !== undefined) {
                writeOutput(context, file, content(), option.toUpperCase());
            }
        }
        return Exit.fine;
    },
};
