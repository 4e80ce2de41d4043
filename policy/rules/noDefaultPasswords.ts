import { resourceRule } from "../rule";

/** The default passwords of samples. */
const DEFAULTS =
    /^(change-?me|change_me|changeit|password|passw0rd|secret|admin|administrator|postgres|root|test|default|letmein|123456|sk-1234)$/i;
/** Keys whose values are secret. */
const SECRET = /pass(word)?|secret|token|key|credential/i;

/** Secrets hold no password that samples use. */
export const noDefaultPasswords = resourceRule(
    {
        name: "no-default-passwords",
        title: "Secrets hold no password of a sample",
        why: "Whoever has read the chart or the guide knows it, and nothing asks for another one.",
        remedy: "Generate the value, or let somebody bring the Secret.",
        severity: "high",
        source: "docs/sources/litemaas.md#secrets",
    },
    ["Secret"],
    (subject, report) => {
        for (const part of ["data", "stringData"]) {
            for (const [key, value] of Object.entries((subject.value[part] ?? {}) as object)) {
                const text =
                    typeof value !== "string" ? "" : part === "data" ? Buffer.from(value, "base64").toString("utf8") : value;
                // The finding does not quote it: it may be in use elsewhere.
                if (SECRET.test(key) && DEFAULTS.test(text.trim())) {
                    report(`${part}.${key}: the value is one that samples use; generate another`);
                }
            }
        }
    },
);
