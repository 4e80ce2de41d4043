/** Removes the installer's account, once another cluster-admin has logged in. */
import type { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import type { KubeObject } from "../kube";

const USERS = "user.openshift.io/v1";

/** A cluster-admin who has logged in. */
export interface ProvenAdmin {
    readonly user: string;
    /** The identity provider by which the user has logged in. */
    readonly provider: string;
    /** The binding to cluster-admin. */
    readonly binding: string;
}

/** The objects that prove it. */
export interface AdminEvidence {
    readonly bindings: readonly KubeObject[];
    readonly groups: readonly KubeObject[];
    readonly users: readonly KubeObject[];
    /** Names of the identity providers that the oauth server has. */
    readonly providers: readonly string[];
}

/**
 * Finds a user who is bound to cluster-admin and has logged in through a provider that still exists: User objects are created
 * at the first login. Service accounts and system groups do not count, since nobody logs in as those.
 */
export function provenAdmin({ bindings, groups, users, providers }: AdminEvidence): ProvenAdmin | undefined {
    for (const binding of bindings) {
        if ((binding["roleRef"] as { name?: string } | undefined)?.name !== "cluster-admin") {
            continue;
        }
        for (const { kind, name } of (binding["subjects"] ?? []) as { kind: string; name: string }[]) {
            const names =
                kind === "User"
                    ? [name]
                    : kind === "Group"
                      ? ((groups.find((group) => group.metadata.name === name)?.["users"] ?? []) as string[])
                      : [];
            for (const user of names) {
                const identities = (users.find((u) => u.metadata.name === user)?.["identities"] ?? []) as string[];
                const provider = identities.map((i) => i.slice(0, i.indexOf(":"))).find((p) => providers.includes(p));
                if (provider !== undefined) {
                    return { user, provider, binding: binding.metadata.name };
                }
            }
        }
    }
    return undefined;
}

/**
 * A gate that deletes the Secret kube-system/kubeadmin for good: the cluster accepts no other. It fails, and deletes nothing,
 * until another cluster-admin has logged in. Nothing depends on it.
 * Source: docs/sources/identity.md#kubeadmin.
 */
export function removeKubeadmin(name: string, parent: pulumi.Resource, dependsOn: readonly pulumi.Resource[]): ConfigMap {
    return gate(
        name,
        {
            kind: "kubeadmin-removed",
            until: "another cluster-admin has logged in, and kubeadmin is removed",
            record: { secret: "kube-system/kubeadmin" },
            check: async (kube) => {
                const [bindings, groups, users, oauth] = await Promise.all([
                    kube.list({ apiVersion: "rbac.authorization.k8s.io/v1", plural: "clusterrolebindings" }),
                    kube.list({ apiVersion: USERS, plural: "groups" }),
                    kube.list({ apiVersion: USERS, plural: "users" }),
                    kube.get({ apiVersion: "config.openshift.io/v1", plural: "oauths" }, "cluster"),
                ]);
                const listed = (oauth?.spec?.["identityProviders"] ?? []) as { name: string }[];
                if (provenAdmin({ bindings, groups, users, providers: listed.map((p) => p.name) }) === undefined) {
                    throw new Error(
                        "no user with the ClusterRole cluster-admin has logged in through an identity provider, so kubeadmin was not deleted. " +
                            "Log in once as such a user (identity.admins creates them), then run up again; or set identity.kubeadmin: keep",
                    );
                }
                await kube.delete({ apiVersion: "v1", plural: "secrets", namespace: "kube-system" }, "kubeadmin");
            },
        },
        { parent, dependsOn: [...dependsOn] },
    );
}
