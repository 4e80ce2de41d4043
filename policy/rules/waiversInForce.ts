import { stackRule } from "../rule";
import { takeWaived } from "../waived";
import { WAIVERS_IN_FORCE } from "../../catalogue/findings";

/** Lists the findings that a waiver accepts. It must be the last rule of the pack, because it reads the results of the others. */
export const waiversInForce = stackRule(
    {
        name: WAIVERS_IN_FORCE,
        title: "Waived findings are listed with owner, reason and last day",
        why: "A waiver that nobody sees stays after its reason is gone. This rule reports no fault: it lists the waivers that apply.",
        remedy: "Correct the finding and remove the waiver from the configuration before its last day.",
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
