import type { Admission } from "../rehearsal/cluster/admission";
import type { Cluster } from "../rehearsal/cluster/cluster";
import type { Faults } from "./faults";
import { put } from "./bootstrap";

/**
 * Lets the cluster refuse the objects that faults name: the cluster in memory itself, another by an admission policy.
 *
 * @returns ends that; undefined when the policies stay on the cluster
 */
export async function playRefusals(cluster: Cluster, faults: Faults): Promise<(() => void) | undefined> {
    const refused = faults.all.filter((fault) => fault.type === "refuse");
    if (refused.length === 0) {
        return undefined;
    }
    if ("admit" in cluster) {
        return (cluster as { admit(admission: Admission): () => void }).admit((object) =>
            faults.refused(object.kind, object.metadata.name),
        );
    }
    for (const [i, fault] of refused.entries()) {
        const name = `rehearsal-refuses-${i}`;
        const same = `object.kind == ${JSON.stringify(fault.kind)}${fault.name === "*" ? "" : ` && object.metadata.name == ${JSON.stringify(fault.name)}`}`;
        await put(cluster, {
            apiVersion: "admissionregistration.k8s.io/v1",
            kind: "ValidatingAdmissionPolicy",
            metadata: { name },
            spec: {
                failurePolicy: "Fail",
                matchConstraints: {
                    resourceRules: [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["CREATE", "UPDATE"], resources: ["*"] }],
                },
                validations: [{ expression: `!(${same})`, message: faults.refused(fault.kind, fault.name)! }],
            },
        });
        await put(cluster, {
            apiVersion: "admissionregistration.k8s.io/v1",
            kind: "ValidatingAdmissionPolicyBinding",
            metadata: { name },
            spec: { policyName: name, validationActions: ["Deny"] },
        });
    }
    return undefined;
}
