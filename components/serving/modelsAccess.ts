import { ResourceQuota } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";

import type { ModelsAccessSettings } from "../../stacks/schema";

/** Who may do what in the namespace of the models. */
export interface ModelsAccessArgs {
    readonly namespace: string;
    readonly access: ModelsAccessSettings;
}

/** Who reaches models: gateways and schedulers, monitoring, OpenShift AI. */
const LET_IN = [
    "openshift-ingress",
    "openshift-monitoring",
    "openshift-user-workload-monitoring",
    "redhat-ods-applications",
    "redhat-ods-monitoring",
] as const;

/**
 * Network, quota and rights of the namespace of the models. The quota counts GPUs where pods ask for them, so a rolling
 * update that needs one more than the models have is held back by a quota of just their number.
 * Source: docs/sources/openshift-ai.md#models-namespace.
 */
export class ModelsAccess extends pulumi.ComponentResource {
    constructor(name: string, { namespace, access }: ModelsAccessArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:serving:ModelsAccess", name, {}, opts);
        const within: pulumi.CustomResourceOptions = { parent: this };
        if (access.isolate) {
            new NetworkPolicy(
                `${name}-isolated`,
                {
                    metadata: { name: "models-isolated", namespace },
                    spec: {
                        podSelector: {},
                        policyTypes: ["Ingress"],
                        ingress: [
                            {
                                from: [
                                    { podSelector: {} },
                                    {
                                        namespaceSelector: {
                                            matchExpressions: [
                                                { key: "kubernetes.io/metadata.name", operator: "In", values: [...LET_IN] },
                                            ],
                                        },
                                    },
                                ],
                            },
                        ],
                    },
                },
                within,
            );
        }
        if (access.quota !== undefined) {
            new ResourceQuota(
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
            );
        }
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
        this.registerOutputs({});
    }
}

/** Whether the settings ask for anything of {@link ModelsAccess}. */
export function hasAccessRules({ isolate, quota, editors, viewers }: ModelsAccessSettings): boolean {
    return isolate || quota !== undefined || editors.length + viewers.length > 0;
}
