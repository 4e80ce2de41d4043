import { containers, podKinds } from "../pods";
import { resourceRule } from "../rule";

const secretName = /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?)$/i;

/** A password belongs into a Secret, not into the object that uses it. */
export const noSecretInEnvironment = resourceRule(
    {
        name: "no-secret-in-environment",
        title: "Passwords, tokens and keys come from Secrets",
        why: "The value of an environment variable is in the plan, in the state and in every `oc describe`.",
        remedy: "Put the value into a Secret and take it from there with valueFrom.secretKeyRef.",
        severity: "high",
        source: "DESIGN decision 7",
    },
    podKinds,
    (subject, report) => {
        for (const { path, value } of containers(subject)) {
            const env: unknown = value["env"];
            (Array.isArray(env) ? (env as ({ name?: string; value?: unknown } | undefined)[]) : []).forEach((variable, i) => {
                if (typeof variable?.value === "string" && variable.value !== "" && secretName.test(variable.name ?? "")) {
                    report(`${path}.env[${i}].value: ${variable.name} is given in plain text`);
                }
            });
        }
    },
);
