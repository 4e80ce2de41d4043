/** The keys that a smoke test calls with: made for an hour and revoked at its end, or the one that is given. */
import { RefusalError, UnfinishedError, UsageError } from "../exit";
import { MaasApiError } from "../maasApi/refusals";
import type { MaasApi } from "../maasApi/client";
import type { SmokeTier } from "./target";

/** Environment variable with a key to call with, in place of keys that are made. */
export const KEY_VARIABLE = "MAAS_API_KEY";

/** Keys by the name of their tier. */
export interface SmokeKeys {
    readonly keys: ReadonlyMap<string, string>;
    /** The creation of keys by tier: the problem, or nothing. Absent for a key that is given. */
    readonly made?: ReadonlyMap<string, string>;
    /** Tiers that the caller does not belong to. */
    readonly foreign: readonly string[];
    /** Revokes those that were made. @returns what went wrong */
    close(): Promise<string[]>;
}

/** @throws UsageError unless exactly one tier is named, whose key it is */
export function givenKey(key: string, tiers: readonly string[]): SmokeKeys {
    const [tier, ...others] = tiers;
    if (tier === undefined || others.length > 0) {
        throw new UsageError(`${KEY_VARIABLE} is set, which is a key of one tier: name that tier with --tier.`);
    }
    return { keys: new Map([[tier, key.trim()]]), foreign: [], close: () => Promise.resolve([]) };
}

/**
 * Makes a key for each tier that the caller belongs to. That the API fails, or that a subscription is not active, is a result like others.
 *
 * @param required whether each of them must be one that the caller belongs to
 * @param onUnrevoked told what went wrong with a key that was made before a failure and could not be revoked
 * @throws RefusalError when there is none, or not each that is required
 */
export async function makeKeys(
    api: MaasApi,
    tiers: readonly Pick<SmokeTier, "name" | "subscription">[],
    required: boolean,
    onUnrevoked: (problem: string) => void,
): Promise<SmokeKeys> {
    const created = new Map<string, { id: string; key: string }>();
    const made = new Map<string, string>();
    const foreign: string[] = [];
    const close = async (): Promise<string[]> => {
        const ended = await Promise.allSettled([...created.values()].map(({ id }) => api.revoke(id)));
        return ended.flatMap((one) => (one.status === "rejected" ? (one.reason as Error).message : []));
    };
    try {
        for (const { name: tier, subscription } of tiers) {
            try {
                created.set(tier, await api.create({ name: `smoke-${tier}`, subscription, expiresIn: "1h", ephemeral: true }));
                made.set(tier, "");
            } catch (error) {
                const problem = brokenPlatform(error);
                if (problem !== undefined) {
                    made.set(tier, problem);
                } else if (error instanceof MaasApiError && [400, 403].includes(error.status)) {
                    foreign.push(tier);
                } else {
                    throw error;
                }
            }
        }
        if (made.size === 0 || (required && foreign.length > 0)) {
            throw new RefusalError(
                `You do not belong to tier ${foreign.join(", ")}, or it has no subscription: no user can create a key for another. Log in as a user of the tier, or set ${KEY_VARIABLE} to a key of it.`,
            );
        }
    } catch (error) {
        (await close()).forEach(onUnrevoked);
        throw error;
    }
    return { keys: new Map([...created].map(([tier, { key }]) => [tier, key])), made, foreign, close };
}

/** What is wrong with the platform when a key is not created; nothing when it is the caller, the address or the network. */
function brokenPlatform(error: unknown): string | undefined {
    const broken = error instanceof MaasApiError && (error.code === "subscription_not_ready" || error.status === 404);
    return broken || (error instanceof UnfinishedError && error.status !== undefined) ? error.message : undefined;
}
