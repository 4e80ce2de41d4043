import { stackRule } from "../rule";
import { described } from "../subject";

const LABEL = "kueue.openshift.io/managed";

/** OpenShift AI 3 does not manage Kueue; its own operator does. */
export const kueueIsUnmanaged = stackRule(
    {
        name: "kueue-is-unmanaged",
        title: "OpenShift AI leaves Kueue to the Kueue operator, and only namespaces with a queue carry its label",
        why: "The API server accepts Managed, but OpenShift AI 3 does not support it: the DataScienceCluster never becomes ready. In a namespace with Kueue's label and no queue the dashboard shows no hardware profiles.",
        remedy: "Set components.kueue.managementState to Unmanaged (with the Kueue operator installed) or Removed; label only namespaces with a LocalQueue.",
        severity: "high",
        source: "docs/sources/openshift-ai.md#queues",
    },
    (stack, report) => {
        for (const cluster of stack.of("DataScienceCluster")) {
            if (cluster.value["spec"]?.components?.kueue?.managementState === "Managed") {
                report(
                    cluster,
                    "spec.components.kueue.managementState: OpenShift AI 3 does not support Managed, so the DataScienceCluster never becomes ready; set Unmanaged or Removed",
                );
            }
        }
        const queues = stack.of("LocalQueue");
        for (const namespace of stack.of("Namespace")) {
            const { name, labels } = (namespace.value["metadata"] ?? {}) as { name?: string; labels?: Record<string, string> };
            const queued = queues.some((queue) => {
                const where = queue.value["metadata"]?.namespace as string | undefined;
                return where === name || where === undefined;
            });
            if (labels?.[LABEL] === "true" && name !== undefined && !queued) {
                report(
                    namespace,
                    `${described(namespace)} has the label ${LABEL} and no LocalQueue, so the dashboard shows no hardware profiles in it; add a LocalQueue or remove the label`,
                );
            }
        }
    },
);
