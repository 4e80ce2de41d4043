/** Why AWS has not launched a machine, and the remedy. Pure. */

/** The fields of a Machine that tell its state. Source: docs/sources/gpu-nodes.md#machine-states. */
export interface Machine {
    readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
    readonly status?: {
        readonly phase?: string;
        readonly errorReason?: string;
        readonly errorMessage?: string;
        readonly providerStatus?: {
            readonly instanceId?: string;
            readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
        };
    };
}

/** A failure to launch an instance. */
export interface MachineFailure {
    /** The message of AWS or of the Machine API. */
    readonly message: string;
    /** Whether waiting is of no use. */
    readonly final: boolean;
    /** The next step for the reader of the message. */
    readonly remedy: string;
}

/** Messages of AWS, each with its remedy. The first that matches applies. */
const REMEDIES: readonly { readonly pattern: RegExp; readonly remedy: string }[] = [
    {
        pattern: /Insufficient\w*Capacity|do not have sufficient|ReservationCapacityExceeded/i,
        remedy: "AWS has no capacity in that zone now. Run `pulumi up` again later, set other zones or another instance type for the pool, or reserve capacity (capacityReservation)",
    },
    {
        pattern: /vCPU (capacity|limit)|VcpuLimitExceeded/i,
        remedy: 'raise the quota (AWS Service Quotas, "Running On-Demand ... instances", per region) or reduce the number of nodes, then run `pulumi up` again',
    },
    {
        pattern: /spot instance count exceeded|MaxSpotInstanceCountExceeded/i,
        remedy: 'raise the spot quota (AWS Service Quotas, "All ... Spot Instance Requests") or reduce the number of nodes, then run `pulumi up` again',
    },
    {
        pattern: /SpotMaxPriceTooLow|spot.*price.*(low|less than)/i,
        remedy: "raise spot.maxPrice of the pool, or remove it",
    },
    {
        pattern: /not supported in your requested Availability Zone|Unsupported|Invalid value.*instanceType/i,
        remedy: "set zones that offer the type, or another type: aws ec2 describe-instance-type-offerings --location-type availability-zone",
    },
    {
        pattern: /InvalidAMIID|error describing AMI/i,
        remedy: "remove cluster.ami to use the AMI of the worker nodes, or correct it",
    },
    {
        pattern: /no subnet IDs were found|no security group found|error getting (subnet|security group)/i,
        remedy: "set cluster.nodes to the subnets and security groups of the worker nodes",
    },
    {
        pattern: /UnauthorizedOperation|not authorized/i,
        remedy: "allow the Machine API's role (Secret aws-cloud-credentials in openshift-machine-api) to start instances of this type",
    },
    {
        pattern: /terminated state|can't find created instance/i,
        remedy: "an instance that ends while it starts often cannot use the KMS key of its volume: allow the Machine API's role to use the key; or AWS reclaimed the spot instance",
    },
];

/** The failure of a machine; undefined while it may still become a node. */
export function failureOf({ status }: Machine): MachineFailure | undefined {
    const condition = status?.providerStatus?.conditions?.find((c) => c.type === "MachineCreation" && c.status === "False");
    const failed = status?.phase === "Failed";
    if (!failed && condition === undefined) {
        return undefined;
    }
    const message =
        (failed ? status.errorMessage : undefined) ?? condition?.message ?? status?.errorReason ?? "AWS reported no reason";
    const known = REMEDIES.find(({ pattern }) => pattern.test(message));
    return {
        message,
        // The Machine API retries a launch that AWS refused for ever; such a machine never becomes Failed.
        final: failed || known !== undefined,
        remedy: known?.remedy ?? "check the Machine: oc describe machine -n openshift-machine-api",
    };
}
