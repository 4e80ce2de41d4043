/** The findings of a policy pack, in the form of a result. */
import { partsOf, WAIVERS_IN_FORCE, waivedPartsOf } from "../catalogue/findings";
import type { Plan, PolicyFinding, PolicyRule, WaivedFinding } from "./result";

/**
 * Separates findings that are accepted in the settings from the others, and adds the setting that caused each.
 *
 * @param rules the rules that were checked, where the engine tells them
 */
export function judgement(
    found: readonly PolicyFinding[],
    rules: readonly PolicyRule[] | undefined,
): Pick<Plan, "policy" | "waived" | "rules"> {
    const policy: PolicyFinding[] = [];
    const waived: WaivedFinding[] = [];
    for (const finding of found) {
        const parts = finding.rule === WAIVERS_IN_FORCE ? waivedPartsOf(finding.message) : undefined;
        if (parts === undefined) {
            policy.push({ ...finding, ...partsOf(finding.message) });
        } else {
            waived.push({ ...(finding.urn !== undefined && { urn: finding.urn }), ...parts });
        }
    }
    return { policy, ...(waived.length > 0 && { waived }), ...(rules !== undefined && { rules }) };
}
