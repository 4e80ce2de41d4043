import { resourceRule } from "../rule";

/** A budget of nothing stops every upgrade of the cluster. */
export const budgetsLetNodesDrain = resourceRule(
    {
        name: "budgets-let-nodes-drain",
        title: "Every PodDisruptionBudget allows the disruption of at least one pod",
        why: "A budget that allows no disruption prevents draining its node: the upgrade of the cluster hangs at that node, and only the MachineConfigPool reports it.",
        remedy: "Set maxUnavailable: 1, and run more than one replica of what must stay available.",
        severity: "medium",
        source: "https://docs.openshift.com, updating clusters: pod disruption budgets",
    },
    ["PodDisruptionBudget"],
    (subject, report) => {
        const { maxUnavailable, minAvailable } = (subject.value["spec"] ?? {}) as Record<string, unknown>;
        if (/^0+%?$/.test(String(maxUnavailable))) {
            report(`spec.maxUnavailable: ${String(maxUnavailable)} lets no pod go; expected at least 1`);
        }
        if (String(minAvailable) === "100%") {
            report("spec.minAvailable: 100% lets no pod go; expected maxUnavailable: 1");
        }
    },
);
