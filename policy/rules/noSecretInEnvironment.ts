import { secretsOfArguments, secretsOfVariable } from "../../catalogue/secrets";
import { containers, podKinds, variables } from "../pods";
import { resourceRule } from "../rule";

/** Passwords, tokens and keys are in Secrets, not in the objects that use them. */
export const noSecretInEnvironment = resourceRule(
    {
        name: "no-secret-in-environment",
        title: "Passwords, tokens and keys come from Secrets",
        why: "The value of an environment variable, and an argument, is in the plan, in the state and in every `oc describe`.",
        remedy: "Put the value into a Secret and take it from there with valueFrom.secretKeyRef; an argument may then name the variable, as `$(NAME)`.",
        severity: "high",
        source: "https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
    },
    podKinds,
    (subject, report) => {
        for (const { path, name = "", value } of variables(subject)) {
            for (const secret of typeof value === "string" ? secretsOfVariable(name, value) : []) {
                const what =
                    secret.name === undefined ? "a password, token or key in" : secret.name === name ? "" : `${secret.name} in`;
                report(`${path}.value: ${`${what} ${name}`.trim()} is in plain text; use valueFrom.secretKeyRef`);
            }
        }
        for (const { path, value } of containers(subject)) {
            for (const list of ["command", "args"]) {
                const args: unknown = value[list];
                const texts = (Array.isArray(args) ? args : []).map((arg: unknown) => (typeof arg === "string" ? arg : ""));
                for (const { name } of secretsOfArguments(texts)) {
                    report(
                        `${path}.${list}: ${name ?? "a password, token or key"} is in plain text; use a variable from a Secret`,
                    );
                }
            }
        }
    },
);
