import { resourceRule } from "../rule";

/** A budget of nothing stops every upgrade of the cluster. */
export const budgetsLetNodesDrain = resourceRule(
    {
        name: "budgets-let-nodes-drain",
        title: "Every PodDisruptionBudget lets at least one pod go",
        why: "A budget that allows no disruption keeps its node from being drained: the upgrade of the cluster hangs at that node, for good, and says so only in the MachineConfigPool.",
        remedy: "Set maxUnavailable: 1, and serve more than one copy of what must not be away.",
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
