import { recordOf, releaseOfVersion } from "../../catalogue/releases";
import { releaseOf } from "../release";
import { stackRule } from "../rule";
import type { Stack } from "../subject";
import { texts } from "../texts";

/** The properties of a caller that the gateway's authorization provides, by scheme. */
const filled = {
    subscriptions: ["userid", "keyId", "groups_str", "selected_subscription", "selected_subscription_key", "subscription_info"],
    tiers: ["userid", "tier"],
} as const;

/** Fields that hold a list. Up to Connectivity Link 1.3 the gateway's filter keeps none of what authorization tells. */
const LISTS = ["groups"];

const FIELD = /auth\.identity\.(\w+)/g;

/** A comparison with nothing is never true. */
export const predicatesAreFilled = stackRule<{ fields: readonly string[] }>(
    {
        name: "predicates-are-filled",
        title: "Predicates and counters use only fields that the release fills in",
        why: "A comparison with an empty field of auth.identity never matches: the limit is Accepted and Enforced, but limits nobody. Releases up to 3.3 fill in tiers, later ones subscriptions. auth.identity.groups is a list, which Connectivity Link 1.3 does not keep; groups_str is a text.",
        remedy: "Use one of the fields that the message names, or list under `fields` the fields that your own AuthPolicy fills in.",
        severity: "high",
        source: "docs/sources/maas.md#generated-policies, #request-limits, #tiers-of-33, docs/sources/connectivity-link.md#policies",
        config: {
            fields: {
                type: "array",
                items: { type: "string" },
                default: [],
                description: "Other fields of auth.identity that an AuthPolicy of this cluster fills in.",
            },
        },
    },
    (stack, report, { fields }) => {
        const scheme = schemeOf(stack);
        if (scheme === undefined) {
            return;
        }
        const lost = keepsNoLists(stack) ? LISTS.filter((field) => !fields.includes(field)) : [];
        const known = [...filled[scheme], ...fields];
        const kept = lost.length > 0 || scheme === "tiers" ? known : [...known, ...LISTS];
        for (const policy of ["RateLimitPolicy", "TokenRateLimitPolicy", "TelemetryPolicy"].flatMap((kind) => stack.of(kind))) {
            for (const [path, text] of texts(policy.value["spec"], "spec")) {
                for (const field of new Set([...text.matchAll(FIELD)].map((match) => match[1]!))) {
                    if (!kept.includes(field)) {
                        const cause = lost.includes(field)
                            ? `Connectivity Link 1.3 does not keep lists such as auth.identity.${field}`
                            : `this release does not fill in auth.identity.${field}`;
                        report(policy, `${path}: ${cause}, so the expression never matches; use one of ${known.join(", ")}`);
                    }
                }
            }
        }
    },
);

/** Whether the stack installs a Connectivity Link before 1.4; one of somebody else may be any. */
function keepsNoLists(stack: Stack): boolean {
    const csv = stack.of("Subscription").find((s) => s.value["spec"]?.name === "rhcl-operator")?.value["spec"]?.startingCSV as
        string | undefined;
    return /\.v?1\.[0-3]\.\d/.test(csv ?? "");
}

/** The scheme of a stack; undefined where nothing shows it. */
function schemeOf(stack: Stack): keyof typeof filled | undefined {
    if (stack.of("MaaSSubscription").length > 0) {
        return "subscriptions";
    }
    const release = releaseOfVersion(releaseOf(stack) ?? "");
    return release && recordOf(release).governance;
}
