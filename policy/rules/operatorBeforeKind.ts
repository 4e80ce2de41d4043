import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";

import { registeredKinds, registeredPatches } from "../../kinds";
import { GATE_LABEL, OPERATOR_INSTALLED } from "../../kinds/gate";
import { known } from "../known";

interface Config {
    /** OLM packages that are in the cluster already and need no gate. */
    readonly provided?: readonly string[];
}

/** No custom resource is sent before the operator that serves its kind has been seen to run. */
export const operatorBeforeKind: StackValidationPolicy = {
    name: "operator-before-kind",
    displayName: "Operators run before their custom resources are sent",
    description:
        "A custom resource that is sent while its operator is still being installed is refused, or is accepted and never reconciled. It must depend, directly or not, on the operator's gate.",
    remediationSteps: "Add the operator component, or what stands on it, to the dependsOn of the resource or of its component.",
    enforcementLevel: "mandatory",
    severity: "high",
    configSchema: { properties: { provided: { type: "array", items: { type: "string" }, default: [] } } },
    validateStack: (args, report) => {
        const provided = args.getConfig<Config>().provided ?? [];
        const reach = new Map<PolicyResource, ReadonlySet<string>>();
        for (const resource of args.resources) {
            const operator = (registeredKinds().get(resource.type) ?? registeredPatches().get(resource.type))?.operator;
            if (operator !== undefined && !provided.includes(operator) && !operatorsBefore(resource, reach).has(operator)) {
                report(
                    `${resource.name} (${resource.type}) does not wait for operator ${operator}: no gate of it is among what it depends on`,
                    resource.urn,
                );
            }
        }
    },
};

/** The packages whose gates a resource waits for: through dependencies, its own or those of an ancestor. */
function operatorsBefore(resource: PolicyResource, reach: Map<PolicyResource, ReadonlySet<string>>): ReadonlySet<string> {
    const before = reach.get(resource);
    if (before !== undefined) {
        return before;
    }
    const operators = new Set<string>();
    reach.set(resource, operators);
    for (const earlier of [...resource.dependencies, ...(resource.parent ? [resource.parent] : [])]) {
        operatorsBefore(earlier, reach).forEach((operator) => operators.add(operator));
    }
    const gate = gatedOperator(resource);
    if (gate !== undefined) {
        operators.add(gate);
    }
    return operators;
}

function gatedOperator(resource: PolicyResource): string | undefined {
    if (resource.type !== "kubernetes:core/v1:ConfigMap") {
        return undefined;
    }
    const { metadata, data } = known(resource.props).value as {
        metadata?: { labels?: Record<string, string> };
        data?: { package?: string };
    };
    return metadata?.labels?.[GATE_LABEL] === OPERATOR_INSTALLED ? data?.package : undefined;
}
