import { podKinds, variables } from "../pods";
import { resourceRule } from "../rule";

const secretName = /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?)$/i;

/** A password belongs into a Secret, not into the object that uses it. */
export const noSecretInEnvironment = resourceRule(
    {
        name: "no-secret-in-environment",
        title: "Passwords, tokens and keys come from Secrets",
        why: "The value of an environment variable is in the plan, in the state and in every `oc describe`.",
        remedy: "Put the value into a Secret and reference it with valueFrom.secretKeyRef.",
        severity: "high",
        source: "https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
    },
    podKinds,
    (subject, report) => {
        for (const { path, name = "", value } of variables(subject)) {
            if (typeof value === "string" && value !== "" && secretName.test(name)) {
                report(`${path}.value: ${name} is given in plain text`);
            }
        }
    },
);
