/**
 * Requirements of nodes and machines. Source: docs/sources/openshift.md#prerequisites,
 * docs/sources/gpu-nodes.md#what-a-node-is-cloned-from, docs/sources/aws.md#quotas, #credential-modes.
 */
import { MACHINE_API, nodeFacts, type WorkerSet, workerSets } from "../cluster";
import { instanceTypeOf } from "../../catalogue/gpu/instanceTypes";
import { createdPools, quotaBuckets, quotaDemand, quotaOf } from "../../catalogue/gpu/supply";
import { isTrue, type KubeObject } from "../kube";
import { failed, passed, type Precondition, unknown, type Wanted } from "./precondition";
import type { Reads } from "./reads";

/** The capacity that operators and gateways need besides GPU nodes. */
const WORKERS = { count: 2, vcpu: 8, memoryGiB: 32 };
const SINGLE = { vcpu: 32, memoryGiB: 128 };
/** A node reports a little less memory than its type has. */
const SLACK = 0.9;

async function workers(reads: Reads): Promise<WorkerSet[]> {
    return workerSets(await reads.list(MACHINE_API.apiVersion, "machinesets", MACHINE_API.namespace));
}

/** The zones that the pools use, sorted. */
async function zonesOf(reads: Reads, { settings }: Wanted): Promise<string[]> {
    const all = settings.cluster.zones ?? (await workers(reads)).flatMap(({ zone }) => zone ?? []);
    return [...new Set(createdPools(settings.gpu.pools).flatMap((pool) => pool.zones ?? all))].sort();
}

export const nodeChecks: readonly Precondition[] = [
    {
        id: "worker-nodes",
        what: `${WORKERS.count} worker nodes with ${WORKERS.vcpu} vCPUs and ${WORKERS.memoryGiB} GiB, or one with ${SINGLE.vcpu} and ${SINGLE.memoryGiB}`,
        why: "operators, gateways and databases run on them; GPU nodes run only models",
        async check(reads) {
            const nodes = (await reads.list("v1", "nodes")).filter(takesWorkloads).map(sizeOf);
            const fits = (least: { vcpu: number; memoryGiB: number }): number =>
                nodes.filter((n) => n.vcpu >= least.vcpu && n.memoryGiB >= least.memoryGiB * SLACK).length;
            const found =
                nodes.length === 0
                    ? "there are no worker nodes"
                    : nodes.map((n) => `${n.vcpu} vCPUs and ${Math.round(n.memoryGiB)} GiB`).join("; ");
            return fits(WORKERS) >= WORKERS.count || fits(SINGLE) >= 1
                ? passed(found)
                : failed(
                      found,
                      "add worker nodes, or larger ones: oc scale machineset -n openshift-machine-api <worker set> --replicas=2",
                  );
        },
    },
    {
        id: "machine-sets",
        what: "each zone of a GPU pool has a worker MachineSet, or its network is in the settings",
        why: "AMI, subnet, security groups and instance profile of GPU nodes are those of the zone's workers",
        async check(reads, wanted) {
            const { nodes: given, ...cluster } = wanted.settings.cluster;
            if (createdPools(wanted.settings.gpu.pools).length === 0) {
                return passed("no node is created");
            }
            const [sets, zones, infrastructure] = await Promise.all([
                workers(reads),
                zonesOf(reads, wanted),
                reads.get("config.openshift.io/v1", "infrastructures", "cluster"),
            ]);
            if (zones.length === 0) {
                return failed("no worker MachineSet has a zone", "set cluster.zones, cluster.ami and cluster.nodes");
            }
            const infra = String(cluster.infrastructureName ?? infrastructure?.status?.["infrastructureName"] ?? "");
            // If the settings have all of these, the program does not read the cluster and uses the installer's names.
            const readsCluster = [
                cluster.domain,
                cluster.region,
                cluster.infrastructureName,
                cluster.ami,
                cluster.zones,
            ].includes(undefined);
            const problems = zones.flatMap((zone) => {
                const worker = sets.find((set) => set.zone === zone)?.nodes;
                const byHand =
                    given?.subnets[zone] !== undefined &&
                    given.securityGroups !== undefined &&
                    given.instanceProfile !== undefined;
                if (worker === undefined) {
                    return byHand ? [] : [`${zone} has none`];
                }
                const taken = nodeFacts({ infrastructureName: infra }, zone, given);
                const differing = readsCluster
                    ? []
                    : (
                          [
                              ["subnet", given?.subnets[zone] === undefined],
                              ["securityGroups", given?.securityGroups === undefined],
                              ["instanceProfile", given?.instanceProfile === undefined],
                          ] as const
                      ).filter(
                          ([key, assumed]) =>
                              assumed && worker[key] !== undefined && JSON.stringify(worker[key]) !== JSON.stringify(taken[key]),
                      );
                return differing.map(
                    ([key]) => `${zone}: its ${key} is ${JSON.stringify(worker[key])}, not ${JSON.stringify(taken[key])}`,
                );
            });
            return problems.length === 0
                ? passed(zones.join(", "))
                : failed(
                      problems.join("; "),
                      "set cluster.nodes (subnets, securityGroups, instanceProfile), or remove cluster.zones so that the program reads them from the workers",
                  );
        },
    },
    {
        id: "machine-api-credentials",
        what: "the Machine API has its credentials and the start-up data of workers",
        why: "without them, machines are never created, or never become nodes",
        async check(reads) {
            const names = ["aws-cloud-credentials", "worker-user-data"];
            const secrets = await Promise.all(names.map((name) => reads.get("v1", "secrets", name, MACHINE_API.namespace)));
            const missing = names.filter((_, i) => secrets[i] === undefined);
            return missing.length === 0
                ? passed(`Secrets ${names.join(", ")}`)
                : failed(
                      `Secret ${missing.join(", ")} is not in ${MACHINE_API.namespace}`,
                      "let the Cloud Credential Operator create it (oc get credentialsrequests -A), or create it by hand in manual mode",
                  );
        },
    },
    {
        id: "credentials-mode",
        what: "the credentials mode for AWS is known",
        why: "it decides whether certificates with DNS challenges need only a CredentialsRequest, or an IAM role",
        async check(reads) {
            const [mode, authentication] = await Promise.all([
                reads.get("operator.openshift.io/v1", "cloudcredentials", "cluster"),
                reads.get("config.openshift.io/v1", "authentications", "cluster"),
            ]);
            const value = String(mode?.spec?.["credentialsMode"] ?? "");
            const issuer = String(authentication?.spec?.["serviceAccountIssuer"] ?? "");
            if (mode === undefined) {
                return unknown(
                    "there is no CloudCredential",
                    "certificates with Route 53 need credentials that you create yourself",
                );
            }
            if (value !== "Manual") {
                return passed(`${value === "" ? "default" : value}: OpenShift fulfils CredentialsRequests`);
            }
            return issuer.startsWith("https://")
                ? passed("Manual with tokens (STS): IAM roles for service accounts")
                : unknown(
                      "Manual without tokens",
                      "create the Secrets that operators request yourself: oc get credentialsrequests -A",
                  );
        },
    },
    {
        id: "instance-types",
        what: "each zone of a pool offers its instance type",
        why: "machines of a type that the zone does not offer fail permanently",
        async check(reads, wanted) {
            const { settings, aws } = wanted;
            const region = settings.cluster.region ?? (await regionOf(reads));
            const zones = await zonesOf(reads, wanted);
            const created = createdPools(settings.gpu.pools);
            if (created.length === 0) {
                return passed("no node is created");
            }
            const pairs = created.flatMap((pool) =>
                (pool.zones ?? settings.cluster.zones ?? zones).map((zone) => ({ pool, zone })),
            );
            if (aws !== undefined) {
                const missing = pairs.filter(({ pool, zone }) => !(aws.offerings[pool.instanceType] ?? []).includes(zone));
                return missing.length === 0
                    ? passed([...new Set(pairs.map(({ pool, zone }) => `${pool.instanceType} in ${zone}`))].join(", "))
                    : failed(
                          missing
                              .map(
                                  ({ pool, zone }) =>
                                      `${zone} does not offer ${pool.instanceType} (pool ${pool.name}); it is offered in ${aws.offerings[pool.instanceType]?.join(", ") || "no zone of the region"}`,
                              )
                              .join("; "),
                          "set zones that offer it (zones of the pool), or another instance type",
                      );
            }
            const unlisted = created.filter((pool) => instanceTypeOf(pool.instanceType)?.notListedIn.includes(region));
            const ask = `aws ec2 describe-instance-type-offerings --location-type availability-zone --region ${region} --filters Name=instance-type,Values=${[...new Set(created.map((p) => p.instanceType))].join(",")}`;
            return unlisted.length > 0
                ? unknown(
                      `${[...new Set(unlisted.map((p) => p.instanceType))].join(", ")} was not offered in ${region} when the catalogue was made`,
                      `query AWS: ${ask}`,
                  )
                : unknown("AWS was not queried", `set cluster.lookUp, or query AWS: ${ask}`);
        },
    },
    {
        id: "quotas",
        what: "the vCPU quotas of EC2 are sufficient for the largest size of the pools",
        why: "machines beyond a quota fail permanently; a new account has a quota of 0 for GPUs",
        async check(reads, wanted) {
            const { settings, aws } = wanted;
            const pools = createdPools(settings.gpu.pools);
            const demand = [...quotaDemand(pools, settings.cluster.zones ?? (await zonesOf(reads, wanted)))];
            const lines = demand.map(([bucket, { vcpu, pools: names }]) => {
                const quota = settings.cluster.quotas[bucket] ?? aws?.quotas[bucket];
                const { name, code } = quotaBuckets[bucket];
                return {
                    quota,
                    vcpu,
                    text: `"${name}" (${code}): ${quota ?? "not known"}, ${names.join(", ")} need ${vcpu}`,
                    code,
                };
            });
            const short = lines.filter(({ quota, vcpu }) => quota !== undefined && vcpu > quota);
            const open = lines.filter(({ quota }) => quota === undefined);
            const without = pools.filter((pool) => quotaOf(pool) === undefined && pool.capacityReservation?.block !== true);
            if (short.length > 0) {
                return failed(
                    short.map(({ text }) => text).join("; "),
                    `request a higher quota: ${short.map(({ code, vcpu }) => `aws service-quotas request-service-quota-increase --service-code ec2 --quota-code ${code} --desired-value ${vcpu}`).join("; ")}`,
                );
            }
            if (open.length > 0 || without.length > 0) {
                return unknown(
                    [
                        ...open.map(({ text }) => text),
                        ...without.map((p) => `the quota of pool ${p.name} (${p.instanceType}) is not in the catalogue`),
                    ].join("; "),
                    open.length > 0
                        ? `set cluster.quotas or cluster.lookUp; AWS reports it: ${open.map(({ code }) => `aws service-quotas get-service-quota --service-code ec2 --quota-code ${code}`).join("; ")}`
                        : "find it by name in AWS Service Quotas",
                );
            }
            return passed(
                lines.length === 0
                    ? "no pool counts against a quota"
                    : `${lines.map(({ text }) => text).join("; ")} (running instances are not counted)`,
            );
        },
    },
];

async function regionOf(reads: Reads): Promise<string> {
    const infrastructure = await reads.get("config.openshift.io/v1", "infrastructures", "cluster");
    const status = infrastructure?.status as { platformStatus?: { aws?: { region?: string } } } | undefined;
    return status?.platformStatus?.aws?.region ?? "";
}

function takesWorkloads(node: KubeObject): boolean {
    const { metadata, spec } = node;
    const labels = (metadata as { labels?: Record<string, string> }).labels ?? {};
    const taints = (spec?.["taints"] ?? []) as { effect: string }[];
    return (
        "kubernetes.io/hostname" in labels && taints.every(({ effect }) => effect === "PreferNoSchedule") && isTrue(node, "Ready")
    );
}

function sizeOf({ status }: KubeObject): { vcpu: number; memoryGiB: number } {
    const capacity = (status?.["capacity"] ?? {}) as { cpu?: string; memory?: string };
    const cpu = capacity.cpu ?? "0";
    const [, amount = "0", unit = ""] = /^(\d+)(\w*)$/.exec(capacity.memory ?? "0") ?? [];
    const factor = { Ki: 2 ** 20, Mi: 2 ** 10, Gi: 1, "": 2 ** 30 }[unit] ?? Infinity;
    return { vcpu: cpu.endsWith("m") ? Number(cpu.slice(0, -1)) / 1000 : Number(cpu), memoryGiB: Number(amount) / factor };
}
