import { resourceRule } from "../rule";
import { described } from "../subject";

/** Passwords of a platform that people depend on are kept where their readers are logged. */
export const passwordsAreInVault = resourceRule(
    {
        name: "passwords-are-in-vault",
        title: "No stack writes the users' password file into the cluster itself",
        why: "Whoever may read Secrets of the namespace has every password or hash, nobody is told who read them, and the copies in etcd's backups outlive each of them.",
        remedy: "Set identity.store: vault, so that External Secrets copies the file from Vault, or identity.openid, so that there is none.",
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
            report(`${described(subject)} holds passwords of users, written by the stack`);
        }
    },
);
