/** Recorded use: what was counted in each minute, without estimates, so that sums over it are what was used. Pure. */
import { countedBy, ofPersons } from "./persons";
import type { Recording } from "./recording";
import type { Owner, Scope } from "./scope";

/** The labels of Limitador's counters that name a bearer of cost. */
export const BEARERS = ["subscription", "user", "organization_id", "cost_center"] as const;

/** The interval at which use is recorded. The queries below look back as far. */
export const USAGE_INTERVAL = "1m";

/**
 * By how much counters of a selector have grown in the last minute, by labels. `increase()` estimates what was counted at the edges of its
 * range and leaves out the first value of a series; of that no bill can be made. Here, a new series counts from 0, a series that
 * was away counts from its last value within six hours, and one that has fallen below half began anew. A smaller fall is another
 * copy of Prometheus that is a scrape behind.
 */
function grown(labels: readonly string[], selector: string): string {
    const before = `last_over_time(${selector}[6h] offset ${USAGE_INTERVAL})`;
    return (
        `sum by (${labels.join(", ")}) (${selector} - ${before} >= 0 or ${selector} < ${before} / 2 ` +
        `or (${selector} unless ${before}))`
    );
}

/** The owners of subscriptions: a constant 1, by which use is summed by Groups. The counters have no usable label of them. */
export function ownerRecordings(owners: readonly Owner[]): Recording[] {
    return owners.map(({ subscription, groups }) => ({
        record: "maas:subscription_groups:info",
        labels: ["subscription", "groups"],
        fixed: { subscription, groups },
        expr: "vector(1)",
    }));
}

/** Tokens and requests of each minute. Only counters of tokens have the label model; those of requests count 1 each. */
export function usageRecordings(scope: Pick<Scope, "workspaces" | "persons">): Recording[] {
    const recording = (record: string, labels: readonly string[], selector: string): Recording => ({
        record,
        labels: countedBy(labels, scope),
        expr: ofPersons(grown(labels, selector), labels, scope),
    });
    return [
        recording("maas:usage_tokens:increase1m", [...BEARERS, "model"], `authorized_hits{model!=""}`),
        recording("maas:usage_requests:increase1m", BEARERS, "authorized_calls"),
        recording("maas:usage_refused:increase1m", BEARERS, "limited_calls"),
    ];
}
