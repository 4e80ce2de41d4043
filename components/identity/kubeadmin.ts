/** The installer's account goes once somebody else is proven to be able to do everything. */
import type { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import type { KubeObject } from "../kube";

const USERS = "user.openshift.io/v1";

/** A user who may do everything, and how that one is known to get in. */
export interface ProvenAdmin {
    readonly user: string;
    /** The identity provider by which the user has logged in. */
    readonly provider: string;
    /** The binding to cluster-admin. */
    readonly binding: string;
}

/** What is looked at. */
export interface AdminEvidence {
    readonly bindings: readonly KubeObject[];
    readonly groups: readonly KubeObject[];
    readonly users: readonly KubeObject[];
    /** Names of the identity providers that the oauth server has. */
    readonly providers: readonly string[];
}

/**
 * The first who is bound to cluster-admin, has logged in, and by a provider that is still there: a User object exists only
 * since its first login. Service accounts and the groups of the system do not count: nobody logs in as those.
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
 * Deletes the Secret kube-system/kubeadmin, for ever: the cluster does not accept another. Fails, and leaves it alone, until
 * somebody is proven to be able to do everything. Nothing else waits for it.
 * Source: docs/sources/identity.md#kubeadmin.
 */
export function withoutKubeadmin(name: string, parent: pulumi.Resource, dependsOn: readonly pulumi.Resource[]): ConfigMap {
    return gate(
        name,
        {
            kind: "kubeadmin-removed",
            until: "another cluster-admin has logged in, and kubeadmin is gone",
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
                        "nobody who is bound to cluster-admin has logged in by one of the identity providers, so kubeadmin was left alone. " +
                            "Log in once as such a user (identity.admins makes them), then run up again; or set identity.kubeadmin: keep",
                    );
                }
                await kube.delete({ apiVersion: "v1", plural: "secrets", namespace: "kube-system" }, "kubeadmin");
            },
        },
        { parent, dependsOn: [...dependsOn] },
    );
}
