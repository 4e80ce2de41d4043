/** Whether the machines of a MachineSet have become nodes: pure judgement, and the gate that waits for it. */
import type * as pulumi from "@pulumi/pulumi";

import { MACHINE_API } from "../cluster";
import { gate } from "../gate";
import type { KubeObject } from "../kube";

/** EC2 boot, ignition and joining take 10 to 15 minutes; types with eight GPUs and bare metal up to 30. */
const JOINED_MINUTES = 40;

const MACHINES = { ...MACHINE_API, plural: "machines" };
const MACHINE_SETS = { ...MACHINE_API, plural: "machinesets" };
const SET_LABEL = "machine.openshift.io/cluster-api-machineset";

/** A Machine, as far as it tells what became of it. Source: docs/sources/gpu-nodes.md#machine-states. */
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

/** What a MachineSet is for, in the words of the settings. */
export interface SetFacts {
    readonly pool: string;
    readonly zone: string;
    readonly instanceType: string;
    /** Name of the MachineSet. */
    readonly set: string;
}

/** AWS gave no machine; the message says what it said and what can be done. */
export class NoMachineError extends Error {
    override readonly name = "NoMachineError";
}

/** What AWS says in words of its own, and how that is mended. The first that matches is told. */
const MENDS: readonly { readonly says: RegExp; readonly final: boolean; readonly mend: string }[] = [
    {
        says: /Insufficient\w*Capacity|do not have sufficient|ReservationCapacityExceeded/i,
        final: true,
        mend: "AWS has none to give in that zone now. Run `pulumi up` again later, name other zones or another instance type for the pool, or reserve capacity (capacityReservation)",
    },
    {
        says: /vCPU (capacity|limit)|VcpuLimitExceeded/i,
        final: true,
        mend: 'raise the quota (AWS Service Quotas, "Running On-Demand ... instances", per region) or ask for fewer nodes, then run `pulumi up` again',
    },
    {
        says: /spot instance count exceeded|MaxSpotInstanceCountExceeded/i,
        final: true,
        mend: 'raise the spot quota (AWS Service Quotas, "All ... Spot Instance Requests") or ask for fewer nodes, then run `pulumi up` again',
    },
    {
        says: /SpotMaxPriceTooLow|spot.*price.*(low|less than)/i,
        final: true,
        mend: "raise spot.maxPrice of the pool or leave it out",
    },
    {
        says: /not supported in your requested Availability Zone|Unsupported|Invalid value.*instanceType/i,
        final: true,
        mend: "name zones that offer the type, or another type: aws ec2 describe-instance-type-offerings --location-type availability-zone",
    },
    {
        says: /InvalidAMIID|error describing AMI/i,
        final: true,
        mend: "leave cluster.ami out to take that of the worker nodes, or correct it",
    },
    {
        says: /no subnet IDs were found|no security group found|error getting (subnet|security group)/i,
        final: true,
        mend: "set cluster.nodes to the subnets and security groups of the worker nodes",
    },
    {
        says: /UnauthorizedOperation|not authorized/i,
        final: true,
        mend: "let the Machine API's role (secret aws-cloud-credentials in openshift-machine-api) start instances of this type",
    },
    {
        says: /terminated state|can't find created instance/i,
        final: true,
        mend: "an instance that ends as it starts often may not use the KMS key of its volume: let the Machine API's role use it, or the spot instance was taken back",
    },
];

/** What AWS said of a machine that it did not give; undefined while there is nothing to tell. */
export function refusal({
    status,
}: Machine): { readonly said: string; readonly final: boolean; readonly mend: string } | undefined {
    const condition = status?.providerStatus?.conditions?.find((c) => c.type === "MachineCreation" && c.status === "False");
    const failed = status?.phase === "Failed";
    if (!failed && condition === undefined) {
        return undefined;
    }
    const said = (failed ? status.errorMessage : undefined) ?? condition?.message ?? status?.errorReason ?? "no reason was given";
    const known = MENDS.find(({ says }) => says.test(said));
    return {
        said,
        // A failed machine stays failed. One that AWS could not give is tried again, on and on, and never fails.
        final: failed || known?.final === true,
        mend: known?.mend ?? "look at the machine: oc describe machine -n openshift-machine-api",
    };
}

/**
 * @returns true when there are `wanted` machines and each is a node
 * @throws NoMachineError when one will not come
 */
export function judgeMachines(machines: readonly Machine[], wanted: number, facts: SetFacts): boolean {
    const living = machines.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const running = living.filter(({ status }) => status?.phase === "Running").length;
    if (running >= wanted) {
        return true;
    }
    for (const machine of living) {
        const refused = refusal(machine);
        if (refused?.final === true) {
            throw new NoMachineError(told(facts, machine.metadata.name, refused));
        }
    }
    return false;
}

function told(facts: SetFacts, machine: string, { said, mend }: { readonly said: string; readonly mend: string }): string {
    return (
        `pool ${facts.pool} gets no ${facts.instanceType} in ${facts.zone} (Machine ${machine}): ${said.replace(/[.\s]+$/, "")}. ` +
        `To mend it: ${mend}.`
    );
}

/** What the gate is made of. */
export interface JoinedArgs extends SetFacts {
    /** Nodes that must be there: all, or the fewest where an autoscaler sizes the set. */
    readonly nodes: number;
    readonly autoscaled: boolean;
}

/**
 * Lets pass once the machines of a set have become nodes, and stops the deployment at once when AWS will not give one.
 *
 * Machines that AWS refused before are taken away first, so that their set asks for new ones at once: those that failed
 * stay failed, and those that are tried again still say what was said then. None of them ever was an instance. Where an
 * autoscaler sizes the set, no more is waited for than it has now.
 */
export function joined(name: string, args: JoinedArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    const { pool, zone, set, instanceType, nodes, autoscaled } = args;
    return gate(
        name,
        {
            kind: "nodes-joined",
            until: `the nodes of pool ${pool} in ${zone} have joined`,
            record: { pool, zone, machineSet: set, instanceType, nodes: String(nodes) },
            check: async (kube) => {
                const deadline = (await kube.now()) + JOINED_MINUTES * 60_000;
                const selector = `${SET_LABEL}=${set}`;
                for (const machine of (await kube.list(MACHINES, selector)) as unknown as Machine[]) {
                    if (refusal(machine) !== undefined && machine.status?.providerStatus?.instanceId === undefined) {
                        await kube.delete(MACHINES, machine.metadata.name);
                    }
                }
                let last: readonly Machine[] = [];
                const arrived = await kube.untilAll(
                    MACHINES,
                    selector,
                    async (objects) => {
                        last = objects as unknown as readonly Machine[];
                        const has = autoscaled ? replicasOf(await kube.get(MACHINE_SETS, set)) : nodes;
                        return judgeMachines(last, Math.min(nodes, has), args) ? true : undefined;
                    },
                    deadline,
                );
                const ready =
                    arrived === true &&
                    (await kube.until(
                        MACHINE_SETS,
                        set,
                        (object) => {
                            const count = Number(object?.status?.["readyReplicas"] ?? 0);
                            return count >= (autoscaled ? Math.min(nodes, replicasOf(object)) : nodes) ? true : undefined;
                        },
                        deadline,
                    ));
                if (ready !== true) {
                    const refused = last.map((machine) => ({ machine, refused: refusal(machine) })).find((m) => m.refused);
                    throw new NoMachineError(
                        refused?.refused === undefined
                            ? `the nodes of pool ${pool} in ${zone} have not joined within ${JOINED_MINUTES} minutes: look at the machines of ${set} ` +
                                  "(oc get machines -n openshift-machine-api) and at certificate requests that wait for approval (oc get csr)"
                            : told(args, refused.machine.metadata.name, refused.refused),
                    );
                }
            },
        },
        opts,
    );
}

function replicasOf(set: KubeObject | undefined): number {
    return Number(set?.spec?.["replicas"] ?? 0);
}
