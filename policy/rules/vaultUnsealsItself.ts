import { resourceRule } from "../rule";

/** A Vault that holds the passwords of a platform is not sealed by the restart of a node. */
export const vaultUnsealsItself = resourceRule(
    {
        name: "vault-unseals-itself",
        title: "A Vault in the cluster has a seal that opens by itself",
        why: "Without one, each pod of Vault that starts again is sealed until a person unseals it with shares of its key: a drained node can stop logins and rotations at night, and the shares tend to lie beside the Vault.",
        remedy: "Set identity.vault.install.seal to a KMS key.",
        severity: "medium",
        source: "docs/sources/identity.md#vault-initialization",
        levels: { sandbox: "disabled", development: "advisory", production: "mandatory" },
    },
    ["ConfigMap"],
    (subject, report) => {
        for (const [key, text] of Object.entries((subject.value["data"] ?? {}) as Record<string, unknown>)) {
            const ofServer = typeof text === "string" && /^\s*listener\s+"tcp"/m.test(text) && /^\s*storage\s+"/m.test(text);
            if (key.endsWith(".hcl") && ofServer && !/^\s*seal\s+"/m.test(text)) {
                report(`data["${key}"]: this Vault has no seal, so a person unseals each of its pods after each start; add one`);
            }
        }
    },
);
