import type { Invocation, OptionSpec } from "../command";
import { limitOf, type TierChange } from "./tiers";

/** Options of a tier's limits. */
export const tierOptions = {
    "display-name": { type: "text", value: "NAME", help: "name in the dashboard" },
    requests: {
        type: "text",
        value: "LIMIT",
        help: "limit of requests of each user and model, such as 20/2m; none takes it away",
    },
    tokens: {
        type: "text",
        value: "LIMIT",
        multiple: true,
        help: "limit of tokens of each user and model, such as 10000/1m; may be given more than once",
    },
} as const satisfies Record<string, OptionSpec>;

/** The change that these options ask for. @throws UsageError for a value that is no limit */
export function tierChange(invocation: Invocation): TierChange {
    const [name, requests, tokens] = [invocation.text("display-name"), invocation.text("requests"), invocation.texts("tokens")];
    return {
        ...(name !== undefined && { displayName: name }),
        ...(requests !== undefined && { requests: requests === "none" ? null : limitOf("--requests", requests) }),
        ...(tokens.length > 0 && { tokens: tokens.map((one) => limitOf("--tokens", one)) }),
    };
}
