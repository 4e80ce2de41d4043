import type { NodeSet } from "../../catalogue/capacity/model";
import { capacityOfStack, marketIsCertain, type Quota, quotaOf } from "../capacity";
import { stackRule } from "../rule";

/** GPU nodes fit the EC2 vCPU quotas; EC2 would refuse only the nodes beyond them. */
export const gpusWithinQuota = stackRule<{ vcpus: Readonly<Record<string, number>> }>(
    {
        name: "gpus-within-quota",
        title: "GPU nodes fit the vCPU quotas of the account",
        why: "EC2 starts no node beyond the quota, and a MachineSet does not report the failure: models stay Pending, while the nodes that started cost money.",
        remedy: "Use fewer or smaller nodes, or request a higher quota from AWS and raise `vcpus` in the configuration of this rule.",
        severity: "high",
        source: "docs/sources/aws.md#quotas",
        config: {
            vcpus: {
                type: "object",
                additionalProperties: { type: "number", minimum: 0 },
                default: { "L-DB2E81BA": 768, "L-3819A6DF": 768, "L-417A185B": 384, "L-7212CCBC": 384, "L-C4BD4855": 384 },
                description: "vCPUs that the account may run in a region, by quota code of AWS Service Quotas.",
            },
        },
    },
    (stack, report, { vcpus }) => {
        const demands = new Map<string, Demand>();
        for (const { name: pool, nodeSets } of capacityOfStack(stack).pools) {
            for (const set of nodeSets) {
                const quota = quotaOf(set);
                if (quota === undefined || set.nodes === undefined || set.nodes.max === 0 || !marketIsCertain(stack, set)) {
                    continue;
                }
                const key = `${quota.code} ${set.region ?? ""}`;
                const entry = demands.get(key) ?? {
                    quota,
                    region: set.region ?? "the region of the cluster",
                    sum: 0,
                    nodes: new Map(),
                    first: set,
                };
                entry.sum += set.nodes.max * quota.vcpus;
                const kind = `x ${set.instanceType} (${count(quota.vcpus)} vCPU each) in pool ${pool}`;
                entry.nodes.set(kind, (entry.nodes.get(kind) ?? 0) + set.nodes.max);
                demands.set(key, entry);
            }
        }
        for (const { quota, region, sum, nodes, first } of demands.values()) {
            const limit = vcpus[quota.code] ?? Infinity;
            if (sum > limit) {
                report(
                    stack.at(first.urn),
                    `GPU nodes need ${count(sum)} vCPU in ${region}, more than the quota "${quota.name}" (${quota.code}) of ${count(limit)}: ${[...nodes].map(([kind, n]) => `${n} ${kind}`).join("; ")}`,
                    first.autoscaled ? "autoscale.max" : "replicas",
                );
            }
        }
    },
);

/** The vCPUs that GPU nodes need of one quota in a region. */
interface Demand {
    readonly quota: Quota;
    readonly region: string;
    sum: number;
    /** Nodes by type and pool. */
    readonly nodes: Map<string, number>;
    readonly first: NodeSet;
}

function count(n: number): string {
    return n.toLocaleString("en-US");
}
