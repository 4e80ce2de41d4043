import { resourceRule } from "../rule";

const everybody = /^system:(authenticated|unauthenticated)(:.*)?$/;

/** Tiers name their own groups. */
export const tiersNameTheirGroups = resourceRule<{ open: readonly string[] }>(
    {
        name: "tiers-name-their-groups",
        title: "Only tiers that are meant to be open include everybody",
        why: "system:authenticated lets every user and every service account of the cluster call the model, within the limits of that tier.",
        remedy: "Name the tier's own group, or list the tier under `open` if everybody may use it.",
        severity: "high",
        source: "docs/sources/maas.md#subscriptions, #authorization-policies",
        fields: { tiers: "group" },
        config: {
            open: {
                type: "array",
                items: { type: "string" },
                default: ["free"],
                description:
                    "Names of the tiers that everybody may use: of their subscriptions and authorization policies, where those have names of their own.",
            },
        },
    },
    ["MaaSSubscription", "MaaSAuthPolicy"],
    (subject, report, { open }) => {
        if (subject.unknownAt(["metadata", "name"]) && open.length > 0) {
            return; // It may be an open tier.
        }
        const name = String(subject.value["metadata"]?.name ?? "(name not known yet)");
        const spec = (subject.value["spec"] ?? {}) as { owner?: { groups?: unknown }; subjects?: { groups?: unknown } };
        const path = subject.kind === "MaaSSubscription" ? "spec.owner.groups" : "spec.subjects.groups";
        const groups = (spec.owner ?? spec.subjects)?.groups;
        (Array.isArray(groups) ? (groups as ({ name?: string } | undefined)[]) : []).forEach((group, i) => {
            if (everybody.test(group?.name ?? "") && !open.includes(name)) {
                report(
                    `${path}[${i}].name: ${group!.name} gives everybody the tier ${name}; name its own group, or list the tier under open`,
                );
            }
        });
    },
);
