/** The quota of a user's namespace. */
import { LimitRange, ResourceQuota } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { quantityOf } from "../../catalogue/models/quantity";
import type { WorkspacesSettings } from "../../stacks/schema";

/** A workspace that ends while another starts. */
const ROOM = 2;
const MI = 2 ** 20;
/** Limits in thousandths of a CPU and in MiB. */
interface Limits {
    readonly cpu: number;
    readonly memory: number;
}
/** The addition of the IDE to the limits of its container. Source: docs/sources/workspaces.md#limits. */
const IDE: Limits = { cpu: 500, memory: 1024 };
/** Limits of the container that Dev Spaces adds to each workspace. Source: docs/sources/workspaces.md#limits. */
const GATEWAY: Limits = { cpu: 500, memory: 256 };

/**
 * Limits of a user's namespace: of a container, which gets those of the settings where it states none, and of all together.
 *
 * @param name of the workspace's resources
 */
export function limitNamespace(
    name: string,
    settings: WorkspacesSettings,
    namespace: string,
    opts: pulumi.CustomResourceOptions,
): void {
    const { cpu, memory } = settings;
    const largest = limitsOf(cpu.limit, memory.limit);
    new LimitRange(
        `${name}-limits`,
        {
            metadata: { name: "workspace", namespace },
            spec: {
                limits: [
                    {
                        type: "Container",
                        default: { cpu: cpu.limit, memory: memory.limit },
                        defaultRequest: { cpu: cpu.request, memory: memory.request },
                        max: textOf({ cpu: largest.cpu + IDE.cpu, memory: largest.memory + IDE.memory }),
                    },
                ],
            },
        },
        opts,
    );
    new ResourceQuota(`${name}-quota`, { metadata: { name: "workspace", namespace }, spec: { hard: quotaOf(settings) } }, opts);
}

/** The quota of a user's namespace. */
export function quotaOf({ quota, cpu, memory, devfile, storage, runningPerUser, workspacesPerUser }: WorkspacesSettings) {
    // Of a devfile in git, the containers are not known.
    const containers = devfile?.containers ?? [{ cpu: cpu.limit, memory: memory.limit }];
    const parts = [IDE, GATEWAY, ...containers.map((one) => limitsOf(one.cpu ?? cpu.limit, one.memory ?? memory.limit))];
    const times = ROOM * runningPerUser;
    const all = textOf({
        cpu: times * sum(parts.map((part) => part.cpu)),
        memory: times * sum(parts.map((part) => part.memory)),
    });
    const volumes = storage.strategy === "per-workspace" ? workspacesPerUser : 1;
    return {
        "limits.cpu": quota.cpu ?? all.cpu,
        "limits.memory": quota.memory ?? all.memory,
        "requests.storage": `${quota.storageGiB ?? storage.sizeGiB * volumes}Gi`,
    };
}

function limitsOf(cpu: string, memory: string): Limits {
    return { cpu: Math.ceil(quantityOf(cpu) * 1000), memory: Math.ceil(quantityOf(memory) / MI) };
}

function textOf({ cpu, memory }: Limits): { cpu: string; memory: string } {
    return { cpu: `${cpu}m`, memory: `${memory}Mi` };
}

function sum(numbers: readonly number[]): number {
    return numbers.reduce((total, one) => total + one, 0);
}
