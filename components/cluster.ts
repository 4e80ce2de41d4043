/** What the program must know of the cluster before it can name anything. */
import type { Settings } from "../stacks/schema";

/** Facts of a cluster, all known. */
export interface ClusterFacts {
    /** Apps domain: apps.prod.example.com. */
    readonly domain: string;
    readonly region: string;
    /** The installer's name for the cluster, with which its AWS resources are tagged. */
    readonly infrastructureName: string;
    readonly ami: string;
    /** Zones that have worker nodes, sorted. */
    readonly zones: readonly string[];
}

const CONFIG = "config.openshift.io/v1";

/**
 * Takes from the settings what they give and reads the rest from the cluster; with everything given, no cluster is
 * asked. The AMI is that of a worker MachineSet: one looked up in EC2 would not match the cluster's release.
 * Source: facts/platform.md 1.1.
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
            `the cluster does not tell ${unknown.map((key) => `cluster.${key}`).join(", ")}; set ${unknown.length === 1 ? "it" : "them"} in the stack file`,
        );
    }
    return facts as ClusterFacts;
}

async function readCluster(context: string | undefined, missing: readonly string[]): Promise<Partial<ClusterFacts>> {
    const { Kube } = await import("./kube");
    const settings = missing.map((key) => `cluster.${key}`).join(", ");
    try {
        const kube = await Kube.connect(context);
        const [infrastructure, ingress, machineSets] = await Promise.all([
            kube.get({ apiVersion: CONFIG, plural: "infrastructures" }, "cluster"),
            kube.get({ apiVersion: CONFIG, plural: "ingresses" }, "cluster"),
            kube.list({ apiVersion: "machine.openshift.io/v1beta1", plural: "machinesets", namespace: "openshift-machine-api" }),
        ]);
        const status = infrastructure?.status as
            { infrastructureName?: string; platformStatus?: { aws?: { region?: string } } } | undefined;
        const machines = machineSets.map(
            (set) =>
                (
                    set.spec as {
                        template?: {
                            spec?: {
                                providerSpec?: { value?: { ami?: { id?: string }; placement?: { availabilityZone?: string } } };
                            };
                        };
                    }
                ).template?.spec?.providerSpec?.value,
        );
        const region = status?.platformStatus?.aws?.region;
        const ami = machines.map((m) => m?.ami?.id).find((id) => id !== undefined);
        const domain = (ingress?.spec as { domain?: string } | undefined)?.domain;
        return {
            ...(domain !== undefined && { domain }),
            ...(region !== undefined && { region }),
            ...(status?.infrastructureName !== undefined && { infrastructureName: status.infrastructureName }),
            ...(ami !== undefined && { ami }),
            zones: [...new Set(machines.flatMap((m) => m?.placement?.availabilityZone ?? []))].sort(),
        };
    } catch (error) {
        throw new Error(
            `${settings} ${missing.length === 1 ? "is" : "are"} not in the stack file and could not be read from the cluster: ${(error as Error).message}\n` +
                "Log in to the cluster (KUBECONFIG), or set what is missing.",
            { cause: error },
        );
    }
}
