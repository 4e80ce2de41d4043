import type { SmokeResult } from "./run";

/** The place of a check: `premium, gpt-oss-20b`. */
export function placeOf({ tier, model }: Pick<SmokeResult, "tier" | "model">): string {
    return [tier, model].filter((part) => part !== undefined).join(", ");
}
