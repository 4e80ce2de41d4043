import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { APPLICATIONS } from "../openshift-ai";

export const PART_OF = "platform.opendatahub.io/part-of";
/**
 * A controller's Deployment in the applications namespace. The DataScienceCluster is not its owner: deleted in the
 * foreground, it would take maas-controller away before the tenant's finalizer is served [inferred].
 */
export function controllerDeployment(name: string): KubeObject {
    const labels = { "control-plane": name, "app.kubernetes.io/name": name };
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace: APPLICATIONS, labels: { ...labels, [PART_OF]: "datasciencecluster" } },
        spec: {
            replicas: 1,
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: { containers: [{ name: "manager", image: `registry.redhat.io/rhoai/${name}` }] },
            },
        },
    };
}
