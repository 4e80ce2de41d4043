/** Replaces the Machines of a set that another template made, one after the other. */
import { MACHINE_API } from "../cluster";
import type { Kube, KubeObject } from "../kube";
import { type Machine, type MachineFailure, failureOf } from "./machineFailures";
import { type OldMachine, oldMachines } from "./machineTemplate";
import { isGone, untilObject } from "../untilObject";

/** A drain may wait for the end of requests and for disruption budgets. */
const REPLACE_MINUTES = 60;

const MACHINES = { ...MACHINE_API, plural: "machines" };
const MACHINE_SETS = { ...MACHINE_API, plural: "machinesets" };
/** A set that shrinks deletes marked Machines first. Source: docs/sources/gpu-nodes.md#machineset. */
const DELETE_MARK = "machine.openshift.io/delete-machine";

/** The set whose Machines are compared with their template. */
export interface RolloutArgs {
    readonly pool: string;
    readonly zone: string;
    /** Name of the MachineSet. */
    readonly set: string;
    /** Machines of the set, where no autoscaler sizes it: an interrupted run may have left one more. */
    readonly nodes: number;
    /** Label selector of its Machines. */
    readonly selector: string;
    /** `gpu.pools[].rollout`. */
    readonly rollout: "manual" | "rolling";
    /** The AMI is that of the worker nodes, not one of the settings. */
    readonly followsAmi: boolean;
    /** Whether an autoscaler sizes the set: it would take an additional node away again. */
    readonly autoscaled: boolean;
}

/**
 * Makes all Machines of a set what their template says.
 *
 * `rolling`: an additional Machine first, so that the pods of the old one find a place; where AWS gives none (quota, capacity),
 * and in a set that an autoscaler sizes, the old one goes first. The Machine API drains each node before its instance ends.
 *
 * @param warn says what differs and needs no replacement
 * @throws Error that names the old Machines and the command, unless `rollout` is rolling
 */
export async function upToDate(kube: Kube, args: RolloutArgs, warn: (message: string) => void): Promise<void> {
    const { pool, zone, set, rollout, followsAmi } = args;
    const old = await oldOnes(kube, args);
    const stale = followsAmi ? old.filter(({ imageAlone }) => !imageAlone) : old;
    if (stale.length < old.length) {
        warn(
            `pool ${pool} in ${zone}: ${named(old.filter((one) => !stale.includes(one)))}. The nodes are updated in place; new ones start from the new image.`,
        );
    }
    if (stale.length === 0) {
        return;
    }
    if (rollout === "manual") {
        throw new Error(
            `pool ${pool} in ${zone} has ${stale.length === 1 ? "a machine" : `${stale.length} machines`} of an earlier template, since a MachineSet changes no machine that exists: ` +
                `${named(stale)}. Remedy: set rollout: rolling for the pool, or replace them yourself, one after the other ` +
                `(${stale.map(({ name }) => `oc delete machine ${name} -n openshift-machine-api`).join("; ")}: each node is drained, and ${set} creates another), then run \`pulumi up\` again.`,
        );
    }
    let surge = !args.autoscaled;
    for (const { name } of stale) {
        if (surge) {
            surge = await replaceWithSurge(kube, args, name);
        }
        if (!surge) {
            await replaceInPlace(kube, args, name);
        }
    }
}

async function oldOnes(kube: Kube, { set, selector }: RolloutArgs): Promise<OldMachine[]> {
    const found = await kube.get(MACHINE_SETS, set);
    return found === undefined ? [] : oldMachines(found, await kube.list(MACHINES, selector));
}

function named(machines: readonly OldMachine[]): string {
    return machines.map(({ name, differences }) => `${name} (${differences.join(", ")})`).join("; ");
}

/** @returns false when AWS gives no additional machine; the set has its old size then */
async function replaceWithSurge(kube: Kube, args: RolloutArgs, name: string): Promise<boolean> {
    const { set, nodes: size } = args;
    await kube.patch(MACHINE_SETS, set, { spec: { replicas: size + 1 } });
    const failure = await untilRunning(kube, args, size + 1);
    if (failure === undefined) {
        await kube.patch(MACHINES, name, { metadata: { annotations: { [DELETE_MARK]: "true" } } });
    }
    // A set that shrinks deletes what is marked, or what does not run.
    await kube.patch(MACHINE_SETS, set, { spec: { replicas: size } });
    if (failure === undefined) {
        await untilGone(kube, args, name);
    }
    return failure === undefined;
}

/** @throws Error when no other machine runs in time */
async function replaceInPlace(kube: Kube, args: RolloutArgs, name: string): Promise<void> {
    const size = await sizeOf(kube, args.set);
    await kube.delete(MACHINES, name);
    await untilGone(kube, args, name);
    const failure = await untilRunning(kube, args, size);
    if (failure !== undefined) {
        throw new Error(
            `pool ${args.pool} in ${args.zone} gets no machine in place of ${name}: ${failure.message}. Remedy: ${failure.remedy}.`,
        );
    }
}

async function sizeOf(kube: Kube, set: string): Promise<number> {
    return Number(((await kube.get(MACHINE_SETS, set))?.spec as { replicas?: number } | undefined)?.replicas ?? 0);
}

/**
 * Waits for running machines. An autoscaler may take the wanted ones away meanwhile: then there is nothing to wait for.
 *
 * @returns the failure of a machine that will not run; undefined when `wanted` run
 */
async function untilRunning(kube: Kube, args: RolloutArgs, wanted: number): Promise<MachineFailure | undefined> {
    let last: readonly KubeObject[] = [];
    const verdict = await kube.untilAll(
        MACHINES,
        args.selector,
        async (objects): Promise<{ failure?: MachineFailure } | undefined> => {
            last = objects;
            const living = (objects as unknown as readonly Machine[]).filter((m) => m.metadata.deletionTimestamp === undefined);
            const failure = living.map(failureOf).find((one) => one?.final === true);
            if (failure !== undefined) {
                return { failure };
            }
            const needed = args.autoscaled ? Math.min(wanted, await sizeOf(kube, args.set)) : wanted;
            return living.filter(({ status }) => status?.phase === "Running").length >= needed ? {} : undefined;
        },
        (await kube.now()) + REPLACE_MINUTES * 60_000,
    );
    if (verdict === undefined) {
        throw new Error(
            `pool ${args.pool} in ${args.zone}: ${wanted} machines do not run within ${REPLACE_MINUTES} minutes (${last.map(({ metadata }) => metadata.name).join(", ")}): oc get machines -n openshift-machine-api`,
        );
    }
    return verdict.failure;
}

async function untilGone(kube: Kube, { pool, zone }: RolloutArgs, name: string): Promise<void> {
    await untilObject(kube, {
        kind: MACHINES,
        name,
        within: REPLACE_MINUTES,
        reached: isGone,
        otherwise: `pool ${pool} in ${zone}: machine ${name} is not drained within ${REPLACE_MINUTES} minutes: look at what holds it (oc describe machine ${name} -n openshift-machine-api) and at disruption budgets (oc get pdb -A)`,
    });
}
