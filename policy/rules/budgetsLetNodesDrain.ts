import { resourceRule } from "../rule";

/** A PodDisruptionBudget that allows no disruption blocks upgrades of the cluster. */
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
            report(
                `spec.maxUnavailable: ${String(maxUnavailable)} allows no disruption, so the node cannot be drained; set 1 or more`,
            );
        }
        if (String(minAvailable) === "100%") {
            report("spec.minAvailable: 100% allows no disruption, so the node cannot be drained; set maxUnavailable: 1 instead");
        }
    },
);
