import { containers } from "../pods";
import { resourceRule } from "../rule";

/** The backend of LiteMaaS keeps logins in memory. */
export const portalHasOneBackend = resourceRule(
    {
        name: "portal-has-one-backend",
        title: "The backend of LiteMaaS has one replica",
        why: "It keeps the state of logins in memory: with two, every other login fails, and nothing says why.",
        remedy: "Set replicas to 1, and strategy Recreate.",
        severity: "medium",
        source: "docs/sources/litemaas.md#portal",
    },
    ["Deployment"],
    (subject, report) => {
        if (!containers(subject).some(({ value }) => /(^|\/)litemaas-backend([:@]|$)/.test(String(value["image"])))) {
            return;
        }
        const { replicas, strategy } = (subject.value["spec"] ?? {}) as { replicas?: unknown; strategy?: { type?: unknown } };
        if (typeof replicas === "number" && replicas > 1) {
            report(`spec.replicas: ${replicas} backends do not know each other's logins; set 1`);
        }
        if (strategy?.type !== "Recreate" && !subject.unknownAt(["spec", "strategy", "type"])) {
            report(
                "spec.strategy.type: two backends run at once during an update and do not know each other's logins; set Recreate",
            );
        }
    },
);
