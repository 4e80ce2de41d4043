/** The facts of the cluster that names and settings of resources follow from. */
import type { Settings } from "../stacks/schema";
import { Kube, type KubeObject } from "./kube";

/** A reference of the Machine API to a resource of AWS: by id, or by tags. */
export type AwsReference<Id = string> =
    { readonly id: Id } | { readonly filters: { readonly name: string; readonly values: string[] }[] };

/** The properties that all nodes of a zone share: network, permissions, encryption. */
export interface NodeFacts<Id = string> {
    readonly subnet: AwsReference<Id>;
    readonly securityGroups: AwsReference<Id>[];
    /** Name of the IAM instance profile. */
    readonly instanceProfile: Id;
    /** ARN of the key that encrypts root volumes; undefined for the account's own. */
    readonly kmsKey?: Id;
}

/** The given properties of the nodes of all zones, as `cluster.nodes` of the settings has it; an id may be an output. */
export interface GivenNodes<Id = string> {
    /** Ids of subnets, by zone. */
    readonly subnets: Readonly<Record<string, Id>>;
    readonly securityGroups?: readonly Id[] | undefined;
    readonly instanceProfile?: Id | undefined;
    readonly kmsKey?: Id | undefined;
}

/** Facts of a cluster, all known. */
export interface ClusterFacts {
    /** Apps domain: apps.prod.example.com. */
    readonly domain: string;
    readonly region: string;
    /** The infrastructure name, which the installer puts into the tags of AWS resources. */
    readonly infrastructureName: string;
    readonly ami: string;
    /** Zones that have worker nodes, sorted. */
    readonly zones: readonly string[];
    /** The properties of worker nodes by zone, as far as the cluster was read. */
    readonly workers?: ReadonlyMap<string, Partial<NodeFacts>>;
}

const CONFIG = "config.openshift.io/v1";

/** API version and namespace of the objects of the Machine API. */
export const MACHINE_API = { apiVersion: "machine.openshift.io/v1beta1", namespace: "openshift-machine-api" } as const;

/**
 * Takes from the settings what they give and reads the rest from the cluster; with everything given, no cluster is
 * asked. The AMI is that of a worker MachineSet: one looked up in EC2 would not match the cluster's release.
 * Source: docs/sources/openshift.md#derived-from-the-cluster.
 *
 * @throws Error naming each setting that is missing, when the cluster cannot tell
 */
export async function clusterFacts(given: Settings["cluster"]): Promise<ClusterFacts> {
    const keys = ["domain", "region", "infrastructureName", "ami", "zones"] as const;
    const missing = keys.filter((key) => given[key] === undefined);
    const read = missing.length === 0 ? {} : await readCluster(given.context, missing);
    const facts = {
        ...read,
        ...Object.fromEntries(keys.flatMap((key) => (given[key] === undefined ? [] : [[key, given[key]]]))),
    } as Partial<ClusterFacts>;
    const unknown = keys.filter((key) => facts[key] === undefined || facts[key].length === 0);
    if (unknown.length > 0) {
        throw new Error(
            `the cluster does not report ${unknown.map((key) => `cluster.${key}`).join(", ")}; set ${unknown.length === 1 ? "it" : "them"} in the stack file`,
        );
    }
    return facts as ClusterFacts;
}

/**
 * The properties of the nodes of a zone: those of the settings, else those that the worker nodes of the zone have, else the names
 * that the installer of 4.16 and later gives. Source: docs/sources/gpu-nodes.md#what-a-node-is-cloned-from.
 */
export function nodeFacts<Id = string>(
    { infrastructureName: infra, workers }: Pick<ClusterFacts, "infrastructureName" | "workers">,
    zone: string,
    given: GivenNodes<Id> | undefined,
): NodeFacts<Id | string> {
    const worker = workers?.get(zone);
    const named = (name: string): AwsReference<Id | string> => ({ filters: [{ name: "tag:Name", values: [name] }] });
    const subnet = given?.subnets[zone];
    const kmsKey = given?.kmsKey ?? worker?.kmsKey;
    return {
        subnet: subnet === undefined ? (worker?.subnet ?? named(`${infra}-subnet-private-${zone}`)) : { id: subnet },
        securityGroups: given?.securityGroups?.map((id) => ({ id })) ??
            worker?.securityGroups ?? [named(`${infra}-node`), named(`${infra}-lb`)],
        instanceProfile: given?.instanceProfile ?? worker?.instanceProfile ?? `${infra}-worker-profile`,
        ...(kmsKey !== undefined && { kmsKey }),
    };
}

/** A worker MachineSet, and the properties of its nodes. */
export interface WorkerSet {
    readonly name: string;
    readonly zone: string | undefined;
    readonly ami: string | undefined;
    readonly nodes: Partial<NodeFacts>;
}

interface Provider {
    readonly ami?: { readonly id?: string };
    readonly placement?: { readonly availabilityZone?: string };
    readonly subnet?: unknown;
    readonly securityGroups?: readonly unknown[];
    readonly iamInstanceProfile?: { readonly id?: string };
    readonly blockDevices?: readonly { readonly ebs?: { readonly kmsKey?: { readonly arn?: string } } }[];
}

/**
 * Worker MachineSets by name. MachineSets with a taint are left out: they serve other workloads than the platform's own, as the
 * GPU pools of this program do.
 */
export function workerSets(machineSets: readonly KubeObject[]): WorkerSet[] {
    return machineSets
        .map((set) => {
            const template = (
                set.spec as { template?: { spec?: { taints?: unknown[]; providerSpec?: { value?: Provider } } } } | undefined
            )?.template?.spec;
            return { name: set.metadata.name, taints: template?.taints ?? [], value: template?.providerSpec?.value };
        })
        .filter(({ taints }) => taints.length === 0)
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ name, value }) => {
            const subnet = reference(value?.subnet);
            const groups = (value?.securityGroups ?? []).map(reference);
            const profile = value?.iamInstanceProfile?.id;
            const kmsKey = value?.blockDevices?.[0]?.ebs?.kmsKey?.arn;
            return {
                name,
                zone: value?.placement?.availabilityZone,
                ami: value?.ami?.id,
                nodes: {
                    ...(subnet !== undefined && { subnet }),
                    ...(groups.length > 0 && groups.every((g) => g !== undefined) && { securityGroups: groups }),
                    ...(profile !== undefined && profile !== "" && { instanceProfile: profile }),
                    ...(kmsKey !== undefined && kmsKey !== "" && { kmsKey }),
                },
            };
        });
}

/** A reference of the Machine API; undefined for one that its own webhook would not use. */
function reference(value: unknown): AwsReference | undefined {
    const { id, filters } = (value ?? {}) as { id?: string; filters?: { name: string; values?: string[] }[] };
    if (id !== undefined && id !== "") {
        return { id };
    }
    const usable = (filters ?? []).flatMap(({ name, values }) =>
        values !== undefined && values.length > 0 ? [{ name, values }] : [],
    );
    return usable.length > 0 ? { filters: usable } : undefined;
}

async function readCluster(context: string | undefined, missing: readonly string[]): Promise<Partial<ClusterFacts>> {
    const settings = missing.map((key) => `cluster.${key}`).join(", ");
    try {
        const kube = await Kube.connect(context);
        const [infrastructure, ingress, machineSets] = await Promise.all([
            kube.get({ apiVersion: CONFIG, plural: "infrastructures" }, "cluster"),
            kube.get({ apiVersion: CONFIG, plural: "ingresses" }, "cluster"),
            kube.list({ ...MACHINE_API, plural: "machinesets" }),
        ]);
        const status = infrastructure?.status as
            { infrastructureName?: string; platformStatus?: { aws?: { region?: string } } } | undefined;
        const workers = workerSets(machineSets);
        const region = status?.platformStatus?.aws?.region;
        const ami = workers.map((worker) => worker.ami).find((id) => id !== undefined);
        const domain = (ingress?.spec as { domain?: string } | undefined)?.domain;
        const zones = [...new Set(workers.flatMap(({ zone }) => zone ?? []))].sort();
        return {
            ...(domain !== undefined && { domain }),
            ...(region !== undefined && { region }),
            ...(status?.infrastructureName !== undefined && { infrastructureName: status.infrastructureName }),
            ...(ami !== undefined && { ami }),
            zones,
            workers: new Map(zones.map((zone) => [zone, workers.find((worker) => worker.zone === zone)!.nodes])),
        };
    } catch (error) {
        throw new Error(
            `${settings} ${missing.length === 1 ? "is" : "are"} not in the stack file and could not be read from the cluster: ` +
                `${(error as Error).message}. You can also set the missing values in the stack file.`,
            { cause: error },
        );
    }
}
