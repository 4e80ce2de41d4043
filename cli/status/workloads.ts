/** Pods that do not run and machines that do not start. */
import type { Symptom } from "../../catalogue/troubleshooting";
import { failureOf, type Machine } from "../../components/gpu/machineFailures";
import { conditionOf, type KubeObject } from "../../components/kube";
import type { ClusterView } from "./cluster";
import { isReady } from "./operators";

const MACHINES = { apiVersion: "machine.openshift.io/v1beta1", namespace: "openshift-machine-api" };

interface ContainerStatus {
    readonly name: string;
    readonly ready?: boolean;
    readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
}

/** The machines of a MachineSet that AWS does not launch. */
export async function machineTrouble(view: ClusterView, machineSet: string): Promise<readonly Symptom[]> {
    const machines = await view.list(MACHINES.apiVersion, "machines", MACHINES.namespace);
    return machines
        .filter(({ metadata }) => {
            const { labels, name } = metadata as { labels?: Record<string, string>; name: string };
            return labels?.["machine.openshift.io/cluster-api-machineset"] === machineSet || name.startsWith(`${machineSet}-`);
        })
        .flatMap((machine) => {
            const failure = failureOf(machine as unknown as Machine);
            return failure === undefined
                ? []
                : [{ kind: "Machine", name: machine.metadata.name, namespace: MACHINES.namespace, says: failure.message }];
        });
}

/** The pods of a namespace that cannot run, in the words of kubelet and scheduler. Those that just start are none. */
export async function podTrouble(view: ClusterView, namespace: string): Promise<readonly Symptom[]> {
    const pods = await view.list("v1", "pods", namespace);
    return pods.flatMap((pod) => {
        const says = isReady(pod) ? undefined : troubleOfPod(pod);
        return says === undefined ? [] : [{ kind: "Pod", name: pod.metadata.name, namespace, says }];
    });
}

function troubleOfPod({ metadata, status = {} }: KubeObject): string | undefined {
    const { labels = {} } = metadata as { labels?: Record<string, string> };
    if (labels["vault-initialized"] === "false" || labels["vault-sealed"] === "true") {
        return `initialized=${labels["vault-initialized"] ?? "?"}, sealed=${labels["vault-sealed"] ?? "?"}`;
    }
    const containers = [
        ...((status["initContainerStatuses"] ?? []) as ContainerStatus[]),
        ...((status["containerStatuses"] ?? []) as ContainerStatus[]),
    ];
    const waiting = containers.find(({ state }) => /BackOff|Err|Invalid/.test(state?.waiting?.reason ?? ""))?.state?.waiting;
    if (waiting !== undefined) {
        return [waiting.reason, waiting.message].filter(Boolean).join(": ");
    }
    const unscheduled = conditionOf({ status }, "PodScheduled");
    if (unscheduled?.status === "False") {
        return [unscheduled.reason, unscheduled.message].filter(Boolean).join(": ");
    }
    return status["phase"] === "Failed" ? `phase Failed: ${String(status["reason"] ?? "")}` : undefined;
}
