import type * as pulumi from "@pulumi/pulumi";

import type { Settings } from "../../stacks/schema";
import { MAAS_GATEWAY } from "../gateway/maasGateway";
import { tierRequestLimits } from "../governance/tierLimits";
import { TierGroup, TierScheme } from "../governance/tierScheme";
import { RequestLimits } from "../governance/tiers";
import { APPLICATIONS_NAMESPACE } from "../../catalogue/openshiftai/names";
import { type OpenShiftAi } from "../openshiftai/openShiftAi";

/** Who may call which model on release 3.3: a mapping of groups to tiers, and limits by tier. Models open themselves to tiers. */
export function governByTiers(
    parent: pulumi.ComponentResource,
    { tiers, identity }: Settings,
    openShiftAi: OpenShiftAi,
): pulumi.Resource[] {
    const after = (...dependsOn: pulumi.Resource[]): pulumi.ComponentResourceOptions => ({ parent, dependsOn });
    const gateway = { ...MAAS_GATEWAY };
    for (const tier of tiers) {
        const users = identity.users.filter((user) => user.tier === tier.name).map((user) => user.name);
        new TierGroup(`tier-${tier.name}`, { tier, users, groups: identity.groups }, after());
    }
    const limits = tierRequestLimits(tiers);
    return [
        // A policy without a limit would be refused.
        ...(Object.keys(limits).length > 0 ? [new RequestLimits("request-limits", { limits, gateway }, after(openShiftAi))] : []),
        new TierScheme("tier-scheme", { tiers, applicationsNamespace: APPLICATIONS_NAMESPACE, gateway }, after(openShiftAi)),
    ];
}
