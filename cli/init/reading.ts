/** The facts that `maas init` reads from a cluster. */
import { instanceTypeOf } from "../../catalogue/gpu/instanceTypes";
import { workerSets } from "../../components/cluster";
import type { Kube, KubeObject } from "../../components/kube";
import { isForbidden } from "../cluster";
import { RefusalError } from "../exit";

/** GPU nodes that exist. */
export interface GpuNodes {
    readonly instanceType: string;
    readonly nodes: number;
}

/** What one request of `maas init` asks for. */
export type Asked = "ClusterVersion" | "Infrastructure" | "Ingress" | "MachineSets" | "nodes" | "Subscriptions";

/** A cluster, as far as a stack file says something of it. What its user may not read is in `unread`, and absent or empty elsewhere. */
export interface Reading {
    readonly version?: string;
    readonly domain?: string;
    readonly region?: string;
    readonly infrastructureName?: string;
    readonly ami?: string;
    readonly zones: readonly string[];
    /** Absent where nodes could not be read. */
    readonly workers?: number;
    readonly gpuNodes: readonly GpuNodes[];
    /** OLM packages that are installed. */
    readonly operators: readonly string[];
    /** Namespaces of their Subscriptions, where these could be read. */
    readonly operatorNamespaces: Readonly<Record<string, string>>;
    /** Their ClusterServiceVersions, where OLM says which is installed. */
    readonly operatorVersions?: Readonly<Record<string, string>>;
    /** What the cluster refused to tell, in its words. */
    readonly unread: readonly Unknown[];
    /** What the cluster has not, and what that means. */
    readonly absent: readonly Unknown[];
}

/** Something that a stack file says of a cluster, and that this one did not tell. */
export interface Unknown {
    readonly what: Asked;
    readonly why: string;
}

const CONFIG = "config.openshift.io/v1";

/**
 * Reads a cluster. What its user may not read is listed and left out.
 *
 * @throws KubeError when it does not answer or does not accept the login
 * @throws RefusalError when it is no OpenShift
 */
export async function readCluster(kube: Kube): Promise<Reading> {
    const unread: Unknown[] = [];
    const asked = async <T>(what: Asked, reading: Promise<T>): Promise<T | undefined> =>
        reading.catch((e: unknown) => {
            if (!isForbidden(e)) {
                throw e;
            }
            unread.push({ what, why: e.message.replace(/^[^:]*: /, "") });
            return undefined;
        });
    const [version, infrastructure, ingress, machineSets = [], nodes, subscriptions = []] = await Promise.all([
        asked("ClusterVersion", kube.get({ apiVersion: CONFIG, plural: "clusterversions" }, "version")),
        asked("Infrastructure", kube.get({ apiVersion: CONFIG, plural: "infrastructures" }, "cluster")),
        asked("Ingress", kube.get({ apiVersion: CONFIG, plural: "ingresses" }, "cluster")),
        asked(
            "MachineSets",
            kube.list({ apiVersion: "machine.openshift.io/v1beta1", plural: "machinesets", namespace: "openshift-machine-api" }),
        ),
        asked("nodes", kube.list({ apiVersion: "v1", plural: "nodes" })),
        asked("Subscriptions", kube.list({ apiVersion: "operators.coreos.com/v1alpha1", plural: "subscriptions" })),
    ]);
    if (version === undefined && !unread.some(({ what }) => what === "ClusterVersion")) {
        throw new RefusalError(
            `The cluster at ${kube.access.server} is no OpenShift: it has no ClusterVersion. Log in to another one (oc login, KUBECONFIG), or name its context with --context.`,
        );
    }
    const { infrastructureName, platformStatus } = (infrastructure?.status ?? {}) as {
        infrastructureName?: string;
        platformStatus?: { type?: string; aws?: { region?: string } };
    };
    const { desired } = (version?.status ?? {}) as { desired?: { version?: string } };
    const { domain } = (ingress?.spec ?? {}) as { domain?: string };
    const workers = workerSets(machineSets);
    const ami = workers.map((worker) => worker.ami).find((id) => id !== undefined);
    const region = platformStatus?.aws?.region;
    const zones = [...new Set(workers.flatMap(({ zone }) => zone ?? []))].sort();
    const may = (what: Asked): boolean => !unread.some((one) => one.what === what);
    const absent: Unknown[] = [
        ...(region === undefined && may("Infrastructure")
            ? [{ what: "Infrastructure" as const, why: `no region of AWS: the platform is ${platformStatus?.type ?? "unknown"}` }]
            : []),
        // Source: docs/sources/openshift.md#hosted-control-planes.
        ...((ami === undefined || zones.length === 0) && may("MachineSets")
            ? [
                  {
                      what: "MachineSets" as const,
                      why: "no workers of AWS among them, as with hosted control planes and ROSA: GPU nodes have to be there already, gpu.pools[].existing",
                  },
              ]
            : []),
    ];
    const types = (nodes ?? []).flatMap((node) => gpuTypeOf(node) ?? []);
    const installed = subscriptions.flatMap(({ spec, metadata }): [string, string][] =>
        typeof spec?.["name"] === "string" ? [[spec["name"], metadata.namespace!]] : [],
    );
    return {
        ...(desired?.version !== undefined && { version: desired.version }),
        ...(domain !== undefined && { domain }),
        ...(region !== undefined && { region }),
        ...(infrastructureName !== undefined && { infrastructureName }),
        ...(ami !== undefined && { ami }),
        zones,
        ...(nodes !== undefined && {
            workers: nodes.filter((node) => "node-role.kubernetes.io/worker" in labelsOf(node)).length,
        }),
        gpuNodes: [...new Set(types)].sort().map((instanceType) => ({
            instanceType,
            nodes: types.filter((type) => type === instanceType).length,
        })),
        operators: [...new Set(installed.map(([name]) => name))].sort(),
        operatorNamespaces: Object.fromEntries(installed),
        operatorVersions: Object.fromEntries(
            subscriptions.flatMap(({ spec, status }): [string, string][] => {
                const [name, csv] = [spec?.["name"], status?.["installedCSV"]];
                return typeof name === "string" && typeof csv === "string" ? [[name, csv]] : [];
            }),
        ),
        unread,
        absent,
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
