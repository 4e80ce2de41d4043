/** How much of each log is read: the options of `maas must-gather`. */
import type { Invocation, OptionSpec } from "../command";
import { UsageError } from "../exit";
import type { LogBounds } from "./logs";

const SINCE = "24h";
const LINES = 10_000;

export const logOptions = {
    since: {
        type: "text",
        value: "TIME",
        help: `logs of the last 30m, 24h or 7d (default ${SINCE}); of a container before its restart, whenever that was`,
    },
    lines: { type: "text", value: "N", help: `the last lines of each container (default ${LINES}), and at most 2 MiB of them` },
    "no-logs": { type: "flag", help: "no logs" },
} as const satisfies Record<string, OptionSpec>;

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Undefined with --no-logs. @throws UsageError for what is no time or no number */
export function logBounds(invocation: Invocation): LogBounds | undefined {
    const excluded = (["since", "lines"] as const).find((option) => invocation.given(option));
    if (invocation.flag("no-logs")) {
        if (excluded !== undefined) {
            throw new UsageError(`--no-logs and --${excluded} exclude each other.`);
        }
        return undefined;
    }
    const since = invocation.text("since") ?? SINCE;
    const [, number = "0", unit = ""] = /^(\d{1,6})([smhd])$/.exec(since) ?? [];
    if (Number(number) === 0) {
        throw new UsageError(`--since is ${JSON.stringify(since)}; expected a time such as 30m, 24h or 7d.`);
    }
    const lines = invocation.text("lines") ?? String(LINES);
    if (!/^[1-9]\d{0,6}$/.test(lines)) {
        throw new UsageError(`--lines is ${JSON.stringify(lines)}; expected a number of lines, from 1 to 9999999.`);
    }
    return { sinceSeconds: Number(number) * UNITS[unit]!, lines: Number(lines) };
}
