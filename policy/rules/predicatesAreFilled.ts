import { recordOf, releaseOfVersion } from "../../catalogue/releases";
import { releaseOf } from "../release";
import { stackRule } from "../rule";
import type { Stack, Unchecked } from "../subject";

/** Fields of auth.identity that the gateway's AuthPolicy fills in, by governance scheme. */
const filled = {
    subscriptions: [
        "userid",
        "keyId",
        "groups",
        "groups_str",
        "selected_subscription",
        "selected_subscription_key",
        "subscription_info",
    ],
    tiers: ["userid", "tier", "groups"],
} as const;

const FIELD = /auth\.identity\.(\w+)/g;

/** A comparison with an empty field is never true. */
export const predicatesAreFilled = stackRule<{ fields: readonly string[] }>(
    {
        name: "predicates-are-filled",
        title: "Predicates and counters use only fields that the release fills in",
        why: "A comparison with an empty field of auth.identity never matches: the limit is Accepted and Enforced, but limits nobody. Releases up to 3.3 fill in tiers, later ones subscriptions.",
        remedy: "Use one of the fields that the message names, or list under `fields` the fields that your own AuthPolicy fills in.",
        severity: "high",
        source: "docs/sources/maas.md#generated-policies, #request-limits, #tiers-of-33",
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
        const known = [...filled[scheme], ...fields];
        for (const policy of ["RateLimitPolicy", "TokenRateLimitPolicy", "TelemetryPolicy"].flatMap((kind) => stack.of(kind))) {
            for (const [path, text] of texts(policy.value["spec"], "spec")) {
                for (const field of new Set([...text.matchAll(FIELD)].map((match) => match[1]!))) {
                    if (!known.includes(field)) {
                        report(
                            policy,
                            `${path}: this release does not fill in auth.identity.${field}, so the expression never matches; use one of ${known.join(", ")}`,
                        );
                    }
                }
            }
        }
    },
);

/** The governance scheme of a stack; undefined if no resource shows it. */
function schemeOf(stack: Stack): keyof typeof filled | undefined {
    if (stack.of("MaaSSubscription").length > 0) {
        return "subscriptions";
    }
    const release = releaseOfVersion(releaseOf(stack) ?? "");
    return release && recordOf(release).governance;
}

/** Every string in a value, with its path. */
function texts(value: Unchecked, path: string): [string, string][] {
    if (typeof value === "string") {
        return [[path, value]];
    }
    if (typeof value !== "object" || value === null) {
        return [];
    }
    return Object.entries(value as object).flatMap(([key, item]) =>
        texts(item, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`),
    );
}
