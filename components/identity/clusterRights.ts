import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1";
import type * as pulumi from "@pulumi/pulumi";

import { memberName } from "../../catalogue/members";
import { Group } from "../../kinds/user.openshift.io";
import type { IdentitySettings } from "../../stacks/schema";

/** A Group, and a binding of a ClusterRole to it: its members change in one place. */
export function clusterRights(
    name: string,
    role: "cluster-admin" | "cluster-reader",
    { group, users }: NonNullable<IdentitySettings["admins"]>,
    parent: pulumi.Resource,
): ClusterRoleBinding {
    const created = new Group(name, { metadata: { name: group }, users: users.map(memberName) }, { parent });
    return new ClusterRoleBinding(
        `${name}-binding`,
        {
            metadata: { name: `${slugOf(group)}-${role}` },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
            subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: created.metadata.name }],
        },
        { parent, dependsOn: created },
    );
}

/** The name of a group as a part of an object's name. */
function slugOf(group: string): string {
    return group.toLowerCase().replace(/[^a-z0-9.-]+/g, "-");
}
