import { stackRule } from "../rule";
import type { Stack, Subject } from "../subject";

/** Kinds, one of which exists wherever Models-as-a-Service is enabled. */
const OF_MAAS = ["Tenant", "AITenant", "MaaSSubscription"] as const;

/** Models-as-a-Service finds the monitoring that counts what is used. */
export const maasIsMonitored = stackRule(
    {
        name: "maas-is-monitored",
        title: "User workload monitoring is on where Models-as-a-Service is",
        why: "Without it the tenant of Models-as-a-Service is Degraded, and nobody collects what users use: dashboards and `maas usage --since` stay empty, and no alert fires.",
        remedy: "Set observability, or enable user workload monitoring on the cluster yourself.",
        severity: "low",
        source: "docs/sources/observability.md#user-workload-monitoring",
        levels: { sandbox: "advisory", development: "advisory", production: "advisory" },
    },
    (stack, report) => {
        const [first] = OF_MAAS.flatMap((kind) => stack.of(kind));
        if (first !== undefined && !enables(stack)) {
            report(
                first,
                "nothing of the stack enables user workload monitoring: unless the cluster has it already, the tenant is Degraded and no usage is collected; set observability",
            );
        }
    },
);

/** Whether a ConfigMap enables it: OpenShift's own, or the record of what this program merges into that. */
function enables(stack: Stack): boolean {
    return stack
        .of("ConfigMap")
        .some(
            (map) =>
                map.unknownAt(["data"]) ||
                ["config.yaml", "values"].some((key) => map.unknownAt(["data", key]) || says(map, key)),
        );
}

function says(map: Subject, key: string): boolean {
    const text: unknown = map.value["data"]?.[key];
    return typeof text === "string" && /"?enableUserWorkload"?:\s*true/.test(text);
}
