import { resourceRule } from "../rule";

/** OLM packages that cannot run on the same cluster as the platform, with the reason. */
const clashing: Readonly<Record<string, string>> = {
    servicemeshoperator: "Service Mesh 2 owns kinds that OpenShift's Gateway controller installs in another version",
    "opendatahub-operator": "Open Data Hub owns the same kinds as OpenShift AI",
};

/** No other operator owns the kinds of the platform. */
export const noClashingOperator = resourceRule<{ allowed: readonly string[] }>(
    {
        name: "no-clashing-operator",
        title: "No two operators own the same kinds",
        why: "Two operators that own a kind undo each other's changes; the API server accepts the objects of both.",
        remedy: "Remove the Subscription, and uninstall the operator if the cluster has it.",
        severity: "critical",
        source: "docs/sources/openshift.md#conflicting-operators",
        config: {
            allowed: {
                type: "array",
                items: { type: "string" },
                default: [],
                description: "Packages that the rule accepts.",
            },
        },
    },
    ["Subscription"],
    (subject, report, { allowed }) => {
        const name = String(subject.value["spec"]?.name);
        const why = clashing[name];
        if (why !== undefined && !allowed.includes(name)) {
            report(`spec.name: ${name}: ${why}`);
        }
    },
);
