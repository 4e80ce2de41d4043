/** Whose keys no longer fit their tier. Pure. */
import { memberName } from "../../catalogue/members";
import { groupOf } from "../../catalogue/tiers";
import { workspaceIdentity } from "../../catalogue/workspaces/names";
import { workspaceUsers } from "../../catalogue/workspaces/users";
import type { Settings } from "../../stacks/schema";
import type { ApiKey } from "../maasApi/client";

/** What the cluster says. */
export interface Live {
    /** Members of each Group that exists. */
    readonly groups: ReadonlyMap<string, readonly string[]>;
    /** Names of the MaaSSubscriptions. */
    readonly subscriptions: ReadonlySet<string>;
}

/** A key and what is thought of it. */
export interface Judged {
    readonly key: ApiKey;
    /** Whose it is: of a workspace's ServiceAccount, the user of the workspace. */
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
    const belongs = (user: string, tier: Settings["tiers"][number]): boolean => {
        const group = groupOf(tier);
        const members = live?.groups.get(group);
        // A Group cannot name a user with a colon as it is: the subscription names that one by itself.
        const bySettings = members === undefined || user.includes(":");
        return (
            group === "system:authenticated" ||
            members?.includes(memberName(user)) === true ||
            (bySettings && identity.users.some(({ name, tier: own }) => name === user && own === tier.name))
        );
    };
    const tiersOf = (user: string): string[] => settings.tiers.filter((tier) => belongs(user, tier)).map(({ name }) => name);
    const judge = (key: ApiKey, user: string): Opinion => {
        const name = subscriptionName(key);
        const tier = settings.tiers.find((one) => one.name === name);
        if (tier === undefined) {
            return live === undefined || live.subscriptions.has(name)
                ? unknown(`subscription ${name} is no tier of this stack`)
                : unfit(`subscription ${name} no longer exists`);
        }
        const group = groupOf(tier);
        if (key.username.startsWith("system:serviceaccount:")) {
            const namespace = key.username.split(":")[2]!;
            if (
                group === "system:authenticated" ||
                [`system:serviceaccounts:${namespace}`, "system:serviceaccounts"].includes(group)
            ) {
                return fits;
            }
            if (!owners.has(key.username)) {
                return namespace.startsWith("wksp-")
                    ? unfit("no user of the stack has this workspace")
                    : unknown("a ServiceAccount that the stack does not know");
            }
            const own = workspaces.get(user);
            return own === name
                ? fits
                : unfit(own === undefined ? `${user} has no workspace` : `the workspace of ${user} is of tier ${own}`);
        }
        if (live === undefined && identity.groups !== "made") {
            return unknown(`members of Group ${group} are not in the settings, and the cluster was not read`);
        }
        if (live !== undefined && !live.groups.has(group) && group !== "system:authenticated" && identity.groups === "existing") {
            return unknown(`there is no Group ${group} on the cluster: a provider's claims decide`);
        }
        const tiers = tiersOf(user);
        return tiers.includes(name)
            ? fits
            : unfit(tiers.length === 0 ? `${user} is in no tier` : `${user} is in tier ${tiers.join(", ")}`);
    };
    return keys.map((key) => {
        const user = owners.get(key.username) ?? key.username;
        return { key, user, ...judge(key, user) };
    });
}
