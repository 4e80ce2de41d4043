/** The pods of an LLMInferenceService. Source: docs/sources/llm-d.md#what-it-makes. */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import { WEIGHTS } from "../openshift/weights";
import { ownerOf, type World } from "../world";
import { put } from "./put";
import { podOf, type PodTemplate } from "./service-pod";

const COMPONENT = "app.kubernetes.io/component";
/** The annotation with which the program states how large the weights are. */
const GPU_MEMORY = "maas-platform.io/gpu-memory";
/** The definition without which a copy cannot be several pods. */
export const GROUPS = "leaderworkersets.leaderworkerset.x-k8s.io";

/** The pods of a service, or those that prefill for it. */
export interface Part {
    readonly replicas?: number;
    readonly scaling?: object;
    readonly labels?: Readonly<Record<string, string>>;
    readonly template?: PodTemplate;
    readonly worker?: PodTemplate;
    readonly parallelism?: { readonly data?: number; readonly dataLocal?: number; readonly pipeline?: number };
}

/** The pods of a service: a Deployment, or a LeaderWorkerSet where a copy is several pods. */
export async function makeWorkload(
    world: World,
    service: KubeObject,
    part: Part,
    as: { readonly name: string; readonly group: string; readonly labels: Record<string, string>; readonly port: number },
): Promise<void> {
    const { namespace = "" } = service.metadata;
    const weights = weightsOf(service);
    const template = (labels: Record<string, string>, of: PodTemplate | undefined, worker = false): object => ({
        metadata: {
            labels: { ...labels, ...part.labels },
            ...(weights !== undefined && { annotations: { [WEIGHTS]: weights.toFixed(1) } }),
        },
        spec: podOf(service, of, { port: as.port, worker }),
    });
    const pod = template(as.labels, part.template);
    // Replicas that an autoscaler has set stay; until then there is one.
    const set = world.get(K.Deployment, namespace, as.name)?.spec.replicas as number | undefined;
    const replicas = part.scaling === undefined ? (part.replicas ?? 1) : (set ?? 1);
    const metadata = { namespace, labels: as.labels, ownerReferences: [ownerOf(service)] };
    const size =
        part.worker === undefined
            ? 1
            : (part.parallelism?.pipeline ?? Math.ceil((part.parallelism?.data ?? 1) / (part.parallelism?.dataLocal ?? 1)));
    if (part.worker === undefined) {
        await put(world, service, {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { ...metadata, name: as.name },
            spec: { replicas, selector: { matchLabels: as.labels }, template: pod },
        });
    } else if (world.defined(GROUPS)) {
        await put(world, service, {
            apiVersion: "leaderworkerset.x-k8s.io/v1",
            kind: "LeaderWorkerSet",
            metadata: { ...metadata, labels: workerLabels(as.labels), name: as.group },
            spec: {
                replicas,
                startupPolicy: "LeaderCreated",
                leaderWorkerTemplate: {
                    size,
                    restartPolicy: "RecreateGroupOnPodRestart",
                    leaderTemplate: template(
                        { ...as.labels, [COMPONENT]: as.labels[COMPONENT]!.replace("-workload", "-workload-leader") },
                        part.template,
                    ),
                    workerTemplate: template(workerLabels(as.labels), part.worker, true),
                },
            },
        });
        // Leaders and workers in one: what counts is that each pod finds its GPUs.
        await put(world, service, {
            apiVersion: "apps/v1",
            kind: "StatefulSet",
            metadata: { ...metadata, name: as.group },
            spec: {
                replicas: replicas * size,
                serviceName: as.group,
                selector: { matchLabels: as.labels },
                template: pod,
            },
        });
        await reportGroup(world, namespace, as.group, size);
    }
}

/** Workers carry a component of their own, and no endpoint picker selects them. */
function workerLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
    const { "kserve.io/component": _, "llm-d.ai/role": __, [COMPONENT]: component = "", ...rest } = labels;
    return { ...rest, [COMPONENT]: component.replace(/-workload(-prefill)?$/, "-workload-worker$1") };
}

/** Writes the status of a LeaderWorkerSet. Source: kubernetes-sigs/lws@v0.7.0:api/leaderworkerset/v1/leaderworkerset_types.go */
async function reportGroup(world: World, namespace: string, name: string, size: number): Promise<void> {
    const group = world.get(K.LeaderWorkerSet, namespace, name)!;
    const pods = world.get(K.StatefulSet, namespace, name);
    const replicas = Number(group.spec.replicas);
    const ready = pods?.status?.observedGeneration === pods?.metadata.generation ? Number(pods?.status?.readyReplicas ?? 0) : 0;
    await world.setStatus(group, {
        observedGeneration: group.metadata.generation,
        replicas,
        updatedReplicas: replicas,
        readyReplicas: Math.floor(ready / size),
        conditions: [
            ready === replicas * size
                ? { type: "Available", status: "True", reason: "AllGroupsReady", message: "All replicas are ready" }
                : { type: "Available", status: "False", reason: "GroupsAreProgressing", message: "Replicas are progressing" },
        ],
    });
}

/** The ServiceAccounts that pods of a service run as, where it names them. */
export function accountsOf({ spec }: KubeObject): string[] {
    return [spec.template, spec.prefill?.template].flatMap((template: Part["template"]) => template?.serviceAccountName ?? []);
}

/** GiB that one pod loads, as far as the service tells: the weights on each GPU times its GPUs. */
function weightsOf(service: KubeObject): number | undefined {
    const told = /weights (?:at least )?([\d.]+)/.exec(service.metadata.annotations?.[GPU_MEMORY] ?? "")?.[1];
    const gpus = Number(service.spec.template?.containers?.[0]?.resources?.limits?.["nvidia.com/gpu"] ?? 1);
    return told === undefined ? undefined : Number(told) * gpus;
}
