/** The actors of a demo: users of the stack, one of each tier, and the model that they call. Pure. */
import { groupOf, modelsOf, subscriptionOf } from "../../catalogue/tiers";
import type { Settings } from "../../stacks/schema";
import { RefusalError } from "../exit";
import { type SmokeModel, smokeTarget } from "../smoke/target";

/** A user and the tier whose limits hold for the user. */
export interface Actor {
    readonly user: string;
    readonly tier: string;
    /** Of the user's keys. */
    readonly subscription: string;
    /** The Group that makes one a user of the tier; absent where the tier has none of its own. */
    readonly group: string | undefined;
    /** Until limits that are used up have begun anew, at most. */
    readonly resetSeconds: number;
}

/** The users of a demo, and the models that they call. */
export interface Cast {
    /** Of the lowest tier: meets the limit, and moves up. */
    readonly first: Actor;
    /** Of higher tiers, one or two. The first one's tier is that to move to. */
    readonly others: readonly Actor[];
    readonly model: SmokeModel;
    /** The user who calls a provider's model; absent where no tier with a user has one. */
    readonly external?: { readonly actor: Actor; readonly model: SmokeModel };
}

/**
 * Casts a stack: the tiers in rising order of entitlement that have a user and share a model.
 *
 * @param url of the gateway
 * @throws RefusalError when there are not two such tiers
 */
export function castOf(stack: string, settings: Settings, url: string): Cast {
    const { models, tiers: limited } = smokeTarget(settings, url, undefined);
    const resetSecondsOf = (tier: string): number =>
        1 +
        Math.max(
            ...limited
                .filter(({ name }) => name === tier)
                .flatMap((one) => [...one.models.values()].flatMap(({ windows }) => windows)),
        );
    const tiers = settings.tiers.filter(({ tenant }) => tenant === undefined);
    const usersOf = (tier: string): string[] =>
        settings.identity.users
            .filter((user) => user.tier === tier || user.tiers?.includes(tier) === true)
            .map(({ name }) => name);
    const played = tiers.flatMap((tier): (Actor & { readonly models: readonly string[] })[] => {
        const [user] = usersOf(tier.name);
        return user === undefined
            ? []
            : [
                  {
                      ...{ user, tier: tier.name, subscription: subscriptionOf(tier), group: groupOf(tier) },
                      ...{ resetSeconds: resetSecondsOf(tier.name), models: modelsOf(tier) },
                  },
              ];
    });
    const own = models.filter(({ external, kind }) => !external && kind === "chat");
    const model = own.find(({ name }) => played.filter((one) => one.models.includes(name)).length >= 2);
    if (model === undefined) {
        throw new RefusalError(
            `Stack ${stack} has no two tiers with a user of identity.users that may call the same model: the demo shows how they differ.`,
        );
    }
    const [first, ...others] = played.filter((one) => one.models.includes(model.name));
    return { first: first!, others: others.slice(0, 2), model, ...externalOf(settings, models, played, resetSecondsOf) };
}

/** The provider's model, and the user whose Groups have it: a subscription may be a second one of another tier's Group. */
function externalOf(
    settings: Settings,
    models: readonly SmokeModel[],
    played: readonly Actor[],
    resetSecondsOf: (tier: string) => number,
): Pick<Cast, "external"> {
    for (const model of models.filter(({ external }) => external)) {
        for (const tier of settings.tiers.filter((one) => one.tenant === undefined && modelsOf(one).includes(model.name))) {
            const groups = [groupOf(tier), ...(tier.groups ?? [])];
            const actor = played.find((one) => one.tier === tier.name || (one.group !== undefined && groups.includes(one.group)));
            if (actor !== undefined) {
                const as = { tier: tier.name, subscription: subscriptionOf(tier), resetSeconds: resetSecondsOf(tier.name) };
                return { external: { actor: { ...actor, ...as }, model } };
            }
        }
    }
    return {};
}
