/** The Group of a tier, and its members. */
import type * as pulumi from "@pulumi/pulumi";

import { Group } from "../../kinds/user.openshift.io";
import { groupOf, isVirtual } from "../../catalogue/tiers";
import type { IdentitySettings, TierSettings } from "../../stacks/schema";
import { memberName } from "../../catalogue/members";

/** Who creates the Groups of tiers, and who maintains their members; see `identity.groups`. */
export type GroupsMode = IdentitySettings["groups"];

/**
 * The Group of a tier; undefined if others create it, or nobody can. The members of a shared Group are set when the Group is created, and never
 * changed afterwards. Source: docs/sources/maas.md#groups.
 *
 * @param name prefix of the name of the resource
 * @param users of the tier, in the order of the settings
 * @param parent of the resource
 */
export function tierGroup(
    name: string,
    tier: TierSettings,
    users: readonly string[],
    mode: GroupsMode,
    parent: pulumi.Resource,
): InstanceType<typeof Group> | undefined {
    return mode === "existing" || isVirtual(groupOf(tier))
        ? undefined
        : new Group(
              `${name}-group`,
              { metadata: { name: groupOf(tier) }, users: users.map(memberName) },
              { parent, ...(mode === "shared" && { ignoreChanges: ["users"] }) },
          );
}

/**
 * Users whom a subscription and an authorization policy must name beside the Group: the product does not decode the names of
 * members that are encoded. Source: docs/sources/maas.md#groups.
 */
export function usersBeside(users: readonly string[]): { users?: string[] } {
    const encoded = users.filter((user) => memberName(user) !== user);
    return encoded.length > 0 ? { users: encoded } : {};
}
