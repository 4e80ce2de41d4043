import { variables } from "../pods";
import { resourceRule } from "../rule";

/** Grafana authenticates users: its dashboards show the use of models by user. */
export const grafanaRequiresLogin = resourceRule(
    {
        name: "grafana-requires-login",
        title: "Grafana allows no anonymous access, and its configuration contains no password",
        why: "Anonymous access behind a proxy gives every user of the cluster the configured role, often Admin; its data sources reach the metrics of all namespaces.",
        remedy: 'Set config["auth.anonymous"].enabled to "false" and authenticate users with OpenShift (auth.generic_oauth, or auth.proxy behind the OAuth proxy); leave admin_password to the operator\'s Secret.',
        severity: "high",
        source: "docs/sources/observability.md#grafana",
    },
    ["Grafana", "Deployment"],
    (subject, report) => {
        const config = (subject.value["spec"]?.config ?? {}) as Record<string, Record<string, unknown> | undefined>;
        const anonymous = config["auth.anonymous"];
        if (String(anonymous?.["enabled"]) === "true") {
            const role = anonymous!["org_role"];
            report(
                `spec.config["auth.anonymous"].enabled: true gives anonymous users access${role === undefined ? "" : ` as ${String(role)}`}; set false`,
            );
        }
        if (
            typeof config["security"]?.["admin_password"] === "string" &&
            !String(config["security"]["admin_password"]).startsWith("$")
        ) {
            report("spec.config.security.admin_password: the password is in plain text; leave it to the operator's Secret");
        }
        for (const { path, name, value } of variables(subject)) {
            if (name === "GF_AUTH_ANONYMOUS_ENABLED" && String(value) === "true") {
                report(`${path}.value: GF_AUTH_ANONYMOUS_ENABLED gives anonymous users access; set false`);
            }
        }
    },
);
