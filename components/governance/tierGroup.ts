/** The Group of a tier, and its members. */
import * as pulumi from "@pulumi/pulumi";

import { Group } from "../../kinds/user.openshift.io";
import { groupOf, isVirtual } from "../../catalogue/tiers";
import type { IdentitySettings, TierSettings } from "../../stacks/schema";
import { memberName, userName } from "../../catalogue/members";
import { hooks } from "../hooks";

/** The owner of the Groups of tiers and of their members; see `identity.groups`. */
export type GroupsMode = IdentitySettings["groups"];

/**
 * The Group of a tier; undefined if others create it, or nobody can. The members of a shared Group are set when the Group is created, and never
 * changed afterwards. Source: docs/sources/maas.md#groups.
 *
 * @param name prefix of the name of the resource
 * @param users of the tier, in the order of the settings
 * @param parent of the resource
 * @param keys whether the release has API keys, which outlive a change of members. Default: true
 */
export function tierGroup(
    name: string,
    tier: TierSettings,
    users: readonly string[],
    mode: GroupsMode,
    parent: pulumi.Resource,
    keys = true,
): InstanceType<typeof Group> | undefined {
    const group = groupOf(tier);
    return group === undefined || mode === "existing" || isVirtual(group)
        ? undefined
        : new Group(
              `${name}-group`,
              { metadata: { name: group }, users: users.map(memberName) },
              mode === "shared"
                  ? { parent, ignoreChanges: ["users"] }
                  : { parent, ...(keys && { hooks: { afterUpdate: hooks(`who has left ${group}`, tellWhoLeft) } }) },
          );
}

/**
 * Users whom a subscription and an authorization policy must name beside the Groups: all of a tier without a Group of its own; else
 * those whose names a Group lists encoded, which the product does not decode, the single users of the tier, and ServiceAccounts,
 * which no Group has. Source: docs/sources/maas.md#groups.
 *
 * @param accounts full names of ServiceAccounts that call models for users of the tier
 */
export function usersBeside(
    tier: TierSettings,
    users: readonly string[],
    accounts: readonly string[] = [],
): { users?: string[] } {
    const bare = groupOf(tier) === undefined;
    const beside = [
        ...new Set([...users.filter((user) => bare || memberName(user) !== user), ...(tier.users ?? []), ...accounts]),
    ];
    return beside.length > 0 ? { users: beside } : {};
}

/**
 * Says whose keys to revoke: a key keeps the groups and the subscription of the moment when it was made, whatever becomes of
 * its owner's Groups. Source: docs/sources/maas.md#groups.
 */
async function tellWhoLeft({ oldInputs, newInputs }: pulumi.ResourceHookArgs): Promise<void> {
    const left = membersThatLeft(oldInputs, newInputs);
    if (left.length > 0) {
        const { name } = (newInputs as { metadata: { name: string } }).metadata;
        await pulumi.log.warn(
            `${left.join(", ")} left ${name}, but their API keys keep its models and limits until they expire (90 days, or tenant.keyDays). Revoke them: ` +
                left
                    .map(
                        (user) =>
                            `curl -X POST https://maas.<apps domain>/maas-api/v1/api-keys/bulk-revoke -H "Authorization: Bearer $(oc whoami -t)" -H 'Content-Type: application/json' -d '${JSON.stringify({ username: user })}'`,
                    )
                    .join("; "),
        );
    }
}

/** Users whom a Group had and no longer has, by the names that they log in with. */
export function membersThatLeft(before: unknown, after: unknown): string[] {
    const users = (inputs: unknown): string[] => (inputs as { users?: string[] } | undefined)?.users ?? [];
    const still = new Set(users(after));
    return users(before)
        .filter((user) => !still.has(user))
        .map(userName);
}
