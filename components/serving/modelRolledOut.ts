/** A gate until the pods of a model are those of its last change. */
import type * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import { conditionsOf, type Kube, type KubeObject } from "../kube";
import { remainingProblem } from "../remainingProblem";

/** Arguments of {@link modelRolledOut}. All are plain: the gate looks for the pods by them. */
export interface ModelRolledOutArgs {
    /** Name of the LLMInferenceService. */
    readonly service: string;
    readonly namespace: string;
    /** The version of its pods' template; when it changes, the gate waits again. */
    readonly version: string;
    /** Whether a copy is several pods, and whether prompts are prefilled in pods of their own. */
    readonly grouped: boolean;
    readonly prefill: boolean;
    /** Deadline in minutes. */
    readonly minutes: number;
}

/** The workloads that KServe makes for a model, by the component label of their pods. */
const WORKLOADS = {
    single: { apiVersion: "apps/v1", plural: "deployments", kind: "Deployment", component: "llminferenceservice-workload" },
    grouped: {
        apiVersion: "leaderworkerset.x-k8s.io/v1",
        plural: "leaderworkersets",
        kind: "LeaderWorkerSet",
        component: "llminferenceservice-workload-worker",
    },
} as const;

/**
 * Waits until all copies of a model run what was planned last. Ready says no more than that enough copies run, the old ones
 * included, so an update would be over before any new pod serves.
 * Source: red-hat-data-services/kserve@rhoai-3.4:pkg/controller/v1alpha2/llmisvc/workload_single_node.go
 */
export function modelRolledOut(name: string, args: ModelRolledOutArgs, opts: pulumi.CustomResourceOptions = {}): pulumi.Resource {
    const { service, namespace, version } = args;
    return gate(
        name,
        {
            kind: "rolled-out",
            until: `all copies of ${service} are of its last change`,
            record: { object: `LLMInferenceService ${namespace}/${service}`, version },
            check: (kube) => untilRolledOut(kube, args),
        },
        opts,
    );
}

async function untilRolledOut(kube: Kube, { service, namespace, grouped, prefill, minutes }: ModelRolledOutArgs): Promise<void> {
    const end = (await kube.now()) + minutes * 60_000;
    // Its controller writes the generation once it has changed the pods.
    const seen = await remainingProblem(
        kube,
        { apiVersion: "serving.kserve.io/v1alpha2", plural: "llminferenceservices", namespace, name: service },
        minutes,
        (object) => (isObserved(object) ? undefined : "its controller has not seen the last change"),
    );
    const { apiVersion, plural, kind, component } = WORKLOADS[grouped ? "grouped" : "single"];
    const components = [component, ...(prefill ? [`${component}-prefill`] : [])];
    const selector = [
        `app.kubernetes.io/name=${service}`,
        "app.kubernetes.io/part-of=llminferenceservice",
        `app.kubernetes.io/component in (${components.join(",")})`,
    ].join(",");
    let problem = seen;
    const done = await kube.untilAll(
        { apiVersion, plural, namespace },
        selector,
        (found) => {
            problem =
                found.length < components.length
                    ? `${components.length} of kind ${kind} are expected, and there are ${found.length}`
                    : found.map((object) => problemOf(kind, object)).find((one) => one !== undefined);
            return problem === undefined ? true : undefined;
        },
        end,
    );
    if (done === undefined) {
        throw new Error(
            `${service} does not run its last change after ${minutes} minutes: ${problem}${await pending(kube, namespace, service)}. ` +
                "The copies of before serve on. A rolling update needs a free GPU for each new pod: add a node, or set " +
                "updateStrategy: recreate for the model, which stops it first",
        );
    }
}

function isObserved(object: KubeObject | undefined): boolean {
    const { metadata, status } = (object ?? {}) as Counted;
    return object !== undefined && (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
}

interface Counted {
    readonly metadata?: { readonly name?: string; readonly generation?: number };
    readonly spec?: { readonly replicas?: number };
    readonly status?: {
        readonly observedGeneration?: number;
        readonly replicas?: number;
        readonly updatedReplicas?: number;
        readonly availableReplicas?: number;
        readonly readyReplicas?: number;
    };
}

/** Why a workload has not rolled out; undefined once it has. */
export function problemOf(kind: "Deployment" | "LeaderWorkerSet", object: KubeObject): string | undefined {
    const { metadata, spec, status } = object as Counted;
    const wanted = spec?.replicas ?? 1;
    const { observedGeneration, replicas = 0, updatedReplicas = 0 } = status ?? {};
    // Older LeaderWorkerSets do not count what they have seen.
    const observed =
        kind === "Deployment" || observedGeneration !== undefined
            ? (observedGeneration ?? 0) >= (metadata?.generation ?? 0)
            : status !== undefined;
    const running = (kind === "Deployment" ? status?.availableReplicas : status?.readyReplicas) ?? 0;
    return observed && replicas === wanted && updatedReplicas === wanted && running === wanted
        ? undefined
        : `of ${kind} ${metadata?.name} ${updatedReplicas} of ${wanted} replicas are of the last change, ${Math.max(0, replicas - updatedReplicas)} of before, and ${running} run`;
}

/** Why pods of a model are not scheduled, in the scheduler's words. */
async function pending(kube: Kube, namespace: string, service: string): Promise<string> {
    const pods = await kube
        .list({ apiVersion: "v1", plural: "pods", namespace }, `app.kubernetes.io/name=${service}`)
        .catch((): KubeObject[] => []);
    const said = pods
        .flatMap(conditionsOf)
        .find(({ type, status, message }) => type === "PodScheduled" && status === "False" && message !== undefined);
    return said === undefined ? "" : ` (${said.message})`;
}
