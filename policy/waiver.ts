/** Waivers: findings that somebody accepts until a given day. */
import type { PolicyConfigSchema } from "@pulumi/policy";

import type { Subject } from "./subject";

/** An exception from a rule. */
export interface Waiver {
    /** Name of the resource in the program, or a pattern with `*`. */
    readonly resource: string;
    /** The person or team that is responsible for it. */
    readonly owner: string;
    readonly reason: string;
    /** The last day on which the waiver applies: 2026-12-31. */
    readonly until: string;
}

/** The schema of `waivers` in the configuration of each rule. */
export const waiversSchema: PolicyConfigSchema["properties"][string] = {
    type: "array",
    default: [],
    description: "Findings that are accepted: resource (a name, with * for any), owner, reason, and the last day (until).",
    items: {
        type: "object",
        properties: {
            resource: { type: "string", minLength: 1 },
            owner: { type: "string", minLength: 1 },
            reason: { type: "string", minLength: 1 },
            until: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$" },
        },
        required: ["resource", "owner", "reason", "until"],
        additionalProperties: false,
    },
};

/**
 * Returns the waiver that applies to a finding. An expired waiver does not apply; the note names it.
 *
 * @param today as 2026-11-21. Default: SOURCE_DATE_EPOCH, or today
 */
export function waiverFor(
    waivers: readonly Waiver[],
    subject: Subject | undefined,
    today: string = dayOf(process.env["SOURCE_DATE_EPOCH"]),
): { readonly waiver: Waiver | undefined; readonly note: string } {
    const ours = waivers.filter((w) => matches(w.resource, subject?.name ?? "stack"));
    const valid = ours.find((w) => w.until >= today);
    if (valid !== undefined) {
        return { waiver: valid, note: "" };
    }
    const expired = ours[0];
    return {
        waiver: undefined,
        note: expired === undefined ? "" : ` (the waiver of ${expired.owner} has expired on ${expired.until})`,
    };
}

function matches(pattern: string, name: string): boolean {
    const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`).test(name);
}

function dayOf(epoch: string | undefined): string {
    return new Date(epoch === undefined || epoch === "" ? Date.now() : Number(epoch) * 1000).toISOString().slice(0, 10);
}
