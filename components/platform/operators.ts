/** The operators that a stack needs, the order of their installation, and the reasons. */
import type * as pulumi from "@pulumi/pulumi";

import { operatorEntry, type OperatorPackage, withPrerequisites } from "../../catalogue/operators";
import type { Settings } from "../../stacks/schema";
import * as addons from "../addons";
import * as certificates from "../certificates";
import * as gateway from "../gateway";
import * as governance from "../governance";
import * as gpu from "../gpu";
import * as identity from "../identity";
import type { InstalledOperator, Operators, OperatorsOf } from "../layer";
import * as observability from "../observability";
import * as openshiftai from "../openshiftai";
import { Operator } from "../operators";
import * as serving from "../serving";
import * as workspaces from "../workspaces";

/** Every layer that needs operators. */
const LAYERS: readonly { readonly operators: OperatorsOf }[] = [
    gpu,
    gateway,
    serving,
    observability,
    openshiftai,
    certificates,
    governance,
    identity,
    addons,
    workspaces,
];

/** Installs what the layers need, and what that needs in turn. @returns looks one of them up */
export function installOperators(
    parent: pulumi.ComponentResource,
    settings: Settings,
    records: pulumi.Resource,
    after: Partial<Record<OperatorPackage, readonly pulumi.Resource[]>>,
): Operators {
    const needed = LAYERS.flatMap((layer) => layer.operators(settings));
    const installed = new Map<OperatorPackage, InstalledOperator>();
    const lookUp: Operators = (operator) => {
        const found = installed.get(operator);
        if (found === undefined) {
            throw new Error(
                `operator ${operator} is used but not installed: \`operators\` of the layer that uses it (components/<layer>/index.ts) does not return it for these settings`,
            );
        }
        return found;
    };
    for (const operator of withPrerequisites(settings.release, needed)) {
        const override = settings.operators[operator];
        const catalogued = operatorEntry(settings.release, operator, override, settings.openshiftAi.profile);
        const entry =
            operator === "rhcl-operator"
                ? { ...catalogued, env: { ...catalogued.env, ...gateway.operatorEnvironment(settings.connectivityLink) } }
                : catalogued;
        const dependsOn = [
            records,
            ...(after[operator] ?? []),
            ...(entry.after ?? []).map(lookUp),
            // It looks for their kinds when it sets up its own monitoring, and passes over what it does not find.
            ...(operator === "rhods-operator" ? observability.operators(settings).map(lookUp) : []),
        ];
        installed.set(
            operator,
            new Operator(
                `operator-${operator}`,
                { operator, entry, existing: override?.existing ?? false },
                { parent, dependsOn },
            ),
        );
    }
    return lookUp;
}
