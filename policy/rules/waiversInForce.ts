import { stackRule } from "../rule";
import { takeWaived } from "../waived";
import { WAIVERS_IN_FORCE } from "../../catalogue/findings";

/** What somebody answers for stays in sight. It must be the last rule of the pack: it tells of the others. */
export const waiversInForce = stackRule(
    {
        name: WAIVERS_IN_FORCE,
        title: "Findings that somebody answers for are listed with owner, reason and last day",
        why: "An exception that nobody sees outlives its reason. Nothing is wrong here: this is the list of what was accepted.",
        remedy: "Mend what the waiver is for and remove it from the configuration before its last day.",
        severity: "low",
        source: "policy/waiver.ts",
        levels: { sandbox: "advisory", development: "advisory", production: "advisory" },
    },
    (_stack, report) => {
        for (const { urn, text } of takeWaived()) {
            report(urn, text);
        }
    },
);
