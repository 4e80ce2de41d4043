/** The facts that `maas init` reads from a cluster. */
import { instanceTypeOf } from "../../catalogue/gpu/instanceTypes";
import { workerSets } from "../../components/cluster";
import type { Kube, KubeObject } from "../../components/kube";

/** GPU nodes that exist. */
export interface GpuNodes {
    readonly instanceType: string;
    readonly nodes: number;
}

/** A cluster, as far as a stack file says something of it. */
export interface Reading {
    readonly version?: string;
    readonly domain?: string;
    readonly region?: string;
    readonly infrastructureName?: string;
    readonly ami?: string;
    readonly zones: readonly string[];
    readonly workers: number;
    readonly gpuNodes: readonly GpuNodes[];
    /** OLM packages that are installed. */
    readonly operators: readonly string[];
}

const CONFIG = "config.openshift.io/v1";

/** Reads a cluster. @throws KubeError when it does not answer or refuses */
export async function readCluster(kube: Kube): Promise<Reading> {
    const [version, infrastructure, ingress, machineSets, nodes, subscriptions] = await Promise.all([
        kube.get({ apiVersion: CONFIG, plural: "clusterversions" }, "version"),
        kube.get({ apiVersion: CONFIG, plural: "infrastructures" }, "cluster"),
        kube.get({ apiVersion: CONFIG, plural: "ingresses" }, "cluster"),
        kube.list({ apiVersion: "machine.openshift.io/v1beta1", plural: "machinesets", namespace: "openshift-machine-api" }),
        kube.list({ apiVersion: "v1", plural: "nodes" }),
        kube.list({ apiVersion: "operators.coreos.com/v1alpha1", plural: "subscriptions" }),
    ]);
    const { infrastructureName, platformStatus } = (infrastructure?.status ?? {}) as {
        infrastructureName?: string;
        platformStatus?: { aws?: { region?: string } };
    };
    const { desired } = (version?.status ?? {}) as { desired?: { version?: string } };
    const { domain } = (ingress?.spec ?? {}) as { domain?: string };
    const workers = workerSets(machineSets);
    const ami = workers.map((worker) => worker.ami).find((id) => id !== undefined);
    const region = platformStatus?.aws?.region;
    const types = nodes.flatMap((node) => gpuTypeOf(node) ?? []);
    return {
        ...(desired?.version !== undefined && { version: desired.version }),
        ...(domain !== undefined && { domain }),
        ...(region !== undefined && { region }),
        ...(infrastructureName !== undefined && { infrastructureName }),
        ...(ami !== undefined && { ami }),
        zones: [...new Set(workers.flatMap(({ zone }) => zone ?? []))].sort(),
        workers: nodes.filter((node) => "node-role.kubernetes.io/worker" in labelsOf(node)).length,
        gpuNodes: [...new Set(types)].sort().map((instanceType) => ({
            instanceType,
            nodes: types.filter((type) => type === instanceType).length,
        })),
        operators: [
            ...new Set(subscriptions.flatMap(({ spec }) => (typeof spec?.["name"] === "string" ? [spec["name"]] : []))),
        ].sort(),
    };
}

function labelsOf({ metadata }: KubeObject): Readonly<Record<string, string>> {
    return (metadata as { labels?: Record<string, string> }).labels ?? {};
}

/** The instance type of a node that the table of GPUs knows. */
function gpuTypeOf(node: KubeObject): string | undefined {
    const type = labelsOf(node)["node.kubernetes.io/instance-type"];
    return type !== undefined && (instanceTypeOf(type)?.gpus ?? 0) > 0 ? type : undefined;
}
