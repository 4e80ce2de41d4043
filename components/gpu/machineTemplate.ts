/** Machines that are not what their MachineSet's template says: a changed template changes no Machine. Pure. */
import type { KubeObject } from "../kube";
import { ACCELERATOR_LABEL } from "./machineSet";

/** A Machine that another template made. */
export interface OldMachine {
    readonly name: string;
    /** The differences, in words: `instance type g6.2xlarge instead of g6e.2xlarge`. */
    readonly differences: readonly string[];
    /** Nothing but the AMI differs; nodes are updated in place, whatever image they were started from. */
    readonly imageAlone: boolean;
}

/** A part of a Machine, whose fields are read one by one. */
interface Spec {
    readonly [field: string]: Spec | undefined;
}

const AMI = "AMI";

/** Parts of a Machine, by what a person calls them. Whatever a webhook fills in besides is not compared. */
const PARTS: readonly { readonly name: string; readonly of: (spec: Spec, provider: Spec) => unknown }[] = [
    { name: "instance type", of: (_, p) => p["instanceType"] },
    { name: AMI, of: (_, p) => p["ami"]?.["id"] },
    {
        name: "volume",
        of: (_, p) =>
            (p["blockDevices"] as unknown as { ebs?: Spec }[] | undefined)?.map(({ ebs = {} }) => ({
                size: ebs["volumeSize"],
                type: ebs["volumeType"],
                iops: ebs["iops"],
                throughput: ebs["throughputMib"],
                encrypted: ebs["encrypted"],
                key: ebs["kmsKey"]?.["arn"],
            })),
    },
    { name: "spot price", of: (_, p) => p["spotMarketOptions"]?.["maxPrice"] },
    { name: "capacity reservation", of: (_, p) => p["capacityReservationId"] },
    { name: "market", of: (_, p) => p["marketType"] ?? (p["spotMarketOptions"] == null ? "OnDemand" : "Spot") },
    {
        name: "network interface",
        of: (_, p) => ((p["networkInterfaceType"] as unknown) === "ENA" ? undefined : p["networkInterfaceType"]),
    },
    { name: "placement group", of: (_, p) => p["placementGroupName"] },
    { name: "subnet", of: (_, p) => p["subnet"] },
    { name: "security groups", of: (_, p) => p["securityGroups"] },
    { name: "instance profile", of: (_, p) => p["iamInstanceProfile"]?.["id"] },
    { name: "taints", of: (s) => [...((s["taints"] ?? []) as unknown as Spec[])].map(ordered).sort() },
    {
        name: "labels",
        // The autoscaler alone reads that one, and a pool may get or lose its autoscaler.
        of: (s) =>
            Object.fromEntries(
                Object.entries((s["metadata"]?.["labels"] ?? {}) as Spec).filter(([key]) => key !== ACCELERATOR_LABEL),
            ),
    },
];

/**
 * The Machines that differ from the template of their MachineSet, by name.
 *
 * @param set as the cluster has it
 * @param machines of the set; those that are being deleted are left out
 */
export function oldMachines(set: KubeObject, machines: readonly KubeObject[]): OldMachine[] {
    const template = (set.spec as { template?: { spec?: Spec } } | undefined)?.template?.spec ?? {};
    return machines
        .filter(({ metadata }) => (metadata as { deletionTimestamp?: string }).deletionTimestamp === undefined)
        .flatMap((machine): OldMachine[] => {
            const spec = (machine.spec ?? {}) as Spec;
            const different = PARTS.filter((part) => value(part, spec) !== value(part, template));
            return different.length === 0
                ? []
                : [
                      {
                          name: machine.metadata.name,
                          differences: different.map((part) => said(part, spec, template)),
                          imageAlone: different.every(({ name }) => name === AMI),
                      },
                  ];
        })
        .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function value({ of }: (typeof PARTS)[number], spec: Spec): string {
    return ordered(of(spec, (spec["providerSpec"]?.["value"] ?? {}) as Spec));
}

function said(part: (typeof PARTS)[number], has: Spec, wanted: Spec): string {
    const [was, is] = [value(part, has), value(part, wanted)].map((text) => text.replace(/^"(.*)"$/, "$1"));
    return `${part.name} ${was === "null" ? "none" : was!} instead of ${is === "null" ? "none" : is!}`;
}

/** JSON with sorted keys; null for what does not exist. */
function ordered(given: unknown): string {
    return JSON.stringify(given ?? null, (_, part: unknown) =>
        typeof part === "object" && part !== null && !Array.isArray(part)
            ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
            : part,
    );
}
