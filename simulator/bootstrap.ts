/** A fresh OpenShift cluster: the objects that its installer and its own operators leave. */
import { setTimeout } from "node:timers/promises";

import type { Clock } from "../rehearsal/clock";
import { ApiError, type Cluster, type KubeObject } from "../rehearsal/cluster/cluster";
import { isEstablished } from "../rehearsal/cluster/definition";
import { shippedKinds } from "../rehearsal/cluster/served-kinds";
import fixture from "./data/openshift-aws.json";
import type { DefinitionSource } from "./definitions";
import { K } from "./kind-names";
import { permissiveDefinition } from "./olm/catalogue";
import type { World } from "./world";
import { nodeObject, nodeStatus } from "./openshift/nodes";
import { seedObjects } from "./openshift/seed";
import { type Site, siteOf } from "./openshift/site";

/** The number of seeds that are written at a time. */
const PARALLEL = 16;

/** A real API server serves nothing of OpenShift: its kinds become CustomResourceDefinitions. */
export async function openshiftDefinitions(cluster: Cluster, clock: Clock, crds: DefinitionSource): Promise<void> {
    const shipped = new Map(crds("openshift").map((object) => [(object as KubeObject).metadata.name, object as KubeObject]));
    const kinds = new Map<string, { name: string; kind: string; versions: string[]; scope: string }>();
    for (const { group, plural, kind, version, namespaced } of shippedKinds().openshift) {
        const name = `${plural}.${group}`;
        const known = kinds.get(name) ?? { name, kind, versions: [], scope: namespaced ? "Namespaced" : "Cluster" };
        kinds.set(name, { ...known, versions: [...known.versions, version] });
    }
    for (const [name, definition] of kinds) {
        if (!shipped.has(name)) {
            shipped.set(name, permissiveDefinition(definition) as KubeObject);
        }
    }
    await inParallel([...shipped.values()], (definition) => put(cluster, definition));
    await inParallel([...shipped.keys()], async (name) => {
        for (;;) {
            const found = await cluster.get({
                apiVersion: "apiextensions.k8s.io/v1",
                kind: "CustomResourceDefinition",
                name,
            });
            if (found && isEstablished(found)) {
                return;
            }
            await new Promise<void>((resolve) => clock.after(10, resolve));
        }
    });
}

/** The site of a cluster that another simulation has begun; undefined for an empty one. */
export async function present(cluster: Cluster): Promise<Site | undefined> {
    const config = { apiVersion: "config.openshift.io/v1", name: "cluster" };
    const infrastructure = await cluster.get({ ...config, kind: "Infrastructure" });
    if (infrastructure === undefined) {
        return undefined;
    }
    const infrastructureName = String(infrastructure.status?.infrastructureName);
    const ingress = await cluster.get({ ...config, kind: "Ingress" });
    const sets = await cluster.list("machine.openshift.io/v1beta1", "MachineSet", "openshift-machine-api");
    const workers = `${infrastructureName}-worker-`;
    return siteOf({
        infrastructureName,
        region: infrastructure.status?.platformStatus?.aws?.region as string | undefined,
        domain: ingress?.spec?.domain as string | undefined,
        zones: sets
            .map(({ metadata }) => metadata.name)
            .filter((name) => name.startsWith(workers))
            .map((name) => name.slice(workers.length))
            .sort(),
    });
}

/** Creates the objects of a fresh cluster: namespaces first, then everything else, then the control plane's nodes. */
export async function seed(world: World): Promise<void> {
    const seeds = seedObjects(world.site);
    await inParallel(
        seeds.filter(({ kind }) => kind === "Namespace"),
        (object) => put(world.cluster, object),
    );
    await inParallel(
        seeds.filter(({ kind }) => kind !== "Namespace"),
        (object) => put(world.cluster, object),
    );
    const { zones, region } = world.site;
    await inParallel([...Array(fixture.controlPlane.replicas).keys()], async (index) => {
        const zone = zones[index % zones.length]!;
        const address = `10.0.${index * 16}.10`;
        const name = `ip-${address.replace(/\./g, "-")}.${region}.compute.internal`;
        const type = fixture.controlPlane.instanceType;
        const node = nodeObject(
            name,
            zone,
            type,
            { "node-role.kubernetes.io/control-plane": "", "node-role.kubernetes.io/master": "" },
            {
                taints: [{ key: "node-role.kubernetes.io/master", effect: "NoSchedule" }],
                providerID: `aws:///${zone}/i-0000000000000000${index}`,
            },
        );
        const { conditions, ...status } = nodeStatus(type, address, name);
        await put(world.cluster, { ...node, status: { ...status, conditions: world.conditions([], conditions as []) } });
    });
}

/** Milliseconds that the installer's workers may take to join, by the clock on the wall. */
const JOIN_MILLISECONDS = 60_000;

/**
 * Waits until the nodes of the installer's worker MachineSets have joined, which takes no rehearsed time: a cluster has them before
 * anything is deployed on it.
 *
 * @throws Error when they do not
 */
export async function workersJoined(world: World): Promise<void> {
    const wanted = seedObjects(world.site)
        .filter(({ kind }) => kind === "MachineSet")
        .reduce((sum, { spec }) => sum + Number(spec.replicas), 0);
    const deadline = performance.now() + JOIN_MILLISECONDS;
    const joined = () =>
        world.all(K.Node).filter(({ metadata }) => metadata.labels?.["node-role.kubernetes.io/worker"] !== undefined);
    while (joined().length < wanted) {
        if (performance.now() > deadline) {
            throw new Error(`${joined().length} of ${wanted} worker nodes of the simulated cluster joined`);
        }
        await setTimeout(10);
    }
}

/** Creates an object and writes its status; what exists is left alone. */
export async function put(cluster: Cluster, { status, ...object }: KubeObject): Promise<void> {
    try {
        await cluster.create(object as KubeObject, { fieldManager: "cluster-bootstrap" });
    } catch (error) {
        if (error instanceof ApiError && error.reason === "AlreadyExists") {
            return;
        }
        throw error;
    }
    if (status !== undefined) {
        const { apiVersion, kind, metadata } = object as KubeObject;
        await cluster.mergePatch(
            { apiVersion, kind, name: metadata.name, namespace: metadata.namespace },
            { status },
            { fieldManager: "cluster-bootstrap", subresource: "status" },
        );
    }
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
    const queue = [...items];
    await Promise.all(
        Array.from({ length: PARALLEL }, async () => {
            for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
                await work(item);
            }
        }),
    );
}
