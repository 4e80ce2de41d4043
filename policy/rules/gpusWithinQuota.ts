import { capacityOfStack, quotaOf, subjectAt } from "../capacity";
import { stackRule } from "../rule";

/** What EC2 would refuse node by node is refused before the first. */
export const gpusWithinQuota = stackRule<{ vcpus: Readonly<Record<string, number>> }>(
    {
        name: "gpus-within-quota",
        title: "GPU nodes fit the vCPU quotas of the account",
        why: "Beyond the quota EC2 starts no node, and a MachineSet waits without a word of failure: models stay Pending, and what came up costs.",
        remedy: "Ask AWS for a higher quota and raise `vcpus` here, or take fewer or smaller nodes.",
        severity: "high",
        source: "facts/aws-gpu.md 3",
        config: {
            vcpus: {
                type: "object",
                additionalProperties: { type: "number", minimum: 0 },
                default: { "L-DB2E81BA": 768, "L-3819A6DF": 768, "L-417A185B": 384, "L-7212CCBC": 384, "L-C4BD4855": 384 },
                description: "vCPUs that a region of the account may run, by the code of the quota in AWS Service Quotas.",
            },
        },
    },
    (stack, report, { vcpus }) => {
        const asked = new Map<string, { code: string; name: string; region: string; sum: number; sets: string[]; urn: string }>();
        for (const set of capacityOfStack(stack).pools.flatMap((pool) => pool.nodeSets)) {
            const quota = quotaOf(set);
            if (quota === undefined || set.nodes === undefined) {
                continue;
            }
            const key = `${quota.code} ${set.region ?? ""}`;
            const entry = asked.get(key) ?? { ...quota, region: set.region ?? "its region", sum: 0, sets: [], urn: set.urn };
            entry.sum += set.nodes.max * quota.vcpus;
            entry.sets.push(`${set.name}: ${set.nodes.max} x ${set.instanceType} (${quota.vcpus} vCPU)`);
            asked.set(key, entry);
        }
        for (const { code, name, region, sum, sets, urn } of asked.values()) {
            const limit = vcpus[code];
            if (limit !== undefined && sum > limit) {
                report(
                    subjectAt(stack, urn),
                    `GPU nodes ask for ${sum} vCPU in ${region}, and the quota "${name}" (${code}) is ${limit}: ${sets.join("; ")}`,
                );
            }
        }
    },
);
