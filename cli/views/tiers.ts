import type { TierRow } from "../edit/tierRows";
import type { Limit } from "../edit/tiers";
import type { Terminal } from "../terminal";
import { block, rows } from "./common";

/** `20/2m, 1000/24h`: as the command line takes them. */
const limits = (all: readonly Limit[]): string => all.map(({ limit, window }) => `${limit}/${window}`).join(", ") || "none";

/** Prints the tiers, a line for each model. */
export function printTiers(out: Terminal, stack: string, tiers: readonly TierRow[]): void {
    out.line(`${out.style(`Tiers of the stack ${stack}`, "bold")}, in rising order of entitlement.`);
    const names = new Set(tiers.map(({ tier }) => tier));
    block(
        out,
        `Tiers: ${names.size}`,
        rows(
            out,
            [
                { title: "Tier" },
                { title: "Users", align: "right" },
                { title: "Subscription" },
                { title: "Model", wraps: true },
                { title: "Requests" },
                { title: "Tokens", wraps: true },
            ],
            tiers.map((row, i) => {
                const first = tiers[i - 1]?.tier !== row.tier;
                return [
                    ...(first ? [row.tier, String(row.users), row.subscription] : ["", "", ""]),
                    row.model,
                    limits(row.requests),
                    limits(row.tokens),
                ];
            }),
        ),
    );
}
