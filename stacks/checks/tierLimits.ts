/** Checks the limits of tiers and their models. */
import { secondsOf } from "../../catalogue/tiers";
import type { SettingsProblem } from "../problem";
import type { TierSettings } from "../schema/governance";
import { duplicateProblems, type ValidEntry } from "./entries";

/** The longest window that Models-as-a-Service accepts. Source: docs/sources/maas.md#subscriptions. */
const LONGEST_SECONDS = 366 * 24 * 3600;

/** Windows that the product refuses, and limits without effect because a stricter one applies first. */
export function windowProblems(tiers: readonly ValidEntry<TierSettings>[]): SettingsProblem[] {
    return tiers.flatMap(({ path, value: tier }) => [
        ...tokenProblems(`${path}.tokens`, tier.tokens),
        ...requestProblems(`${path}.requests`, tier.requests),
        ...tier.models.flatMap((model, m) =>
            typeof model === "string"
                ? []
                : [
                      ...tokenProblems(`${path}.models[${m}].tokens`, model.tokens ?? []),
                      ...requestProblems(`${path}.models[${m}].requests`, model.requests),
                  ],
        ),
    ]);
}

interface Limit {
    readonly limit: number;
    readonly window: string;
}

function tokenProblems(path: string, tokens: readonly Limit[]): SettingsProblem[] {
    const tooLong = tokens.map(({ window }) => secondsOf(window) > LONGEST_SECONDS);
    return [
        ...windowTwice(path, tokens),
        ...tokens.flatMap(({ window }, i) =>
            tooLong[i] === true
                ? [
                      {
                          path: `${path}[${i}].window`,
                          message: `${JSON.stringify(window)} is longer than a year, which the product does not accept; expected at most 8784h`,
                      },
                  ]
                : [],
        ),
        ...hiddenProblems(path, tokens, "tokens", tooLong),
    ];
}

function requestProblems(path: string, requests: Limit | readonly Limit[] | undefined): SettingsProblem[] {
    return Array.isArray(requests)
        ? [...windowTwice(path, requests as Limit[]), ...hiddenProblems(path, requests as Limit[], "requests")]
        : [];
}

/** Two limits of one window. */
function windowTwice(path: string, limits: readonly Limit[]): SettingsProblem[] {
    return duplicateProblems(
        limits.map(({ window }, i) => ({ path: `${path}[${i}]`, window })),
        ({ window }) => window,
        "window",
    );
}

/** @param except limits with another problem */
function hiddenProblems(
    path: string,
    limits: readonly Limit[],
    list: string,
    except: readonly boolean[] = [],
): SettingsProblem[] {
    return limits.flatMap(({ limit, window }, i): SettingsProblem[] => {
        const seconds = secondsOf(window);
        const stricter = limits.findIndex((other, o) => {
            const length = secondsOf(other.window);
            const same = length === seconds && other.limit === limit;
            return o !== i && other.window !== window && other.limit <= limit && length >= seconds && (!same || o < i);
        });
        return stricter === -1 || except[i] === true
            ? []
            : [
                  {
                      path: `${path}[${i}]`,
                      message:
                          `${limit} in ${window} has no effect: ${list}[${stricter}] allows only ${limits[stricter]!.limit} in ${limits[stricter]!.window}; ` +
                          "expected a higher limit for the longer window, or only one of the two",
                  },
              ];
    });
}
