/** The page on which OpenShift AI itself shows usage. Pure. */
import { recordOf } from "../../catalogue/releases";
import type { Settings } from "../../stacks/schema";
import { flagsOf } from "./dashboardFlags";

/**
 * The address of the page, where the stack shows it; undefined elsewhere.
 *
 * @param domain of the cluster's Routes
 *
 * Source: docs/sources/openshift-ai.md#dashboard.
 */
export function usagePage(
    { release, openshiftAi }: Pick<Settings, "release" | "openshiftAi">,
    domain: string,
): string | undefined {
    const { dashboard } = openshiftAi;
    const shown =
        recordOf(release).governance === "subscriptions" &&
        dashboard !== undefined &&
        flagsOf(release, new Set(), openshiftAi).observabilityDashboard === true;
    return shown ? `https://rh-ai.${domain}/observe-and-monitor/dashboard` : undefined;
}
