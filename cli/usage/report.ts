/** `maas usage --since`: what was used on whole days, and what it brings and costs. */
import { identityOwners } from "../../catalogue/workspaces/owners";
import { groupNames, subscriptionOf } from "../../catalogue/tiers";
import type { Context, Invocation } from "../command";
import { Exit, UsageError } from "../exit";
import { reportTerminal, writeOutput } from "../output";
import { settingsOfStack } from "../stackSettings";
import type { Terminal } from "../terminal";
import { csv } from "./csv";
import { FOCUS_COLUMNS, focusRow } from "./focus";
import { isoTime, periodOf } from "./period";
import { prometheusAccess } from "./prometheusAccess";
import type { Bearer } from "./bearers";
import { type PrintedReport, readReport, summedBy, totalOf } from "./recorded";

const sumFields = ["name", "tokens", "charge", "unpriced"];

/** Prints and writes a report. @param print what people read @throws UsageError, RefusalError, HttpError, KubeError */
export async function report(
    invocation: Invocation,
    context: Context,
    print: (out: Terminal, report: PrintedReport) => void,
): Promise<number> {
    if (invocation.given("limitador")) {
        throw new UsageError("--limitador and --since exclude each other: past days are in Prometheus.");
    }
    const period = periodOf(invocation.text("since")!, invocation.text("until"), Date.now());
    const { stack, settings } = await settingsOfStack(invocation, context);
    const grouping = invocation.text("by");
    const by = (grouping === "counter" ? "subscription" : grouping) as Bearer;
    const at = await prometheusAccess(invocation, context, settings);
    const { use, nodes, currency } = await readReport(
        at,
        period,
        identityOwners(settings),
        new Map(settings.tiers.map((tier) => [subscriptionOf(tier), { tier: tier.name, group: groupNames(tier) }])),
    );
    const sums = summedBy(use, by);
    const total = totalOf(use);
    const days = { since: isoTime(period.start), until: isoTime(period.end) };
    const out = reportTerminal(invocation, context);
    out.line(
        `${out.style(`Usage of the stack ${stack}`, "bold")} from ${days.since} to ${days.until}, by the series of ${at.url}.`,
    );
    print(out, { by, sums, total, nodes, currency });
    const provider = {
        stack,
        region: settings.cluster.region,
        currency: currency ?? settings.observability?.prices.currency ?? "USD",
    };
    const files = {
        json: () => `${JSON.stringify({ stack, ...days, by, currency, usage: sums, total, nodes }, null, 2)}\n`,
        csv: () => csv(sumFields, sums),
        focus: () =>
            csv(
                FOCUS_COLUMNS,
                use.map((one) => focusRow(one, provider)),
            ),
    };
    for (const [option, content] of Object.entries(files)) {
        const file = invocation.text(option);
        if (file !== undefined) {
            writeOutput(context, file, content(), option.toUpperCase());
        }
    }
    return Exit.fine;
}
