import { resourceRule } from "../rule";
import { described } from "../subject";

/** Passwords of a production platform are in Vault, which logs who reads them. */
export const passwordsAreInVault = resourceRule(
    {
        name: "passwords-are-in-vault",
        title: "The stack does not write the users' password file into the cluster",
        why: "Everybody who may read Secrets of the namespace can read every password or hash, no log shows who read them, and copies remain in backups of etcd.",
        remedy: "Set identity.store: vault, so that External Secrets copies the file from Vault, or use identity.openid, which needs no passwords.",
        severity: "high",
        source: "docs/sources/identity.md#where-vault-is",
        levels: { sandbox: "disabled", development: "advisory", production: "mandatory" },
    },
    ["Secret"],
    (subject, report) => {
        const { metadata, data, stringData } = subject.value;
        const written = [data, stringData].some((part) => typeof part === "object" && part !== null && "htpasswd" in part);
        const labelled = metadata?.labels?.["maas-platform.io/identity"] === "provider";
        if (metadata?.namespace === "openshift-config" && (written || labelled)) {
            report(
                `the stack writes the users' passwords into ${described(subject)}, where reads are not logged; set identity.store: vault`,
            );
        }
    },
);
