import { containers } from "../pods";
import { stackRule } from "../rule";
import { described, type Subject } from "../subject";

const database = /(^|\/)(postgres(ql)?|mariadb|mysql|redis|valkey|mongodb?)([-:@\d]|$)/;

/** A NetworkPolicy restricts who may connect to a database. */
export const databasesHaveNetworkPolicies = stackRule(
    {
        name: "databases-have-network-policies",
        title: "Every database has a NetworkPolicy",
        why: "Without one, every pod of every tenant reaches the database's port, and a leaked password is enough to read it.",
        remedy: "Add a NetworkPolicy in the database's namespace whose podSelector selects the database's pods and whose ingress lists its clients.",
        severity: "high",
        source: "docs/sources/maas.md#database",
    },
    (stack, report) => {
        const policies = stack.of("NetworkPolicy");
        for (const workload of [...stack.of("Deployment"), ...stack.of("StatefulSet")]) {
            const image = containers(workload).find(({ value }) => database.test(String(value["image"])))?.value["image"] as
                string | undefined;
            if (image !== undefined && !policies.some((policy) => maySelect(policy, workload))) {
                report(
                    workload,
                    `no NetworkPolicy selects the pods of ${described(workload)} (${image}), so every pod of the cluster can connect to them; add one that lists its clients`,
                );
            }
        }
    },
);

/** Whether a policy selects the pods of a workload, or may select them because labels or names are not known yet. */
function maySelect(policy: Subject, workload: Subject): boolean {
    const where = [policy, workload].map((subject) => subject.unknownAt(["metadata", "namespace"]));
    if (!where.includes(true) && policy.value["metadata"]?.namespace !== workload.value["metadata"]?.namespace) {
        return false;
    }
    const selector = ["spec", "podSelector"];
    const labelled = ["spec", "template", "metadata", "labels"];
    const wanted = (policy.value["spec"]?.podSelector?.matchLabels ?? {}) as Record<string, string>;
    const labels = (workload.value["spec"]?.template?.metadata?.labels ?? {}) as Record<string, string>;
    return Object.entries(wanted).every(
        ([key, value]) =>
            labels[key] === value ||
            policy.unknownAt([...selector, "matchLabels", key]) ||
            workload.unknownAt([...labelled, key]),
    );
}
