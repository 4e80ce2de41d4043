/** The keys that a change of the settings leaves behind: a key keeps the groups and the subscription of its creation. Pure. */
import { recordOf } from "../../catalogue/releases";
import { subscriptionOf } from "../../catalogue/tiers";
import type { Settings } from "../../stacks/schema";

/** Keys to revoke once `pulumi up` has brought the change to the cluster. */
export interface KeysLeft {
    /** Whose; absent: everybody's. */
    readonly user?: string;
    /** Of which tier, by its subscription; absent: all. */
    readonly subscription?: string;
    readonly why: string;
    /** Revokes them. */
    readonly command: string;
}

/** @param stack for the commands */
export function keysLeft(stack: string, before: Settings, after: Settings): KeysLeft[] {
    if (recordOf(before.release).governance === "tiers") {
        return []; // Tokens of the release are neither listed nor revoked; they end within hours.
    }
    const tell = (keys: Omit<KeysLeft, "command">): KeysLeft => ({
        ...keys,
        command: [
            `maas keys revoke ${stack}`,
            ...(keys.user === undefined ? [] : [`--user ${keys.user}`]),
            ...(keys.subscription === undefined ? [] : [`--subscription ${keys.subscription}`]),
            "--yes",
        ].join(" "),
    });
    const gone = before.tiers.map(subscriptionOf).filter((one) => !after.tiers.some((tier) => subscriptionOf(tier) === one));
    const left = before.identity.users.flatMap(({ name }) => {
        const now = subscriptionsOf(after, name);
        const lost = subscriptionsOf(before, name).filter((one) => !now.includes(one) && !gone.includes(one));
        return now.length === 0 && lost.length > 0
            ? [tell({ user: name, why: `${name} is in no tier any more` })]
            : lost.map((subscription) => tell({ user: name, subscription, why: `${name} has left tier ${subscription}` }));
    });
    return [...gone.map((one) => tell({ subscription: one, why: `subscription ${one} is deleted` })), ...left];
}

/** The subscriptions of the tiers of a user. */
function subscriptionsOf({ identity, tiers }: Settings, user: string): string[] {
    const named = identity.users.filter(({ name }) => name === user).flatMap((one) => [one.tier, ...(one.tiers ?? [])]);
    return tiers.filter((tier) => named.includes(tier.name) || tier.users?.includes(user) === true).map(subscriptionOf);
}
