import { createHash } from "node:crypto";

import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { Accelerators } from "./accelerators";
import { duration } from "../durations";
import { K } from "../kind-names";
import { finishJob } from "./jobs";
import { demand, type PodSpec, references } from "./pod-spec";
import { isRolling, surgeOf } from "./rolling";
import { type Controller, keyOf, ownerOf, type Pass, splitKey, type World } from "../world";
import { killedWhileLoading, loadSeconds } from "./weights";

/** Deployments, StatefulSets, DaemonSets and Jobs: their pods start when what they refer to exists. */
export class Workloads implements Controller {
    readonly name = "workloads";
    readonly watches: Controller["watches"];
    private readonly accelerators: Accelerators;
    /** Workloads by what they wait for: `kind|namespace/name`, or `nodes`. */
    private readonly waiting = new Map<string, Set<string>>();
    /** Images that a node has pulled: `node|image`. */
    private readonly pulled = new Set<string>();

    constructor(private readonly world: World) {
        this.accelerators = new Accelerators(world);
        const on = (kind: string) => (object: KubeObject) => this.awaited(`${kind}|${keyOf(object)}`);
        const of = (kind: string) => (object: KubeObject, type: string) => {
            const key = `${kind}|${keyOf(object)}`;
            if (type === "DELETED") {
                this.accelerators.free(object.metadata.uid!);
                this.accelerators.free(surgeOf(object));
                return [key, ...this.awaited("nodes")];
            }
            return [key];
        };
        this.watches = {
            [K.Deployment]: of(K.Deployment),
            [K.StatefulSet]: of(K.StatefulSet),
            [K.DaemonSet]: of(K.DaemonSet),
            [K.Job]: of(K.Job),
            [K.ReplicaSet]: () => [],
            [K.Secret]: on(K.Secret),
            [K.ConfigMap]: on(K.ConfigMap),
            [K.PersistentVolumeClaim]: on(K.PersistentVolumeClaim),
            [K.Node]: () => [...this.awaited("nodes"), ...world.keys(K.DaemonSet).map((key) => `${K.DaemonSet}|${key}`)],
        };
    }

    private awaited(what: string): string[] {
        return [...(this.waiting.get(what) ?? [])];
    }

    private wait(what: string, key: string): void {
        const waiters = this.waiting.get(what) ?? new Set();
        this.waiting.set(what, waiters.add(key));
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const at = key.indexOf("|");
        const kind = key.slice(0, at);
        const [namespace, name] = splitKey(key.slice(at + 1));
        const workload = this.world.get(kind, namespace, name);
        if (!workload || workload.metadata.deletionTimestamp) {
            return;
        }
        const spec = workload.spec.template.spec as PodSpec;
        const replicas =
            kind === K.DaemonSet ? this.world.all(K.Node).length : kind === K.Job ? 1 : Number(workload.spec.replicas ?? 1);
        if (kind === K.StatefulSet) {
            await this.claims(workload, replicas);
        }
        const template = hashOf(workload.spec.template);
        const rolling = kind === K.Deployment && isRolling(this.world, workload, replicas, template);
        const obstacle = this.obstacle(workload, spec, rolling ? "one more" : replicas, key);
        const fault = this.world.faults.notReady(workload.kind, name);
        const ready = !obstacle && fault === undefined && (replicas === 0 || this.started(workload, spec, template, pass));
        switch (kind) {
            case K.Deployment:
                if (rolling && ready) {
                    // The new pods stay where they are, and the old ones give back what they held.
                    this.accelerators.free(surgeOf(workload));
                    this.accelerators.free(workload.metadata.uid!);
                    this.accelerators.schedule(workload.metadata.uid!, spec, replicas);
                }
                await this.deployment(workload, replicas, ready, obstacle ?? fault, template);
                break;
            case K.StatefulSet:
                await this.world.setStatus(workload, {
                    observedGeneration: workload.metadata.generation,
                    replicas,
                    currentReplicas: replicas,
                    updatedReplicas: replicas,
                    readyReplicas: ready ? replicas : 0,
                    availableReplicas: ready ? replicas : 0,
                    currentRevision: `${name}-${template}`,
                    updateRevision: `${name}-${template}`,
                });
                break;
            case K.DaemonSet:
                await this.world.setStatus(workload, {
                    observedGeneration: workload.metadata.generation,
                    desiredNumberScheduled: replicas,
                    currentNumberScheduled: replicas,
                    updatedNumberScheduled: replicas,
                    numberMisscheduled: 0,
                    numberReady: ready ? replicas : 0,
                    numberAvailable: ready ? replicas : 0,
                });
                break;
            default:
                await finishJob(this.world, workload, ready);
        }
    }

    private obstacle(workload: KubeObject, spec: PodSpec, replicas: number | "one more", key: string): string | undefined {
        const namespace = workload.metadata.namespace!;
        for (const reference of references(spec)) {
            const [kind, name] = reference.split("|") as [string, string];
            const found = this.world.get(kind, namespace, name);
            if (!found || (kind === K.PersistentVolumeClaim && found.status?.phase !== "Bound")) {
                this.wait(`${kind}|${namespace}/${name}`, key);
                const what = kind === K.Secret ? "secret" : kind === K.ConfigMap ? "configmap" : "persistentvolumeclaim";
                return found ? `pod has unbound immediate PersistentVolumeClaims: ${name}` : `${what} "${name}" not found`;
            }
        }
        const unschedulable =
            replicas === "one more"
                ? this.accelerators.schedule(surgeOf(workload), spec, 1)
                : this.accelerators.schedule(workload.metadata.uid!, spec, replicas);
        if (unschedulable) {
            this.wait("nodes", key);
            return unschedulable;
        }
        return killedWhileLoading(workload, spec);
    }

    /** Whether the pods of this template had time to start: a model pulls its image and loads its weights. */
    private started(workload: KubeObject, spec: PodSpec, template: string, pass: Pass): boolean {
        if (demand(spec) === undefined) {
            return pass.waited(
                `start ${template}`,
                workload.kind === "Job" ? duration("workload.job") : duration("workload.ready"),
            );
        }
        const images = spec.containers
            .map(({ image }) => image ?? "")
            .concat((spec.volumes ?? []).map((volume) => String(volume.image?.reference ?? "")));
        const wanted = this.accelerators
            .nodes(surgeOf(workload), workload.metadata.uid!)
            .flatMap((node) => images.map((image) => `${node}|${image}`));
        const cached = wanted.every((image) => this.pulled.has(image));
        const pull = pass.waited(`pull ${template}`, cached ? duration("model.pull.cached") : duration("model.pull"));
        if (!pull) {
            return false;
        }
        const loaded = pass.waited(`load ${template}`, loadSeconds(workload));
        if (loaded) {
            wanted.forEach((image) => this.pulled.add(image));
        }
        return loaded;
    }

    private async deployment(
        workload: KubeObject,
        replicas: number,
        ready: boolean,
        obstacle: string | undefined,
        template: string,
    ): Promise<void> {
        const { name, namespace, generation } = workload.metadata;
        const labels = { ...workload.spec.template.metadata?.labels, "pod-template-hash": template };
        const sets = this.world.ownedBy(K.ReplicaSet, workload);
        const setName = `${name}-${template}`;
        let set = sets.find((candidate) => candidate.metadata.name === setName);
        const revision = set?.metadata.annotations?.["deployment.kubernetes.io/revision"] ?? String(sets.length + 1);
        set ??= await this.world.ensure({
            apiVersion: "apps/v1",
            kind: "ReplicaSet",
            metadata: {
                name: setName,
                namespace: namespace!,
                labels,
                annotations: { "deployment.kubernetes.io/revision": revision },
                ownerReferences: [ownerOf(workload)],
            },
            spec: {
                replicas,
                selector: { matchLabels: { ...workload.spec.selector.matchLabels, "pod-template-hash": template } },
                template: { ...workload.spec.template, metadata: { ...workload.spec.template.metadata, labels } },
            },
        });
        await this.world.patch(workload, { metadata: { annotations: { "deployment.kubernetes.io/revision": revision } } });
        // While a new template rolls out, the pods of the old one go on serving.
        const old = sets.some((other) => other !== set && Number(other.status?.readyReplicas ?? 0) > 0);
        const serving = ready || (workload.spec.strategy?.type !== "Recreate" && old);
        const available = ready ? replicas : 0;
        await this.world.setStatus(set, {
            observedGeneration: set.metadata.generation,
            replicas,
            fullyLabeledReplicas: replicas,
            readyReplicas: available,
            availableReplicas: available,
        });
        if (ready) {
            for (const other of sets.filter(
                (candidate) => candidate.metadata.name !== setName && Number(candidate.status?.replicas ?? 0) > 0,
            )) {
                await this.world.patch(other, { spec: { replicas: 0 } });
                await this.world.setStatus(other, {
                    replicas: 0,
                    fullyLabeledReplicas: 0,
                    readyReplicas: 0,
                    availableReplicas: 0,
                });
            }
        }
        const now = this.world.timestamp();
        const minimum = serving || replicas === 0;
        // One more than there are to be: the first of the new template.
        const beside = serving && !ready ? 1 : 0;
        await this.world.setStatus(workload, {
            observedGeneration: generation,
            replicas: replicas + beside,
            updatedReplicas: beside || replicas,
            readyReplicas: minimum ? replicas : 0,
            availableReplicas: minimum ? replicas : 0,
            unavailableReplicas: minimum ? beside || null : replicas,
            conditions: [
                {
                    type: "Available",
                    status: minimum ? "True" : "False",
                    reason: minimum ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                    message: minimum
                        ? "Deployment has minimum availability."
                        : (obstacle ?? "Deployment does not have minimum availability."),
                    ...this.updated(workload, "Available", minimum, now),
                },
                {
                    type: "Progressing",
                    status: "True",
                    reason: ready ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
                    message: ready
                        ? `ReplicaSet "${setName}" has successfully progressed.`
                        : `ReplicaSet "${setName}" is progressing.`,
                    ...this.updated(workload, "Progressing", true, now),
                },
            ],
        });
    }

    private updated(workload: KubeObject, type: string, status: boolean, now: string): { lastUpdateTime: string } {
        const old = (
            workload.status?.conditions as { type: string; status: string; lastUpdateTime?: string }[] | undefined
        )?.find((c) => c.type === type);
        return {
            lastUpdateTime: old?.lastUpdateTime !== undefined && (old.status === "True") === status ? old.lastUpdateTime : now,
        };
    }

    private async claims(workload: KubeObject, replicas: number): Promise<void> {
        for (const template of (workload.spec.volumeClaimTemplates as KubeObject[] | undefined) ?? []) {
            for (let i = 0; i < replicas; i++) {
                await this.world.ensure({
                    apiVersion: "v1",
                    kind: "PersistentVolumeClaim",
                    metadata: {
                        name: `${template.metadata.name}-${workload.metadata.name}-${i}`,
                        namespace: workload.metadata.namespace!,
                        labels: workload.spec.selector.matchLabels,
                    },
                    spec: template.spec,
                });
            }
        }
    }
}

function hashOf(value: unknown): string {
    return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 10);
}
