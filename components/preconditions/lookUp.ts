/** Asks AWS what the cluster cannot tell: quotas, and which zones offer which types. */
import type { Settings } from "../../stacks/schema";
import { createdPools, type QuotaBucket, quotaBuckets, quotaOf } from "../../catalogue/gpu/supply";
import type { AwsAnswers } from "./precondition";

/**
 * Asks with the credentials that Pulumi finds (AWS_PROFILE, AWS_REGION ...), for what the pools need alone. Rights:
 * servicequotas:GetServiceQuota, servicequotas:GetAWSDefaultServiceQuota, ec2:DescribeInstanceTypeOfferings.
 * Source: docs/sources/aws.md#look-ups.
 *
 * @throws Error when AWS refuses to answer
 */
export async function askAws({ gpu, cluster }: Settings, region: string): Promise<AwsAnswers> {
    // It takes half a second to load, which only those pay who use it.
    const [{ getServiceQuota }, { getInstanceTypeOfferings }] = await Promise.all([
        import("@pulumi/aws/servicequotas/getServiceQuota"),
        import("@pulumi/aws/ec2/getInstanceTypeOfferings"),
    ]);
    const created = createdPools(gpu.pools);
    const buckets = [...new Set(created.flatMap((pool) => quotaOf(pool) ?? []))].filter(
        (bucket) => cluster.quotas[bucket] === undefined,
    );
    const types = [...new Set(created.map((pool) => pool.instanceType))].sort();
    const [quotas, offered] = await Promise.all([
        Promise.all(
            buckets.map(async (bucket): Promise<[QuotaBucket, number]> => {
                const { value } = await getServiceQuota({ serviceCode: "ec2", quotaCode: quotaBuckets[bucket].code, region });
                return [bucket, value];
            }),
        ),
        getInstanceTypeOfferings({
            locationType: "availability-zone",
            filters: [{ name: "instance-type", values: types }],
            region,
        }),
    ]);
    return {
        quotas: Object.fromEntries(quotas),
        offerings: Object.fromEntries(
            types.map((type) => [type, offered.locations.filter((_, i) => offered.instanceTypes[i] === type).sort()]),
        ),
    };
}
