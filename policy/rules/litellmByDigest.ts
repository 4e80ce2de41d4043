import { containers, podKinds } from "../pods";
import { resourceRule } from "../rule";

/** An image of LiteLLM, of whatever registry or fork. */
export const LITELLM = /(^|\/)litellm[\w.-]*([:@]|$)/;

/** LiteLLM runs by digest: a tag may be moved to a release that was poisoned. */
export const litellmByDigest = resourceRule(
    {
        name: "litellm-by-digest",
        title: "LiteLLM is run by digest",
        why: "Two releases of LiteLLM were poisoned and read every key of a provider. A tag says what somebody meant to run, not what runs after the next restart.",
        remedy: "Check the image once, and name it by its digest (image@sha256:…).",
        severity: "high",
        source: "docs/sources/workspaces.md#litellm",
    },
    podKinds,
    (subject, report) => {
        for (const { path, value } of containers(subject)) {
            const image: unknown = value["image"];
            if (typeof image === "string" && LITELLM.test(image) && !/@sha256:[0-9a-f]{64}$/.test(image)) {
                report(
                    `${path}.image: ${image} names LiteLLM without a digest; use the digest of an image that you have checked`,
                );
            }
        }
    },
);
