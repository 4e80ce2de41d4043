/** Regions of AWS, and the zones in them. Pure. */

/**
 * Regions of AWS, of all partitions but the secret ones. A region that AWS opens later is added here.
 * Source: docs/sources/aws.md#regions.
 */
export const regions: readonly string[] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];

/** The region of an availability zone: us-east-2 of us-east-2a. */
export function regionOfZone(zone: string): string {
    return zone.replace(/[a-z]$/, "");
}

/** The region that an ARN names; undefined if it names none. */
export function regionOfArn(arn: string): string | undefined {
    const region = arn.split(":")[3];
    return region === undefined || region === "" ? undefined : region;
}
