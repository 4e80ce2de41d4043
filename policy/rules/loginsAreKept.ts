import { resourceRule } from "../rule";

/** identityProviders is an atomic list: whoever writes it replaces all of it. */
export const loginsAreKept = resourceRule<{ known: readonly string[] }>(
    {
        name: "logins-are-kept",
        title: "Changes of the cluster's identity providers keep the existing ones",
        why: "identityProviders is an atomic list: server-side apply with one provider in it removes all others, and their users, administrators included, can no longer log in.",
        remedy: "List the existing providers under `known` and write all of them, or add the provider to the live object, as this program does.",
        severity: "critical",
        source: "docs/sources/identity.md#oauth",
        config: {
            known: {
                type: "array",
                items: { type: "string" },
                default: [],
                description:
                    "Names of the cluster's identity providers; an object that writes the list must include all of them.",
            },
        },
    },
    ["OAuth"],
    (subject, report, { known }) => {
        const providers: unknown = subject.value["spec"]?.identityProviders;
        if (!Array.isArray(providers)) {
            return;
        }
        const names = (providers as ({ name?: string } | undefined)[]).map((provider) => provider?.name);
        if (known.length === 0) {
            report(
                `spec.identityProviders: the list replaces all identity providers of the cluster by ${names.map((name) => name ?? "(name not known yet)").join(", ") || "none"}; list the existing ones under known and include them`,
            );
            return;
        }
        // A provider whose name is not known yet may be any of them.
        const missing = known.filter((name) => !names.includes(name)).slice(names.filter((name) => name === undefined).length);
        if (missing.length > 0) {
            report(
                `spec.identityProviders: the list removes ${missing.join(", ")}, and their users can no longer log in; include them`,
            );
        }
    },
);
