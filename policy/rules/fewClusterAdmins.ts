import { ADMINS_GROUP } from "../../catalogue/identity";
import { resourceRule } from "../rule";

/** Only listed subjects are bound to cluster-admin: by default, the Group whose members the stack file names. */
export const fewClusterAdmins = resourceRule<{ admins: readonly string[] }>(
    {
        name: "few-cluster-admins",
        title: "Only listed subjects become cluster-admin",
        why: "A temporary binding to cluster-admin tends to stay, and no tier, quota or network policy restricts its holder.",
        remedy: "Bind a role of the namespace, add the user to identity.admins, or list the subject under `admins`.",
        severity: "critical",
        source: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
        config: {
            admins: {
                type: "array",
                items: { type: "string" },
                default: [ADMINS_GROUP],
                description:
                    "Users, groups and service accounts (namespace:name) that may be cluster-admin. By default the Group of identity.admins: a change of its members is a change of the stack file. `[]` forbids it, too.",
            },
        },
    },
    ["ClusterRoleBinding", "RoleBinding"],
    (subject, report, { admins }) => {
        if (subject.value["roleRef"]?.name !== "cluster-admin") {
            return;
        }
        ((subject.value["subjects"] ?? []) as ({ name?: string; namespace?: string } | undefined)[]).forEach((who, i) => {
            if (["name", "namespace"].some((field) => subject.unknownAt(["subjects", i, field])) && admins.length > 0) {
                return; // It may be listed.
            }
            const name = [who?.namespace ?? [], who?.name ?? "(name not known yet)"].flat().join(":");
            if (!admins.includes(name)) {
                report(
                    `subjects[${i}]: ${name} becomes cluster-admin; bind a role of the namespace, or list the subject under admins`,
                );
            }
        });
    },
);
