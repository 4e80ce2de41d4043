/** Runs the checks, in order, and says what came of each. */
import { HttpError } from "../http/send";
import { Unexpected } from "./answers";
import { type Caller, type Check, modelChecks, openChecks, tierChecks, type TierSubject } from "./checks";
import { checkLimit, MOST_REQUESTS, UsedUp } from "./limits";
import { checkRouting, PREFIXED, type RoutingCounters, SPREAD } from "./routing";
import type { SmokeTarget, SmokeTier } from "./target";

/** Result of one check. */
export interface SmokeResult {
    readonly check: string;
    readonly title: string;
    readonly tier?: string;
    readonly model?: string;
    readonly verdict: "pass" | "fail" | "skipped";
    /** The observation, unless all is as expected. */
    readonly said: string;
    /** Remedy when it fails. */
    readonly remedy: string;
    readonly seconds: number;
}

/** The settings of a run. */
export interface SmokeArgs {
    readonly target: SmokeTarget;
    readonly caller: Caller;
    /** A key of each tier that is checked, by the tier's name. */
    readonly keys: ReadonlyMap<string, string>;
    /** The creation of the keys, by tier: the problem, or nothing. Absent: none was asked for. */
    readonly made?: ReadonlyMap<string, string>;
    /** Whether to use up the request limit of each tier. */
    readonly limits: boolean;
    /** Reads what the servers of a model have counted; absent: routing is not checked. */
    readonly counters?: ((model: string) => Promise<RoutingCounters>) | undefined;
    readonly sleep: (seconds: number, why: string) => Promise<void>;
    readonly onResult: (result: SmokeResult) => void;
    readonly signal: AbortSignal;
}

/** A used-up limit is waited for, unless its window is longer. In seconds. */
const LONGEST_WINDOW = 600;

/** The check that the creation of a key is. */
export const KEY = {
    check: "api-key",
    title: "a key of the tier is created",
    remedy: "see the log of Deployment maas-api, its database, and the status of the MaaSSubscription",
} as const;

/** @returns all results; those after an interruption are missing */
export async function smoke(args: SmokeArgs): Promise<SmokeResult[]> {
    const { target, caller, keys, made, limits, counters, sleep, onResult, signal } = args;
    const results: SmokeResult[] = [];
    const one = async (
        what: Pick<SmokeResult, "check" | "title" | "remedy"> & { tier?: string; model?: string },
        run: () => Promise<string | undefined>,
    ): Promise<void> => {
        if (signal.aborted) {
            return;
        }
        const begun = performance.now();
        const outcome = await run().then(
            (said): Pick<SmokeResult, "verdict" | "said"> => ({ verdict: "pass", said: said ?? "" }),
            (error: unknown) => failure(error),
        );
        if (!signal.aborted) {
            const result = { ...what, ...outcome, seconds: Math.round(performance.now() - begun) / 1000 };
            results.push(result);
            onResult(result);
        }
    };
    const windowOf = (tier: SmokeTier, model: string): Promise<void> => {
        const short = tier.models.get(model)!.windows.filter((seconds) => seconds <= LONGEST_WINDOW);
        if (short.length === 0) {
            throw usedUp(tier, model);
        }
        return sleep(Math.max(...short) + 1, `until the limits of tier ${tier.name} reset`);
    };
    /** The meaning of a 429 after a wait: a limit whose window is too long to wait for, or the failure that it looks like. */
    const stillLimited = (error: unknown, tier: SmokeTier, model: string): unknown =>
        tier.models.get(model)!.windows.some((seconds) => seconds > LONGEST_WINDOW) ? usedUp(tier, model) : error;
    const all = async <S>(checks: readonly Check<S>[], subject: S, tier?: SmokeTier, model?: string): Promise<void> => {
        for (const check of checks.filter(({ applies }) => applies?.(subject) ?? true)) {
            const where = { ...(tier !== undefined && { tier: tier.name }), ...(model !== undefined && { model }) };
            await one({ check: check.id, title: check.title, remedy: check.remedy, ...where }, async () => {
                if (check.limited !== true || tier === undefined || model === undefined) {
                    await check.run(caller, subject);
                    return undefined;
                }
                const { limiting, limited } = noticing(caller);
                try {
                    await check.run(limiting, subject);
                } catch (error) {
                    if (!limited()) {
                        throw error;
                    }
                    await windowOf(tier, model);
                    const again = noticing(caller);
                    await check.run(again.limiting, subject).catch((e: unknown) => {
                        throw again.limited() ? stillLimited(e, tier, model) : e;
                    });
                }
                return undefined;
            });
        }
    };
    const routed = new Set<string>();
    await all(openChecks, { url: target.url, model: target.models[0]! });
    for (const [tier, problem] of made ?? []) {
        await one({ ...KEY, tier }, () => (problem === "" ? Promise.resolve("") : Promise.reject(new Unexpected(problem))));
    }
    for (const tier of target.tiers.filter(({ name }) => keys.has(name))) {
        const models = target.models.filter(({ name }) => tier.models.has(name));
        const others = target.models.filter((model) => !models.includes(model));
        const foreign = target.tiers.find(({ models: those }) => others.some(({ name }) => those.has(name)))?.subscription;
        const subject: TierSubject = { url: target.url, tier, key: keys.get(tier.name)!, models, others, foreign };
        await all(tierChecks, subject, tier);
        for (const model of models) {
            await all(modelChecks, { ...subject, model }, tier, model.name);
        }
        for (const model of counters === undefined ? [] : models.filter((one) => one.routed && !routed.has(one.name))) {
            const allowed = tier.models.get(model.name)!.requests?.limit ?? Infinity;
            if (allowed < SPREAD + PREFIXED) {
                continue; // Another tier may have enough.
            }
            routed.add(model.name);
            const title = "intelligent routing uses several copies, and finds cached prefixes";
            const remedy = "see the log of the scheduler's pod, models[].routing, and dashboard Routing";
            await one({ check: "routing", title, remedy, tier: tier.name, model: model.name }, async () => {
                await windowOf(tier, model.name);
                return checkRouting(caller, { ...subject, model }, () => counters!(model.name), sleep);
            });
        }
        for (const model of limits ? models : []) {
            const { requests } = tier.models.get(model.name)!;
            const title =
                requests === undefined ? "the request limit" : `429 after ${requests.limit} requests, and 200 after the window`;
            const remedy = "see the RateLimitPolicy of the gateway (Accepted, Enforced), and the counters: maas usage";
            await one({ check: "limit", title, remedy, tier: tier.name, model: model.name }, async () => {
                if (requests === undefined) {
                    throw new Skipped("no requests are limited, only tokens");
                }
                if (requests.limit > MOST_REQUESTS) {
                    throw new Skipped(`a limit of ${requests.limit} would take too many requests`);
                }
                if (requests.seconds > LONGEST_WINDOW) {
                    throw new Skipped(`the limit resets only after ${requests.seconds} s`);
                }
                return checkLimit(caller, { ...subject, model }, requests.limit, () => windowOf(tier, model.name)).catch(
                    (error: unknown) => {
                        throw error instanceof UsedUp ? stillLimited(error, tier, model.name) : error;
                    },
                );
            });
        }
    }
    return results;
}

/** Whether there is something to check that cannot be checked. */
class Skipped extends Error {}

function usedUp({ name, models }: SmokeTier, model: string): Skipped {
    return new Skipped(`a limit of tier ${name} is used up, and resets only after ${Math.max(...models.get(model)!.windows)} s`);
}

function failure(error: unknown): Pick<SmokeResult, "verdict" | "said"> {
    if (error instanceof Skipped) {
        return { verdict: "skipped", said: error.message };
    }
    if (error instanceof Unexpected || error instanceof HttpError) {
        return { verdict: "fail", said: error.message };
    }
    throw error;
}

/** A caller that notices whether an answer was 429. */
function noticing(caller: Caller): { readonly limiting: Caller; readonly limited: () => boolean } {
    let limited = false;
    return {
        limiting: {
            call: async (...args) => {
                const answer = await caller.call(...args);
                limited ||= answer.status === 429;
                return answer;
            },
        },
        limited: () => limited,
    };
}
