/** Which operators a stack needs, in which order they are installed, and why. */
import type * as pulumi from "@pulumi/pulumi";

import type { Settings } from "../../stacks/schema";
import { operatorEnvironment } from "../gateway/connectivityLink";
import { needsExternalSecrets } from "../identity/identity";
import { operatorEntry, type OperatorPackage, withPrerequisites } from "../../catalogue/operators";
import { Operator } from "../operators/operator";
import { servedOf } from "../../catalogue/models/canary";
import { type ComponentChoice, componentsOn, operatorsFor } from "../../catalogue/openshiftai/chosenComponents";
import { isScaled } from "../../catalogue/models/scaling";
import { scalingOperators } from "../serving/variants";

/** Installs what the platform needs, and what that needs in turn. @returns looks up one of them */
export function installOperators(
    parent: pulumi.ComponentResource,
    settings: Settings,
    records: pulumi.Resource,
    after: Partial<Record<OperatorPackage, readonly pulumi.Resource[]>>,
): (operator: OperatorPackage) => Operator {
    const needed: OperatorPackage[] = [
        "nfd",
        "gpu-operator-certified",
        "rhcl-operator",
        "leader-worker-set",
        ...observabilityOperators(settings),
        "rhods-operator",
        ...operatorsFor(componentsOn(componentChoice(settings)), settings.openshiftAi),
        ...(settings.gitops ? (["openshift-gitops-operator"] as const) : []),
        ...(settings.metallb !== undefined ? (["metallb-operator"] as const) : []),
        ...scalingOperators(settings),
        ...(settings.database.cloudNativePg !== undefined && settings.tiers.length > 0 ? (["cloudnative-pg"] as const) : []),
        ...(needsExternalSecrets(settings.identity) ? (["openshift-external-secrets-operator"] as const) : []),
    ];
    const installed = new Map<OperatorPackage, Operator>();
    for (const operator of withPrerequisites(settings.release, needed)) {
        const override = settings.operators[operator];
        const catalogued = operatorEntry(settings.release, operator, override, settings.openshiftAi.profile);
        const env = operator === "rhcl-operator" ? operatorEnvironment(settings.connectivityLink) : {};
        const entry = Object.keys(env).length === 0 ? catalogued : { ...catalogued, env: { ...catalogued.env, ...env } };
        const dependsOn = [
            records,
            ...(after[operator] ?? []),
            ...(entry.after ?? []).map((before) => installed.get(before)!),
            // It looks for their kinds when it sets up its own monitoring, and passes over what it does not find.
            ...(operator === "rhods-operator" ? observabilityOperators(settings).map((o) => installed.get(o)!) : []),
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
    return (operator) => installed.get(operator)!;
}

/** The operators of what is observed. */
function observabilityOperators({ observability }: Settings): OperatorPackage[] {
    return [
        ...(observability?.dashboards === true ? (["cluster-observability-operator"] as const) : []),
        ...(observability?.traces !== undefined ? (["tempo-product", "opentelemetry-product"] as const) : []),
    ];
}

/** As much of the settings as the components of OpenShift AI follow from. */
export function componentChoice({ release, openshiftAi, tiers, kueue, models }: Settings): ComponentChoice {
    const autoscaled = models.flatMap(servedOf).some(isScaled);
    return { release, openshiftAi, modelsAsService: tiers.length > 0, queue: kueue?.queue, autoscaled };
}
