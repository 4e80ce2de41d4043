/** A gate that waits until the machines of a MachineSet have become nodes. */
import { createHash } from "node:crypto";

import * as pulumi from "@pulumi/pulumi";

import { MACHINE_API } from "../cluster";
import { gate } from "../gate";
import type { Kube, KubeObject } from "../kube";
import { failureOf, type Machine, type MachineFailure } from "./machineFailures";
import { type RolloutArgs, upToDate } from "./machineRollout";

/** EC2 boot, ignition and joining take 10 to 15 minutes; types with eight GPUs and bare metal up to 30. */
const READY_MINUTES = 40;

const MACHINES = { ...MACHINE_API, plural: "machines" };
const MACHINE_SETS = { ...MACHINE_API, plural: "machinesets" };
const SET_LABEL = "machine.openshift.io/cluster-api-machineset";

/** A MachineSet, in the terms of the settings. */
export interface SetFacts {
    readonly pool: string;
    readonly zone: string;
    readonly instanceType: string;
    /** Name of the MachineSet. */
    readonly set: string;
}

/** AWS does not launch a machine; the message has its reason and a remedy. */
export class NoMachineError extends Error {
    override readonly name = "NoMachineError";
}

/**
 * @returns true when `wanted` machines run
 * @throws NoMachineError when one of them will not
 */
export function judgeMachines(machines: readonly Machine[], wanted: number, facts: SetFacts): boolean {
    const living = machines.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const running = living.filter(({ status }) => status?.phase === "Running").length;
    if (running >= wanted) {
        return true;
    }
    for (const machine of living) {
        const failure = failureOf(machine);
        if (failure?.final === true) {
            throw noMachine(facts, machine, failure);
        }
    }
    return false;
}

function noMachine(facts: SetFacts, { metadata }: Machine, { message, remedy }: MachineFailure): NoMachineError {
    return new NoMachineError(
        `AWS launches no ${facts.instanceType} in ${facts.zone} for pool ${facts.pool} (Machine ${metadata.name}): ` +
            `${message.replace(/[.\s]+$/, "")}. Remedy: ${remedy}.`,
    );
}

/** Arguments of {@link nodesReady}. All are plain: a hook asks the cluster for the MachineSet by its name. */
export interface NodesReadyArgs extends SetFacts {
    /** Nodes to wait for: all, or the minimum where an autoscaler sizes the set, which may be none. */
    readonly nodes: number;
    /** Whether an autoscaler sizes the set. */
    readonly autoscaled: boolean;
    /** The treatment of machines of an earlier template; see `gpu.pools[].rollout`. */
    readonly rollout: RolloutArgs["rollout"];
    /** See {@link RolloutArgs.followsAmi}. */
    readonly followsAmi: boolean;
    /** The template of the machines: the gate looks at them again when it changes. */
    readonly template: pulumi.Input<object>;
}

/**
 * Waits until the machines of a set are nodes, and fails at once when AWS refuses to launch one.
 *
 * Machines that AWS refused in an earlier deployment are deleted first, so that their set creates new ones: a failed machine
 * stays failed, and one that is retried still has the message of before. Neither has an instance. Where an autoscaler sizes
 * the set, the gate waits for no more nodes than the set has replicas. Machines of an earlier template are replaced, or fail
 * the gate: a MachineSet changes no machine that exists.
 */
export function nodesReady(name: string, args: NodesReadyArgs, opts: pulumi.CustomResourceOptions = {}): pulumi.Resource {
    const { pool, zone, set, instanceType, nodes } = args;
    const template = pulumi.output(args.template).apply((it) => createHash("sha256").update(JSON.stringify(it)).digest("hex"));
    return gate(
        name,
        {
            kind: "nodes-joined",
            until:
                nodes === 0
                    ? `no node of pool ${pool} in ${zone} is of an earlier template`
                    : `the nodes of pool ${pool} in ${zone} have joined`,
            record: {
                pool,
                zone,
                machineSet: set,
                instanceType,
                nodes: String(nodes),
                template: template.apply((hash) => hash.slice(0, 12)),
            },
            check: (kube) => untilNodesReady(kube, args),
        },
        opts,
    );
}

/** @throws NoMachineError when AWS refuses a machine, or the nodes are not ready in time */
async function untilNodesReady(kube: Kube, args: NodesReadyArgs): Promise<void> {
    const { pool, zone, set, nodes, autoscaled } = args;
    const deadline = (await kube.now()) + READY_MINUTES * 60_000;
    const selector = `${SET_LABEL}=${set}`;
    await deleteFailedMachines(kube, selector);
    await upToDate(kube, { ...args, selector }, (message) => void pulumi.log.warn(message));

    const wantedOf = (object: KubeObject | undefined): number => (autoscaled ? Math.min(nodes, replicasOf(object)) : nodes);
    let last: readonly Machine[] = [];
    const running = await kube.untilAll(
        MACHINES,
        selector,
        async (objects) => {
            last = objects as unknown as readonly Machine[];
            const wanted = autoscaled ? wantedOf(await kube.get(MACHINE_SETS, set)) : nodes;
            return judgeMachines(last, wanted, args) ? true : undefined;
        },
        deadline,
    );
    const ready =
        running === true &&
        (await kube.until(
            MACHINE_SETS,
            set,
            (object) => (Number(object?.status?.["readyReplicas"] ?? 0) >= wantedOf(object) ? true : undefined),
            deadline,
        ));
    if (ready !== true) {
        for (const machine of last) {
            const failure = failureOf(machine);
            if (failure !== undefined) {
                throw noMachine(args, machine, failure);
            }
        }
        throw new NoMachineError(
            `the nodes of pool ${pool} in ${zone} are not ready after ${READY_MINUTES} minutes: check the Machines of ${set} ` +
                "(oc get machines -n openshift-machine-api) and CertificateSigningRequests that wait for approval (oc get csr)",
        );
    }
}

async function deleteFailedMachines(kube: Kube, selector: string): Promise<void> {
    for (const machine of (await kube.list(MACHINES, selector)) as unknown as Machine[]) {
        if (failureOf(machine) !== undefined && machine.status?.providerStatus?.instanceId === undefined) {
            await kube.delete(MACHINES, machine.metadata.name);
        }
    }
}

function replicasOf(set: KubeObject | undefined): number {
    return Number(set?.spec?.["replicas"] ?? 0);
}
