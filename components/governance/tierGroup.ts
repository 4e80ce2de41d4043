/** The Group of a tier, and who is in it. */
import type * as pulumi from "@pulumi/pulumi";

import { Group } from "../../kinds/user.openshift.io";
import { groupOf } from "../../catalogue/tiers";
import type { IdentitySettings, TierSettings } from "../../stacks/schema";
import { memberName } from "../../catalogue/members";

/** Who makes the Groups of tiers, and who looks after their members; see `identity.groups`. */
export type GroupsMode = IdentitySettings["groups"];

/**
 * The Group of a tier; undefined where others make it. Of a Group that is shared the members are stated once, when it is
 * made, and never touched again. Source: docs/sources/maas.md#groups.
 *
 * @param users of the tier, in the order of the settings
 */
export function tierGroup(
    name: string,
    tier: TierSettings,
    users: readonly string[],
    mode: GroupsMode,
    parent: pulumi.Resource,
): InstanceType<typeof Group> | undefined {
    return mode === "existing"
        ? undefined
        : new Group(
              `${name}-group`,
              { metadata: { name: groupOf(tier) }, users: users.map(memberName) },
              { parent, ...(mode === "shared" && { ignoreChanges: ["users"] }) },
          );
}

/**
 * Users whom a subscription and an authorization policy must name beside the Group: of an encoded member the product does not
 * know the name. Source: docs/sources/maas.md#groups.
 */
export function usersBeside(users: readonly string[]): { users?: string[] } {
    const encoded = users.filter((user) => memberName(user) !== user);
    return encoded.length > 0 ? { users: encoded } : {};
}
