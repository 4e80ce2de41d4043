import { createHash } from "node:crypto";

import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { instanceType } from "./instances";
import { K } from "../kind-names";
import type { Site } from "./site";
import { type Controller, itself, ownerOf, type Pass, splitKey, type World } from "../world";
import { nodeObject, nodeStatus } from "./nodes";

const SET_LABEL = "machine.openshift.io/cluster-api-machineset";
const CLUSTER_LABEL = "machine.openshift.io/cluster-api-cluster";
const FINALIZER = "machine.machine.openshift.io";

function digits(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}

/** The number of times that AWS is asked again for an instance that it has none of: two hours in all, so that a rehearsal ends. */
const ATTEMPTS = 120;

/** Whether a MachineSet is of a fresh cluster: its machines run before the rehearsal begins. */
function installedWith({ infra, zones }: Site, set: string): boolean {
    return zones.some((zone) => set === `${infra}-worker-${zone}`);
}

/**
 * machine-api: as many Machines as a MachineSet asks for. Source:
 * openshift/machine-api-operator@release-4.21:pkg/controller/machineset/controller.go.
 */
export class MachineSets implements Controller {
    readonly name = "machinesets";
    readonly watches: Controller["watches"] = {
        [K.MachineSet]: itself,
        [K.Machine]: (machine) => [`${machine.metadata.namespace}/${machine.metadata.labels?.[SET_LABEL] ?? ""}`],
    };

    constructor(private readonly world: World) {}

    async reconcile(key: string, pass: Pass): Promise<void> {
        const [namespace, name] = splitKey(key);
        const set = this.world.get(K.MachineSet, namespace, name);
        if (!set || set.metadata.deletionTimestamp) {
            return;
        }
        const wanted = Number(set.spec.replicas ?? 1);
        const machines = this.world.ownedBy(K.Machine, set).filter((machine) => !machine.metadata.deletionTimestamp);
        await this.capacity(set);
        for (let i = machines.length, n = 0; i < wanted; n++) {
            const machine = `${name}-${digits(`${set.metadata.uid}/${n}`).slice(0, 5)}`;
            if (!this.world.get(K.Machine, namespace, machine)) {
                await this.world.ensure({
                    apiVersion: "machine.openshift.io/v1beta1",
                    kind: "Machine",
                    metadata: {
                        name: machine,
                        namespace,
                        labels: { ...set.spec.template.metadata?.labels },
                        finalizers: [FINALIZER],
                        ownerReferences: [ownerOf(set)],
                    },
                    spec: { lifecycleHooks: {}, ...set.spec.template.spec },
                });
                i++;
            }
        }
        const surplus = machines
            .sort((a, b) => rank(a) - rank(b) || (a.metadata.name < b.metadata.name ? -1 : 1))
            .slice(0, Math.max(0, machines.length - wanted));
        for (const machine of surplus) {
            await this.world.delete(machine);
        }
        const ready = this.world
            .ownedBy(K.Machine, set)
            .filter((machine) => !machine.metadata.deletionTimestamp && machine.status?.phase === "Running").length;
        const kept = Math.min(ready, wanted);
        const fault = this.world.faults.notReady("MachineSet", name);
        if (pass.waited("count", 0)) {
            await this.world.setStatus(set, {
                observedGeneration: set.metadata.generation,
                replicas: wanted,
                fullyLabeledReplicas: wanted,
                readyReplicas: fault === undefined ? kept : 0,
                availableReplicas: fault === undefined ? kept : 0,
            });
        }
    }

    /** The annotations that the autoscaler reads of a set that has no node. Source: docs/sources/gpu-nodes.md#scale-from-zero. */
    private async capacity(set: KubeObject): Promise<void> {
        const type = instanceType(set.spec.template.spec?.providerSpec?.value?.instanceType ?? "");
        if (type) {
            await this.world.patch(set, {
                metadata: {
                    annotations: {
                        "machine.openshift.io/vCPU": String(type.vcpu),
                        "machine.openshift.io/memoryMb": String(type.memoryGiB * 1024),
                        "machine.openshift.io/GPU": String(type.gpus),
                        "capacity.cluster-autoscaler.kubernetes.io/labels": "kubernetes.io/arch=amd64",
                    },
                },
            });
        }
    }
}

/** The rank by which machines go when a set shrinks: marked machines, then those that failed or do not exist yet. */
function rank(machine: KubeObject): number {
    if (machine.metadata.annotations?.["machine.openshift.io/delete-machine"]) {
        return 0;
    }
    return machine.status?.phase === "Running" ? 2 : 1;
}

/**
 * machine-api on AWS: an instance for each Machine, and a Node once it has booted. Source:
 * openshift/machine-api-provider-aws@release-4.21:pkg/actuators/machine/reconciler.go,
 * docs/sources/gpu-nodes.md#machine-states.
 */
export class Machines implements Controller {
    readonly name = "machines";
    readonly watches: Controller["watches"] = {
        [K.Machine]: itself,
        [K.Node]: (node) => {
            const machine = node.metadata.annotations?.["machine.openshift.io/machine"];
            return machine === undefined ? [] : [machine];
        },
    };

    /** By Machine: how often AWS has been asked for an instance in vain. */
    private readonly tried = new Map<string, number>();

    constructor(private readonly world: World) {}

    async reconcile(key: string, pass: Pass): Promise<void> {
        const machine = this.world.get(K.Machine, ...splitKey(key));
        if (!machine) {
            return;
        }
        if (machine.metadata.deletionTimestamp) {
            await this.end(machine, pass);
            return;
        }
        const installed = installedWith(this.world.site, machine.metadata.labels?.[SET_LABEL] ?? "");
        const wait = (step: string, seconds: number): boolean => installed || pass.waited(step, seconds);
        const provider = machine.spec.providerSpec?.value as
            { instanceType?: string; placement?: { availabilityZone?: string } } | undefined;
        const zone = provider?.placement?.availabilityZone ?? "";
        const type = instanceType(provider?.instanceType ?? "");
        const phase = machine.status?.phase as string | undefined;
        if (phase === "Failed") {
            return;
        }
        if (phase === undefined) {
            await this.world.setStatus(machine, { phase: "Provisioning", lastUpdated: this.world.timestamp() });
        }
        if (!wait("create", duration("machine.create"))) {
            return;
        }
        if (!machine.metadata.labels?.[CLUSTER_LABEL]) {
            await this.fail(machine, `machine validation failed: ${CLUSTER_LABEL} label is missing`);
            return;
        }
        if (!type) {
            await this.fail(
                machine,
                `error launching instance: Your requested instance type (${provider?.instanceType ?? ""}) is not supported in your requested Availability Zone (${zone}).`,
            );
            return;
        }
        // The machines of the installer were there before the zone ran out of capacity.
        if (!installed && this.world.faults.noCapacity(zone)) {
            const message = `error launching instance: InsufficientInstanceCapacity: We currently do not have sufficient ${provider?.instanceType} capacity in the Availability Zone you requested (${zone}).`;
            await this.world.setStatus(machine, {
                phase: "Provisioning",
                providerStatus: this.providerStatus(machine, "False", "MachineCreationFailed", message),
            });
            const tried = this.tried.get(machine.metadata.uid!) ?? 0;
            if (tried < ATTEMPTS && pass.waited(`attempt ${tried}`, duration("machine.retry"))) {
                this.tried.set(machine.metadata.uid!, tried + 1);
                pass.waited(`attempt ${tried + 1}`, duration("machine.retry"));
            }
            return;
        }
        if (this.world.faults.vcpuLimit(provider!.instanceType!)) {
            await this.fail(
                machine,
                "error launching instance: You have requested more vCPU capacity than your current vCPU limit of 0 allows for the instance bucket that the specified instance type belongs to.",
            );
            return;
        }
        const instanceId = `i-0${digits(machine.metadata.uid!).slice(0, 16)}`;
        const octets = digits(key);
        const address = `10.0.${parseInt(octets.slice(0, 2), 16)}.${parseInt(octets.slice(2, 4), 16)}`;
        const nodeName = `ip-${address.replace(/\./g, "-")}.${this.world.site.region}.compute.internal`;
        if (!wait("instance", duration("machine.instance"))) {
            return;
        }
        if (phase !== "Running") {
            await this.world.patch(machine, {
                metadata: {
                    labels: {
                        "machine.openshift.io/instance-type": provider!.instanceType,
                        "machine.openshift.io/region": this.world.site.region,
                        "machine.openshift.io/zone": zone,
                    },
                    annotations: { "machine.openshift.io/instance-state": "running" },
                },
                spec: { providerID: `aws:///${zone}/${instanceId}` },
            });
            await this.world.setStatus(machine, {
                phase: "Provisioned",
                addresses: [
                    { type: "InternalIP", address },
                    { type: "InternalDNS", address: nodeName },
                ],
                providerStatus: {
                    ...this.providerStatus(machine, "True", "MachineCreationSucceeded", "Machine successfully created"),
                    instanceId,
                    instanceState: "running",
                },
                conditions: [{ type: "InstanceExists", status: "True", reason: "", message: "" }],
            });
        }
        if (!wait("join", duration(provider!.instanceType!.endsWith(".metal") ? "machine.join.metal" : "machine.join"))) {
            return;
        }
        if (this.world.faults.notReady("Machine", machine.metadata.name) !== undefined) {
            return;
        }
        const node = await this.world.ensure(
            nodeObject(nodeName, zone, provider!.instanceType!, machine.spec.metadata?.labels ?? {}, {
                annotations: { "machine.openshift.io/machine": key },
                taints: machine.spec.taints,
                providerID: `aws:///${zone}/${instanceId}`,
            }),
        );
        await this.world.setStatus(node, nodeStatus(provider!.instanceType!, address, nodeName));
        await this.world.setStatus(machine, {
            phase: "Running",
            nodeRef: { kind: "Node", name: nodeName, uid: node.metadata.uid },
            ...(phase !== "Running" && { lastUpdated: this.world.timestamp() }),
        });
    }

    private async fail(machine: KubeObject, message: string): Promise<void> {
        await this.world.setStatus(machine, {
            phase: "Failed",
            errorReason: "InvalidConfiguration",
            errorMessage: message,
            lastUpdated: this.world.timestamp(),
            providerStatus: this.providerStatus(machine, "False", "MachineCreationFailed", message),
        });
    }

    private providerStatus(
        machine: KubeObject,
        status: "True" | "False",
        reason: string,
        message: string,
    ): { conditions: object[] } {
        const before = (machine.status?.providerStatus?.conditions as object[] | undefined) ?? [];
        return { conditions: this.world.conditions(before, [{ type: "MachineCreation", status, reason, message }]) };
    }

    private async end(machine: KubeObject, pass: Pass): Promise<void> {
        if (!machine.metadata.finalizers?.includes(FINALIZER)) {
            return;
        }
        await this.world.setStatus(machine, { phase: "Deleting" });
        const node = this.world.get(K.Node, "", machine.status?.nodeRef?.name ?? "");
        if (!pass.waited("drain", node ? duration("machine.drain") : duration("finalizer.release"))) {
            return;
        }
        if (node) {
            await this.world.delete(node);
        }
        await this.world.unfinalize(machine, FINALIZER);
    }
}
