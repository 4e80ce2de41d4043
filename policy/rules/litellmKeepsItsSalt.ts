import { containers, podKinds } from "../pods";
import { resourceRule } from "../rule";
import type { Unchecked } from "../subject";
import { LITELLM } from "./litellmByDigest";

/** LiteLLM encrypts stored models with a key of its own, in a Secret. */
export const litellmKeepsItsSalt = resourceRule(
    {
        name: "litellm-keeps-its-salt",
        title: "A LiteLLM that stores models has a salt key of its own",
        why: "Without LITELLM_SALT_KEY, models in the database are encrypted with the master key: another master key makes all of them unreadable.",
        remedy: "Set LITELLM_SALT_KEY from a Secret, to another value than the master key, before the first model is stored, and never change it.",
        severity: "high",
        source: "docs/sources/litemaas.md#proxy",
    },
    podKinds,
    (subject, report) => {
        for (const { path, value } of containers(subject)) {
            const env: Unchecked[] = Array.isArray(value["env"]) ? value["env"] : [];
            const of = (name: string): Unchecked => env.find((one) => one?.name === name);
            const marked = path.split(/[.[\]]+/).filter(Boolean);
            if (
                !LITELLM.test(String(value["image"])) ||
                String(of("STORE_MODEL_IN_DB")?.value).toLowerCase() !== "true" ||
                subject.unknownIn([...marked.map(indexOf), "env"])
            ) {
                continue;
            }
            const salt = of("LITELLM_SALT_KEY")?.valueFrom?.secretKeyRef;
            const master = of("LITELLM_MASTER_KEY")?.valueFrom?.secretKeyRef;
            // A Secret as a whole may bring it.
            const whole = Array.isArray(value["envFrom"]) && value["envFrom"].length > 0;
            const same = salt?.name !== undefined && salt.name === master?.name && salt.key === master.key;
            if (of("LITELLM_SALT_KEY") === undefined && !whole) {
                report(
                    `${path}.env: LITELLM_SALT_KEY is missing, so stored models are encrypted with the master key; set it from a Secret`,
                );
            } else if (same) {
                report(
                    `${path}.env: LITELLM_SALT_KEY is the master key; use a value of its own, or another master key loses all models`,
                );
            }
        }
    },
);

function indexOf(part: string): PropertyKey {
    return /^\d+$/.test(part) ? Number(part) : part;
}
