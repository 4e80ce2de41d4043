/** What the namespace of a user may take. */
import { LimitRange, ResourceQuota } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { quantityOf } from "../../catalogue/models/quantity";
import type { WorkspacesSettings } from "../../stacks/schema";

/** A workspace that ends while another starts, and the containers of the IDE. */
const ROOM = 2;
const MI = 2 ** 20;

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
                        max: { cpu: cpu.limit, memory: memory.limit },
                    },
                ],
            },
        },
        opts,
    );
    new ResourceQuota(`${name}-quota`, { metadata: { name: "workspace", namespace }, spec: { hard: quotaOf(settings) } }, opts);
}

/** The quota of a user's namespace. */
export function quotaOf({ quota, cpu, memory, storage, runningPerUser, workspacesPerUser }: WorkspacesSettings) {
    const times = ROOM * runningPerUser;
    const volumes = storage.strategy === "per-workspace" ? workspacesPerUser : 1;
    return {
        "limits.cpu": quota.cpu ?? `${Math.ceil(quantityOf(cpu.limit) * 1000) * times}m`,
        "limits.memory": quota.memory ?? `${Math.ceil(quantityOf(memory.limit) / MI) * times}Mi`,
        "requests.storage": `${quota.storageGiB ?? storage.sizeGiB * volumes}Gi`,
    };
}
