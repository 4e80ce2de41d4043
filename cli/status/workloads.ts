/** Pods that do not run and machines that do not start. */
import type { Symptom } from "../../catalogue/troubleshooting";
import { APPLICATIONS_NAMESPACE } from "../../catalogue/openshiftai/names";
import { recordOf } from "../../catalogue/releases";
import { complaints, warnings } from "../../components/complaints";
import { failureOf, type Machine } from "../../components/gpu/machineFailures";
import { conditionOf, type KubeObject } from "../../components/kube";
import type { ClusterView } from "./cluster";
import { isReady } from "./operators";
import { sinceOf } from "./since";

const MACHINES = { apiVersion: "machine.openshift.io/v1beta1", namespace: "openshift-machine-api" };

interface ContainerStatus {
    readonly name: string;
    readonly ready?: boolean;
    readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
    readonly lastState?: { readonly terminated?: { readonly exitCode?: number; readonly reason?: string } };
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
                : [
                      {
                          kind: "Machine",
                          resource: "machines.machine.openshift.io",
                          name: machine.metadata.name,
                          namespace: MACHINES.namespace,
                          says: failure.message,
                      },
                  ];
        });
}

/** Namespaces of the pods behind an object that is in none, or in another. */
const OPERANDS: Readonly<Record<string, readonly string[]>> = {
    DataScienceCluster: [APPLICATIONS_NAMESPACE],
    Tenant: [APPLICATIONS_NAMESPACE],
    AITenant: [APPLICATIONS_NAMESPACE, recordOf("3.5").apiNamespace],
    DSCInitialization: ["redhat-ods-monitoring"],
    ClusterPolicy: ["nvidia-gpu-operator"],
};

/** The namespaces of the pods behind an object. */
export function podsBehind(kind: string, namespace: string | undefined): readonly string[] {
    return [...new Set([...(OPERANDS[kind] ?? []), ...(namespace === undefined ? [] : [namespace])])];
}

/** The pods of a namespace that cannot run, in the words of kubelet and scheduler. Those that just start are none. */
export async function podTrouble(view: ClusterView, namespace: string): Promise<readonly Symptom[]> {
    const pods = (await view.list("v1", "pods", namespace)).filter((pod) => !isOfJob(pod));
    const preparing = pods.some((pod) => isPreparing(pod));
    const events = preparing ? (await view.list("v1", "events", namespace)).filter(isRepeated) : [];
    return pods.flatMap((pod) => {
        const { name } = pod.metadata;
        // Of volumes and networks that a pod does not get, its status says nothing.
        const says = isReady(pod)
            ? vaultTrouble(pod)
            : (troubleOfPod(pod) ?? (isPreparing(pod) ? warnings(events, "Pod", name)[0] : undefined));
        return says === undefined ? [] : [{ kind: "Pod", name, namespace, says, since: sinceOf(pod) }];
    });
}

/** Whether the kubelet prepares a pod: volumes, network, images. */
function isPreparing({ status = {} }: KubeObject): boolean {
    return containersOf(status).some(({ state }) => /^(ContainerCreating|PodInitializing)$/.test(state?.waiting?.reason ?? ""));
}

/**
 * Attempts from which on a failure is none of a start: what another controller brings may come a little later. The kubelet waits 0.5 s, 1 s,
 * 2 s and so on between them. Source: kubernetes/kubernetes@v1.34.0:pkg/util/goroutinemap/exponentialbackoff/exponential_backoff.go
 */
const ATTEMPTS = 5;

function isRepeated(event: object): boolean {
    const { count = 0, series } = event as { count?: number; series?: { count?: number } };
    return Math.max(count, series?.count ?? 0) >= ATTEMPTS;
}

/** A Job tries again: a pod of it that failed is no trouble of its own. */
function isOfJob({ metadata, status }: KubeObject): boolean {
    const { ownerReferences = [] } = metadata as { ownerReferences?: { kind?: string }[] };
    return status?.["phase"] === "Failed" && ownerReferences.some(({ kind }) => kind === "Job");
}

/** Objects that controllers make of those of the stack, and whose conditions tell what no object of the stack does. */
const GENERATED: readonly (readonly [apiVersion: string, plural: string, kind: string])[] = [
    ["kuadrant.io/v1", "authpolicies", "AuthPolicy"],
    ["kuadrant.io/v1", "ratelimitpolicies", "RateLimitPolicy"],
    ["kuadrant.io/v1alpha1", "tokenratelimitpolicies", "TokenRateLimitPolicy"],
    ["gateway.networking.k8s.io/v1", "httproutes", "HTTPRoute"],
];

/** Words of a policy that is as it should be: others override it, or there is no route yet. */
const IDLE = /\(Overridden|not in the path to any existing routes/;

/** Policies and routes of a namespace that are not accepted, or not in force though they have something to protect. */
export async function routeTrouble(view: ClusterView, namespace: string): Promise<readonly Symptom[]> {
    const found: Symptom[] = [];
    for (const [apiVersion, plural, kind] of GENERATED) {
        for (const object of await view.list(apiVersion, plural, namespace)) {
            const { metadata, status = {} } = object;
            const words = complaints(status).filter((word) => !IDLE.test(word));
            if (words.length > 0) {
                const resource = `${plural}.${apiVersion.split("/")[0]!}`;
                found.push({ kind, resource, name: metadata.name, namespace, says: words.join("; "), since: sinceOf(object) });
            }
        }
    }
    return found;
}

/**
 * Rules by which the gateway does not verify the certificate of a provider. The controller makes them, and looks at them again only when
 * the ExternalModel changes. Source: opendatahub-io/models-as-a-service@release-3.4:maas-controller/pkg/reconciler/externalmodel/reconciler.go
 */
export async function providerTrouble(view: ClusterView, model: string, namespace: string): Promise<readonly Symptom[]> {
    const rules = await view.list("networking.istio.io/v1", "destinationrules", namespace);
    return rules
        .filter(({ metadata: { name }, spec }) => {
            const { tls, portLevelSettings = [] } = (spec?.["trafficPolicy"] ?? {}) as TrafficPolicy;
            return name === model && [tls, ...portLevelSettings.map((port) => port.tls)].some((one) => one?.insecureSkipVerify);
        })
        .map(({ metadata: { name } }) => ({
            ...{ kind: "DestinationRule", resource: "destinationrules.networking.istio.io", name, namespace },
            says: "trafficPolicy.tls.insecureSkipVerify is true",
        }));
}

interface TrafficPolicy {
    readonly tls?: { readonly insecureSkipVerify?: boolean };
    readonly portLevelSettings?: readonly { readonly tls?: { readonly insecureSkipVerify?: boolean } }[];
}

/** What {@link podTrouble} and {@link routeTrouble} read of each namespace. */
export const SCANNED: readonly (readonly [apiVersion: string, plural: string])[] = [
    ["v1", "pods"],
    ...GENERATED.map(([apiVersion, plural]) => [apiVersion, plural] as const),
];

function containersOf(status: Readonly<Record<string, unknown>>): readonly ContainerStatus[] {
    return ["initContainerStatuses", "containerStatuses"].flatMap((list) => (status[list] ?? []) as ContainerStatus[]);
}

/**
 * What a pod of Vault says of itself. Its labels take a sealed one that has just started for not initialized; only the latter is ready.
 * Source: docs/sources/identity.md#vault-server.
 */
function vaultTrouble(pod: KubeObject): string | undefined {
    const { labels = {} } = pod.metadata as { labels?: Record<string, string> };
    const { "vault-initialized": initialized = "?", "vault-sealed": sealed = "?" } = labels;
    return initialized === "false" || sealed === "true"
        ? `initialized=${initialized}, sealed=${sealed}, ready=${conditionOf(pod, "Ready")?.status ?? "?"}`
        : undefined;
}

function troubleOfPod(pod: KubeObject): string | undefined {
    const { status = {} } = pod;
    const stuck = containersOf(status).find(({ state }) => /BackOff|Err|Invalid/.test(state?.waiting?.reason ?? ""));
    if (stuck !== undefined) {
        const { exitCode, reason } = stuck.lastState?.terminated ?? {};
        const last = exitCode === undefined ? undefined : `last ended with exit code ${exitCode} (${reason ?? "no reason"})`;
        const { waiting } = stuck.state!;
        return [[waiting!.reason, waiting!.message].filter(Boolean).join(": "), last].filter(Boolean).join("; ");
    }
    const vault = vaultTrouble(pod);
    if (vault !== undefined) {
        return vault;
    }
    const unscheduled = conditionOf(pod, "PodScheduled");
    if (unscheduled?.status === "False") {
        return [unscheduled.reason, unscheduled.message].filter(Boolean).join(": ");
    }
    return status["phase"] === "Failed" ? `phase Failed: ${String(status["reason"] ?? "")}` : undefined;
}
