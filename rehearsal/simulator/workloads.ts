import { createHash } from "node:crypto";

import type { KubeObject } from "../cluster/cluster";
import { duration } from "./durations";
import { K } from "./kind-names";
import { type Controller, isTrue, itself, keyOf, ownerOf, type Pass, splitKey, type World } from "./world";

interface PodSpec {
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly volumes?: readonly Record<string, any>[];
    readonly tolerations?: readonly { key?: string; operator?: string; value?: string; effect?: string }[];
    readonly nodeSelector?: Readonly<Record<string, string>>;
}

interface Container {
    readonly image?: string;
    readonly startupProbe?: { readonly periodSeconds?: number; readonly failureThreshold?: number };
    readonly env?: readonly { valueFrom?: Record<string, { name?: string; optional?: boolean }> }[];
    readonly envFrom?: readonly {
        secretRef?: { name?: string; optional?: boolean };
        configMapRef?: { name?: string; optional?: boolean };
    }[];
    readonly resources?: {
        readonly limits?: Record<string, string | number>;
        readonly requests?: Record<string, string | number>;
    };
}

/** Annotation of pods: GiB that they read before they serve. */
export const WEIGHTS = "rehearsal.maas-platform.io/weights-gib";
/** What a node's volume gives where nothing faster is paid for. Source: facts/aws-gpu.md (gp3: 125 MiB/s). */
const READ_GIB_PER_SECOND = 125 / 1024;

/** Extended resources that only some nodes have. */
const ACCELERATORS = ["nvidia.com/gpu", "habana.ai/gaudi", "amd.com/gpu"];

/** Secrets, ConfigMaps and claims that a pod cannot start without, as `kind/name`. */
function references(spec: PodSpec): string[] {
    const found: string[] = [];
    const add = (kind: string, name: string | undefined, optional?: boolean): void => {
        if (name && !optional) {
            found.push(`${kind}|${name}`);
        }
    };
    for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
        for (const { valueFrom } of container.env ?? []) {
            add(K.Secret, valueFrom?.secretKeyRef?.name, valueFrom?.secretKeyRef?.optional);
            add(K.ConfigMap, valueFrom?.configMapKeyRef?.name, valueFrom?.configMapKeyRef?.optional);
        }
        for (const { secretRef, configMapRef } of container.envFrom ?? []) {
            add(K.Secret, secretRef?.name, secretRef?.optional);
            add(K.ConfigMap, configMapRef?.name, configMapRef?.optional);
        }
    }
    for (const { secret, configMap, persistentVolumeClaim } of spec.volumes ?? []) {
        add(K.Secret, secret?.secretName, secret?.optional);
        add(K.ConfigMap, configMap?.name, configMap?.optional);
        add(K.PersistentVolumeClaim, persistentVolumeClaim?.claimName);
    }
    return found;
}

/** Hands out accelerators of nodes to pods that ask for them, and takes them back. */
class Accelerators {
    private readonly held = new Map<string, { node: string; resource: string; count: number }[]>();

    constructor(private readonly world: World) {}

    /** @returns why the pods cannot be scheduled; undefined once each has its node */
    schedule(workload: KubeObject, spec: PodSpec, replicas: number): string | undefined {
        const uid = workload.metadata.uid!;
        const [resource, count] = demand(spec) ?? [];
        const mine = (this.held.get(uid) ?? [])
            .filter(({ node }) => this.world.get(K.Node, "", node) !== undefined)
            .slice(0, replicas);
        this.held.set(uid, mine);
        if (resource === undefined || count === undefined) {
            return undefined;
        }
        const nodes = this.world.all(K.Node).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
        const used = new Map<string, number>();
        for (const { node, resource: taken, count: n } of [...this.held.values()].flat()) {
            used.set(`${node}|${taken}`, (used.get(`${node}|${taken}`) ?? 0) + n);
        }
        while (mine.length < replicas) {
            const insufficient: string[] = [];
            const node = nodes.find((candidate) => {
                const name = candidate.metadata.name;
                const taint = (
                    (candidate.spec?.taints as { key: string; value?: string; effect: string }[] | undefined) ?? []
                ).find((t) => t.effect !== "PreferNoSchedule" && !tolerated(spec, t));
                const selected = Object.entries(spec.nodeSelector ?? {}).every(
                    ([key, value]) => candidate.metadata.labels?.[key] === value,
                );
                const free = Number(candidate.status?.allocatable?.[resource] ?? 0) - (used.get(`${name}|${resource}`) ?? 0);
                const reason = !selected
                    ? "node(s) didn't match Pod's node affinity/selector"
                    : taint
                      ? `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`
                      : free < count
                        ? `Insufficient ${resource}`
                        : undefined;
                if (reason) {
                    insufficient.push(reason);
                }
                return reason === undefined;
            });
            if (!node) {
                const counts = new Map<string, number>();
                insufficient.forEach((reason) => counts.set(reason, (counts.get(reason) ?? 0) + 1));
                return `0/${nodes.length} nodes are available: ${[...counts].map(([reason, n]) => `${n} ${reason}`).join(", ")}.`;
            }
            mine.push({ node: node.metadata.name, resource, count });
            used.set(`${node.metadata.name}|${resource}`, (used.get(`${node.metadata.name}|${resource}`) ?? 0) + count);
        }
        return undefined;
    }

    nodes(uid: string): string[] {
        return (this.held.get(uid) ?? []).map(({ node }) => node);
    }

    free(uid: string): void {
        this.held.delete(uid);
    }
}

/** A model of many GiB takes as long as its volume. */
function loadSeconds(workload: KubeObject): number {
    const weights = Number(workload.spec.template.metadata?.annotations?.[WEIGHTS] ?? 0);
    return Math.max(duration("model.load"), Math.round(weights / READ_GIB_PER_SECOND));
}

/** The start-up probe of the release's preset gives up after 10 minutes; what loads longer never starts. */
function killedWhileLoading(workload: KubeObject, spec: PodSpec): string | undefined {
    if (workload.spec.template.metadata?.annotations?.[WEIGHTS] === undefined) {
        return undefined;
    }
    const { periodSeconds = 10, failureThreshold = 60 } = spec.containers[0]?.startupProbe ?? {};
    return loadSeconds(workload) > periodSeconds * failureThreshold
        ? `Container main failed startup probe, will be restarted: the model was not loaded within ${periodSeconds * failureThreshold} s`
        : undefined;
}

function demand(spec: PodSpec): [resource: string, count: number] | undefined {
    for (const resource of ACCELERATORS) {
        const count = spec.containers.reduce(
            (sum, { resources }) => sum + Number(resources?.limits?.[resource] ?? resources?.requests?.[resource] ?? 0),
            0,
        );
        if (count > 0) {
            return [resource, count];
        }
    }
    return undefined;
}

function tolerated({ tolerations = [] }: PodSpec, taint: { key: string; value?: string; effect: string }): boolean {
    return tolerations.some(
        ({ key, operator, value, effect }) =>
            (key === undefined ? operator === "Exists" : key === taint.key) &&
            (effect === undefined || effect === "" || effect === taint.effect) &&
            (operator === "Exists" || (value ?? "") === (taint.value ?? "")),
    );
}

/** Deployments, StatefulSets, DaemonSets and Jobs: their pods start when what they refer to is there. */
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
        const obstacle = this.obstacle(workload, spec, replicas, key);
        const template = hashOf(workload.spec.template);
        const fault = this.world.faults.notReady(workload.kind, name);
        const ready = !obstacle && fault === undefined && (replicas === 0 || this.started(workload, spec, template, pass));
        switch (kind) {
            case K.Deployment:
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
                await this.job(workload, ready);
        }
    }

    private obstacle(workload: KubeObject, spec: PodSpec, replicas: number, key: string): string | undefined {
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
        const unschedulable = this.accelerators.schedule(workload, spec, replicas);
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
            .nodes(workload.metadata.uid!)
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
        const serving = ready || sets.some((other) => other !== set && Number(other.status?.readyReplicas ?? 0) > 0);
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
        await this.world.setStatus(workload, {
            observedGeneration: generation,
            replicas,
            updatedReplicas: replicas,
            readyReplicas: minimum ? replicas : 0,
            availableReplicas: minimum ? replicas : 0,
            unavailableReplicas: minimum ? null : replicas,
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

    private async job(workload: KubeObject, ready: boolean): Promise<void> {
        const startTime = workload.status?.startTime ?? this.world.timestamp();
        if (!ready) {
            await this.world.setStatus(workload, { startTime, active: 1, ready: 0 });
            return;
        }
        if (isTrue(workload, "Complete")) {
            return;
        }
        const done = {
            status: "True" as const,
            reason: "CompletionsReached",
            message: "Reached expected number of succeeded pods",
        };
        await this.world.setStatus(workload, {
            startTime,
            completionTime: this.world.timestamp(),
            active: null,
            ready: 0,
            succeeded: Number(workload.spec.completions ?? 1),
            conditions: [
                { type: "SuccessCriteriaMet", ...done },
                { type: "Complete", ...done },
            ],
        });
    }
}

function hashOf(value: unknown): string {
    return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 10);
}

/** Claims are bound when a workload uses them (`WaitForFirstConsumer`), if their class exists. */
export class Claims implements Controller {
    readonly name = "claims";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const used = (workload: KubeObject): string[] => [
            ...references(workload.spec.template.spec)
                .filter((reference) => reference.startsWith(K.PersistentVolumeClaim))
                .map((reference) => `${workload.metadata.namespace}/${reference.split("|")[1]}`),
        ];
        this.watches = {
            [K.PersistentVolumeClaim]: itself,
            [K.Deployment]: used,
            [K.StatefulSet]: used,
            [K.Job]: used,
            [K.StorageClass]: () => world.keys(K.PersistentVolumeClaim),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const [namespace, name] = splitKey(key);
        const claim = this.world.get(K.PersistentVolumeClaim, namespace, name);
        if (!claim || claim.status?.phase === "Bound") {
            return;
        }
        const classes = this.world.all(K.StorageClass);
        const wanted = claim.spec.storageClassName as string | undefined;
        const storage = classes.find((candidate) =>
            wanted === undefined
                ? candidate.metadata.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true"
                : candidate.metadata.name === wanted,
        );
        const immediate = storage?.volumeBindingMode !== "WaitForFirstConsumer";
        const consumed =
            immediate ||
            [K.Deployment, K.StatefulSet, K.Job].some((kind) =>
                this.world
                    .inNamespace(kind, namespace)
                    .some(
                        (workload) =>
                            references(workload.spec.template.spec).includes(`${K.PersistentVolumeClaim}|${name}`) ||
                            ((workload.spec.volumeClaimTemplates as KubeObject[] | undefined) ?? []).some((template) =>
                                name.startsWith(`${template.metadata.name}-${workload.metadata.name}-`),
                            ),
                    ),
            );
        if (
            storage &&
            consumed &&
            this.world.faults.notReady("PersistentVolumeClaim", name) === undefined &&
            pass.waited("bind", duration("workload.claim"))
        ) {
            await this.world.setStatus(claim, {
                phase: "Bound",
                accessModes: claim.spec.accessModes,
                capacity: { storage: claim.spec.resources.requests.storage },
            });
        }
    }
}

/** Services have endpoints once a workload that they select is ready, and an address once a load balancer has one. */
export class Services implements Controller {
    readonly name = "services";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const around = (object: KubeObject): string[] => {
            const labels = (object.spec?.template?.metadata?.labels ?? {}) as Record<string, string>;
            return world
                .inNamespace(K.Service, object.metadata.namespace!)
                .filter((service) => selects(service, labels))
                .map(keyOf);
        };
        this.watches = {
            [K.Service]: itself,
            [K.Deployment]: around,
            [K.StatefulSet]: around,
            [K.Namespace]: () => [],
            "v1/Endpoints": () => [],
            "discovery.k8s.io/v1/EndpointSlice": () => [],
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const [namespace, name] = splitKey(key);
        const service = this.world.get(K.Service, namespace, name);
        if (!service || service.metadata.deletionTimestamp) {
            return;
        }
        if (
            service.spec.type === "LoadBalancer" &&
            !service.status?.loadBalancer?.ingress &&
            pass.waited("balancer", duration("ingress.loadbalancer"))
        ) {
            const hostname = `${createHash("sha256").update(key).digest("hex").slice(0, 32)}.us-east-2.elb.amazonaws.com`;
            await this.world.setStatus(service, { loadBalancer: { ingress: [{ hostname }] } });
        }
        if (!service.spec.selector) {
            return;
        }
        const backing = [K.Deployment, K.StatefulSet]
            .flatMap((kind) => this.world.inNamespace(kind, namespace))
            .find(
                (workload) =>
                    selects(service, workload.spec.template.metadata?.labels ?? {}) &&
                    Number(workload.status?.readyReplicas ?? 0) > 0,
            );
        if (!backing) {
            return;
        }
        const digest = createHash("sha256").update(keyOf(backing)).digest();
        const ip = `10.128.${digest[0]}.${digest[1]! | 1}`;
        const ports = (
            (service.spec.ports as
                { name?: string; port: number; targetPort?: number | string; protocol?: string }[] | undefined) ?? []
        ).map(({ name: port, port: number, targetPort, protocol }) => ({
            ...(port !== undefined && { name: port }),
            port: typeof targetPort === "number" ? targetPort : number,
            protocol: protocol ?? "TCP",
        }));
        const owner = ownerOf(service);
        await this.world.ensure({
            apiVersion: "v1",
            kind: "Endpoints",
            metadata: { name, namespace, ownerReferences: [owner] },
            subsets: [{ addresses: [{ ip }], ports }],
        });
        await this.world.ensure({
            apiVersion: "discovery.k8s.io/v1",
            kind: "EndpointSlice",
            metadata: {
                name: `${name}-${createHash("sha256").update(key).digest("hex").slice(0, 5)}`,
                namespace,
                labels: { "kubernetes.io/service-name": name },
                ownerReferences: [owner],
            },
            addressType: "IPv4",
            endpoints: [{ addresses: [ip], conditions: { ready: true, serving: true, terminating: false } }],
            ports,
        });
    }
}

function selects(service: KubeObject, labels: Readonly<Record<string, string>>): boolean {
    const selector = Object.entries((service.spec?.selector ?? {}) as Record<string, string>);
    return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
}
