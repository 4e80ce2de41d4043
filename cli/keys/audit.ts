/** The keys that no longer fit the tier of their user. Pure. */
import { memberName } from "../../catalogue/members";
import { groupOf, groupsOf, isVirtual, subscriptionOf } from "../../catalogue/tiers";
import { workspaceIdentity } from "../../catalogue/workspaces/names";
import { workspaceUsers } from "../../catalogue/workspaces/users";
import type { Settings } from "../../stacks/schema";
import type { ApiKey } from "../maasApi/client";

/** State of the cluster. */
export interface Live {
    /** Members of each Group that exists. */
    readonly groups: ReadonlyMap<string, readonly string[]>;
    /** Names of the MaaSSubscriptions. */
    readonly subscriptions: ReadonlySet<string>;
}

/** A key and what is thought of it. */
export interface Judged {
    readonly key: ApiKey;
    /** The owner: of a workspace's ServiceAccount, the user of the workspace. */
    readonly user: string;
    readonly verdict: "fits" | "does not fit" | "not judged";
    /** Why, unless it fits. */
    readonly why: string;
}

type Opinion = Omit<Judged, "key" | "user">;

const fits: Opinion = { verdict: "fits", why: "" };
const unfit = (why: string): Opinion => ({ verdict: "does not fit", why });
const unknown = (why: string): Opinion => ({ verdict: "not judged", why });

/** The name of a subscription, which the API takes with and without its namespace. */
export function subscriptionName(key: Pick<ApiKey, "subscription">): string {
    return key.subscription.slice(key.subscription.lastIndexOf("/") + 1);
}

/**
 * Compares the owner of each key with the members of the tier that the key was created for. A key keeps the groups and the
 * subscription of its creation, so nothing else notices that its owner has moved.
 *
 * @param live absent: judged by the stack's settings alone
 */
export function audit(keys: readonly ApiKey[], settings: Settings, live: Live | undefined): Judged[] {
    const { identity } = settings;
    const owners = new Map(identity.users.map((user) => [workspaceIdentity(user.name), user.name]));
    const workspaces = new Map(workspaceUsers(settings).map(({ name, tier }) => [name, tier]));
    type Tier = Settings["tiers"][number];
    const inSettings = (user: string, tier: Tier): boolean =>
        identity.users.some(({ name, tier: own }) => name === user && own === tier.name);
    /** Whether a user belongs to a tier; undefined: nobody here knows the members of one of its Groups. */
    const belongs = (user: string, tier: Tier): boolean | undefined => {
        const groups = groupsOf(tier);
        const members = groups.map((group) => live?.groups.get(group));
        // The subscription names those that no Group of the tier's own can.
        const own = groupOf(tier);
        const bySettings = own === undefined || live?.groups.get(own) === undefined || user.includes(":");
        return (
            groups.includes("system:authenticated") ||
            tier.users?.includes(user) === true ||
            members.some((known) => known?.includes(memberName(user))) ||
            (bySettings && inSettings(user, tier)) ||
            (groups.some((group, i) => members[i] === undefined && !isVirtual(group) && othersFill(tier, group))
                ? undefined
                : false)
        );
    };
    /** Whether the members of a Group are others' affair, so that the settings do not have them. */
    const othersFill = (tier: Tier, group: string): boolean =>
        tier.groups?.includes(group) === true ||
        (live === undefined ? identity.groups !== "made" : identity.groups === "existing");
    const ofAccount = (key: ApiKey, user: string, tier: Tier): Opinion => {
        const namespace = key.username.split(":")[2]!;
        const virtual = ["system:authenticated", "system:serviceaccounts", `system:serviceaccounts:${namespace}`];
        if (tier.users?.includes(key.username) === true || groupsOf(tier).some((group) => virtual.includes(group))) {
            return fits;
        }
        if (!owners.has(key.username)) {
            return namespace.startsWith("wksp-")
                ? unfit("no user of the stack has this workspace")
                : unknown("a ServiceAccount that the stack does not know");
        }
        const own = workspaces.get(user);
        return own === tier.name
            ? fits
            : unfit(own === undefined ? `${user} has no workspace` : `the workspace of ${user} is of tier ${own}`);
    };
    const judge = (key: ApiKey, user: string): Opinion => {
        const name = subscriptionName(key);
        const tier = settings.tiers.find((one) => subscriptionOf(one) === name);
        if (tier === undefined) {
            return live === undefined || live.subscriptions.has(name)
                ? unknown(`subscription ${name} is no tier of this stack`)
                : unfit(`subscription ${name} no longer exists`);
        }
        if (key.username.startsWith("system:serviceaccount:")) {
            return ofAccount(key, user, tier);
        }
        const belonging = belongs(user, tier);
        if (belonging === undefined) {
            return unknown(
                `the members of ${groupsOf(tier).join(", ")} are not in the settings${live === undefined ? ", and the cluster was not read" : " or on the cluster: a provider's claims decide"}`,
            );
        }
        const tiers = settings.tiers.filter((one) => belongs(user, one) === true).map((one) => one.name);
        return belonging ? fits : unfit(tiers.length === 0 ? `${user} is in no tier` : `${user} is in tier ${tiers.join(", ")}`);
    };
    return keys.map((key) => {
        const user = owners.get(key.username) ?? key.username;
        return { key, user, ...judge(key, user) };
    });
}
