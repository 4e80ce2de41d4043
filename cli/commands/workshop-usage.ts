import type { Command } from "../command";
import { Exit } from "../exit";
import { asRefusal, litemaasOf, proxyAccess, proxyOptions, worldOf } from "../litemaas/stack";
import { checkDistinct, jsonOption, reportTerminal, writeJson, writeOutput } from "../output";
import { stackArgument } from "../stackArgument";

const DAYS = 30;
const FIELDS = ["workshop", "name", "requests", "failed", "inputTokens", "outputTokens", "spend"];

export const command: Command = {
    summary: "Show what the participants of workshops have used: requests, tokens and money",
    description: `Reads what the proxy has summed up by day (UTC), by its own prices of the models. Keys that have ended count as well, as long as their
workshop is listed. The money that is left is that of the whole workshop (totalBudget).`,
    arguments: [
        stackArgument,
        { name: "workshop", optional: true, help: "name of a workshop, or virtkey-<guid> of a catalog item (default: all)" },
    ],
    options: {
        by: {
            type: "choice",
            choices: ["participant", "model"],
            default: "participant",
            help: "whose usage is listed for one workshop",
        },
        since: { type: "text", value: "DAY", help: `report from this day on, such as 2026-06-01 (default: ${DAYS} days ago)` },
        until: { type: "text", value: "DAY", help: "report up to this day, without it (default: with today)" },
        csv: {
            type: "output",
            value: "FILE",
            help: "write the usage of all participants, or by model, as CSV; - is standard output",
        },
        ...jsonOption("the usage"),
        ...proxyOptions,
    },
    access: [
        ...proxyAccess().filter(({ what }) => !/Secrets workshop|model/.test(what)),
        { does: "reads", what: "GET /v2/team/list and /team/daily/activity of the proxy", rights: "the master key" },
    ],
    async run(invocation, context) {
        checkDistinct(invocation, context, ["json", "csv"]);
        const { isoTime, periodOf } = await import("../usage/period");
        const now = Date.now();
        const since = invocation.text("since") ?? isoTime(now / 1000 - DAYS * 86_400).slice(0, 10);
        const { start, end } = periodOf(since, invocation.text("until"), now);
        const found = await litemaasOf(invocation, context);
        const { OWNER } = await import("../litemaas/workshops");
        const { readWorkshopUsage } = await import("../litemaas/usage");
        const { printWorkshopUsage } = await import("../views/workshopUsage");
        const { csv } = await import("../usage/csv");
        const world = await worldOf(invocation, context, found, OWNER);
        const days = { first: isoTime(start).slice(0, 10), last: isoTime(end - 1).slice(0, 10) };
        const name = invocation.arguments[1];
        const usage = await readWorkshopUsage(world.proxy, OWNER, name, days).catch(asRefusal);
        const by = invocation.text("by") as "participant" | "model";
        const out = reportTerminal(invocation, context);
        out.line(`${out.style(`Workshops of the stack ${found.stack}`, "bold")} at ${world.url}, ${days.first} to ${days.last}.`);
        const listed = new Map(
            found.litemaas.workshops.map(({ name: one, participants: p }) => [one, typeof p === "number" ? p : p.length]),
        );
        printWorkshopUsage(out, usage, listed, name === undefined ? undefined : by);
        writeJson(invocation, context, { stack: found.stack, url: world.url, ...days, workshops: usage });
        const file = invocation.text("csv");
        if (file !== undefined) {
            const rows = usage.flatMap((one) => (by === "model" ? one.models : one.participants));
            writeOutput(context, file, csv(FIELDS, rows), "CSV");
        }
        return Exit.fine;
    },
};
