import { ResourceQuota } from "@pulumi/kubernetes/core/v1";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";

import type { ModelsAccessSettings } from "../../stacks/schema";
import { describedBy } from "../component";
import { isolateNamespace } from "../isolation";

/** Arguments of {@link ModelsAccess}. */
export interface ModelsAccessArgs {
    /** Namespace of the models. */
    readonly namespace: pulumi.Input<string>;
    /** Network policy, quota and groups. Plain: they decide which objects exist. */
    readonly access: ModelsAccessSettings;
}

/** Namespaces of the clients of models: gateways and schedulers, monitoring, OpenShift AI. */
const CLIENTS = [
    "openshift-ingress",
    "openshift-monitoring",
    "openshift-user-workload-monitoring",
    "redhat-ods-applications",
    "redhat-ods-monitoring",
] as const;

/**
 * Network policy, quota and roles of the namespace of the models. The quota counts the GPUs that pods request: with exactly as
 * many as the models have, a rolling update that needs one more waits.
 * Source: docs/sources/openshift-ai.md#models-namespace.
 */
export class ModelsAccess extends pulumi.ComponentResource {
    /** Name of the NetworkPolicy; undefined where the namespace is not isolated. */
    public readonly networkPolicy: pulumi.Output<string> | undefined;
    /** Name of the ResourceQuota; undefined without one. */
    public readonly quota: pulumi.Output<string> | undefined;

    constructor(name: string, args: ModelsAccessArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:serving:ModelsAccess", name, describedBy(args), opts);
        const { namespace, access } = args;
        const within: pulumi.CustomResourceOptions = { parent: this };
        const isolation = { policy: "models-isolated", namespace, from: CLIENTS };
        this.networkPolicy = access.isolate ? isolateNamespace(`${name}-isolated`, isolation, within).metadata.name : undefined;
        this.quota =
            access.quota === undefined
                ? undefined
                : new ResourceQuota(
                      `${name}-quota`,
                      {
                          metadata: { name: "models", namespace },
                          spec: {
                              hard: {
                                  "requests.nvidia.com/gpu": String(access.quota.gpus),
                                  ...(access.quota.pods !== undefined && { pods: String(access.quota.pods) }),
                              },
                          },
                      },
                      within,
                  ).metadata.name;
        const bind = (role: "edit" | "view", groups: readonly string[]): void => {
            if (groups.length > 0) {
                new RoleBinding(
                    `${name}-${role}`,
                    {
                        metadata: { name: `models-${role}`, namespace },
                        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
                        subjects: groups.map((group) => ({
                            apiGroup: "rbac.authorization.k8s.io",
                            kind: "Group",
                            name: group,
                        })),
                    },
                    within,
                );
            }
        };
        bind("edit", access.editors);
        bind("view", access.viewers);
        this.registerOutputs({ networkPolicy: this.networkPolicy, quota: this.quota });
    }
}

/** Whether settings ask for any rule. */
export function hasAccessRules({ isolate, quota, editors, viewers }: ModelsAccessSettings): boolean {
    return isolate || quota !== undefined || editors.length + viewers.length > 0;
}
